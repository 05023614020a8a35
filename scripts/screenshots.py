"""Takes the README's pictures from a fresh demo, so that they never show a page that is gone.

Run with DATABASE_URL and REDIS_URL naming empty servers: `python -m scripts.screenshots`.
"""

from pathlib import Path

from drills._stack import DESK, PHONE, browser, demo_stack, signed_in

OUT = Path(__file__).parent.parent / "docs" / "screenshots"
SHOTS = (
    ("meeting-form", "secretary", "/activities/new/?kind=general", DESK),
    ("district", "officer", "/health/", DESK),
    ("transfer-timeline", "member", "/", PHONE),
)


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with demo_stack() as stack, browser() as running:
        for name, user_name, address, size in SHOTS:
            with signed_in(running, stack, user_name, size=size) as page:
                page.goto(stack.url + address)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=str(OUT / f"{name}.png"))
                print(f"{name}.png")


if __name__ == "__main__":
    main()
