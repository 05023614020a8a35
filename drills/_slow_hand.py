"""A person who types slowly: every letter takes its time, every field is looked for first."""

import time
from dataclasses import dataclass, field

from drills._stack import Hands

# A practised typist needs a fifth of this; characters are counted as they stand, however they are entered.
SECONDS_A_CHARACTER = 0.4
SECONDS_TO_FIND = 1.0
MOST_TABS = 150


@dataclass
class SlowHand(Hands):
    """The same in the time a person takes; `seconds` since it began."""

    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def click(self, selector: str) -> None:
        time.sleep(SECONDS_TO_FIND)
        super().click(selector)

    def type(self, selector: str, text: str) -> None:
        time.sleep(SECONDS_TO_FIND)
        super().type(selector, "")
        # Without a limit: a slow hand takes longer than the browser is usually waited for.
        self.page.locator(selector).first.press_sequentially(
            text, delay=SECONDS_A_CHARACTER * 1000, timeout=0
        )

    def choose(self, selector: str, value: str) -> None:
        time.sleep(SECONDS_TO_FIND)
        super().choose(selector, value)

    def pick_time(self, selector: str, value: str) -> None:
        """On the wheel of the phone: one choice, whatever the clock's form."""
        time.sleep(SECONDS_TO_FIND)
        super().pick_time(selector, value)


@dataclass
class Keys(Hands):
    """Only the keyboard: fields are reached by Tab, links and buttons taken by Enter. Each counts once."""

    tabs: int = 0

    def click(self, selector: str) -> None:
        self.done.append(f"enter {selector}")
        self._reach(selector)
        self.page.keyboard.press("Enter")

    def type(self, selector: str, text: str) -> None:
        self.done.append(f"type {selector}")
        self._reach(selector)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def pick_time(self, selector: str, value: str) -> None:
        """Digits and the half of the day, as the field of the browser takes them."""
        self.done.append(f"type {selector}")
        self._reach(selector)
        hour, minute = value.split(":")
        self.page.keyboard.type(hour + minute)
        if self.page.locator(selector).first.input_value() != value:
            self.page.keyboard.type("a" if int(hour) < 12 else "p")  # twelve hours a half

    def _reach(self, selector: str) -> None:
        wanted = self.page.locator(selector).first
        for _ in range(MOST_TABS):
            if wanted.evaluate("it => it === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            self.tabs += 1
        raise AssertionError(f"{selector} is not reached by {MOST_TABS} tabs")
