"""What the browser tests of the page without network share: ways through it, and what the browser stores."""

from playwright.sync_api import Page, expect

PASSWORD = "Correct-horse-1"
OFFLINE = "/activities/offline/"
# Everything that lies in the browser's store, as it lies there.
CACHED = """async () => {
  const out = [];
  for (const name of await caches.keys())
    for (const one of await (await caches.open(name)).keys()) out.push(new URL(one.url).pathname);
  return out;
}"""
STORED = """async () => {
  const base = await new Promise(done => {
    const request = indexedDB.open("offline");
    request.onsuccess = () => done(request.result);
  });
  const names = [...base.objectStoreNames];
  if (!names.length) return { rows: [], keys: [], text: "" };
  const all = store => new Promise(done => {
    const request = base.transaction(store).objectStore(store).getAll();
    request.onsuccess = () => done(request.result);
  });
  const rows = await all("rows"), keys = await all("keys");
  base.close();
  const text = rows.map(row => new TextDecoder().decode(row.box)).join(" ");
  const leaves = key => crypto.subtle.exportKey("raw", key).then(() => "out", () => "kept");
  const out = await Promise.all(keys.map(leaves));
  return { rows: rows.map(row => row.state), keys: out, text };
}"""


def sign_in(page: Page, name: str = "li") -> None:
    if "/sign-in/" not in page.url:
        page.goto("/sign-in/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def prepared(page: Page) -> None:
    """Signed in, kept on the device, ready to open without network."""
    sign_in(page)
    page.goto(OFFLINE)
    page.click("[data-do=keep]")
    expect(page.locator("[data-part=said]")).to_contain_text("已就绪", timeout=40_000)


def type_meeting(page: Page, title: str = "无网会议", **typed: str) -> None:
    values = {"title": title, "place": "村部", "note": "第一行\n第二行", "away": "1 病假：住院", **typed}
    page.locator("#offline-meeting details").last.evaluate("each => { each.open = true }")
    page.select_option("[name=sitting]", typed.pop("sitting", "theme_day:"))
    values.pop("sitting", None)
    for name, value in values.items():
        page.fill(f"#offline-meeting [name={name}]", value)


def save(page: Page) -> None:
    page.click("#offline-meeting button[type=submit]")


def sign_out(page: Page) -> None:
    page.click(".menu summary")
    page.click("form[data-sign-out] button")


def states(page: Page) -> list[str]:
    return page.locator("[data-entry]").evaluate_all("rows => rows.map(row => row.dataset.state)")
