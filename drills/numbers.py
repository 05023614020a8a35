"""Every number opens the list of exactly as many, for the officer, an organiser and a secretary of the demo.

The district's screen with every page of its matrix, the review of units today, frozen and by quarter, the
summaries one by one and by period, and
the first screens are read over HTTP as a browser gets them. A number and its address are taken from the
markup, the list is opened and its rows are counted over all its pages; a cell of the matrix counts as many as
it says, one without a word. Numbers that lead nowhere are counted apart, by page.

    ./portal drill numbers
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin, urlsplit

from drills._stack import Stack, demo_stack
from drills._visitor import Visitor

# Linked numbers above a matrix, in a table or a list of facts; a cell of the matrix with its number.
LINKED = re.compile(r'<a\s[^>]*href="([^"]+)"[^>]*>\s*(?:<span class="number__value">)?\s*([\d,]+)\s*<')
CELL = re.compile(
    r'class="state-link"\s+href="([^"]+)".*?</a>\s*(?:<span class="matrix__more">×(\d+))?', re.DOTALL
)
PLAIN = re.compile(r'<td class="table__number"[^>]*>\s*[\d,]+\s*</td>')
ROW = re.compile(r'data-id="\d+"')
NEXT = re.compile(r'rel="next"\s+href="([^"]+)"')
MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
PAGES_MOST = 200
DISTRICT = (
    "/", "/health/", "/health/units/", "/health/units/quarters/", "/health/summaries/?kind=above",
    "/health/summaries/matrix/", "/health/summaries/matrix/?duty=themeday.freq",
)  # fmt: skip
# Where each begins; further pages are found from them.
FIRST = {
    "officer": DISTRICT,
    "organiser": DISTRICT,
    "secretary": ("/",),
}
SUMMARIES = 4
SIGN_INS = 2


@dataclass(frozen=True, slots=True)
class Number:
    """What a page says, and where it leads."""

    page: str
    value: int
    address: str


class Reader:
    """One signed-in person."""

    def __init__(self, stack: Stack, user_name: str) -> None:
        line = stack.signin(user_name)
        self.visitor = Visitor(stack.url, user_name, line["password"])

    def open(self, address: str) -> tuple[str, str]:
        """Where one ends, which may be elsewhere, and what stands there."""
        status, content, path = self.visitor.get(address)
        if status != 200:
            raise SystemExit(f"{address} answers {status}")
        found = MAIN.search(content.decode())
        return address if path == urlsplit(address).path else path, found[0] if found else ""

    def pages(self, address: str) -> Iterator[tuple[str, str]]:
        """The page and all that follow it in its list."""
        for _ in range(PAGES_MOST):
            here, text = self.open(address)
            yield here, text
            onward = NEXT.search(text)
            if onward is None:
                return
            address = urljoin(here, unescape(onward[1]))
        raise SystemExit(f"{address} has no end")

    def rows(self, address: str) -> int:
        return sum(len(ROW.findall(text)) for _here, text in self.pages(address))


def numbers_on(page: str, text: str) -> Iterator[Number]:
    for address, value in LINKED.findall(text):
        target = unescape(address)
        if not target.startswith("#") and "rel=" not in target:
            yield Number(page, int(value.replace(",", "")), urljoin(page, target))
    for address, more in CELL.findall(text):
        yield Number(page, int(more or 1), urljoin(page, unescape(address)))


def places(reader: Reader, first: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The pages a person's numbers stand on with what they say, further ones found from the first."""
    for address in first:
        here, text = reader.open(address)
        yield here, text
        for further in onward_from(reader, here, text):
            yield reader.open(further)


def onward_from(reader: Reader, here: str, text: str) -> Iterator[str]:
    """The whole matrix, that of the month before, reviews and quarters of each body, some summaries."""
    choices = re.findall(r'<option value="(\d{4}-\d\d-01)"', text)
    if here == "/health/":
        before = [f"{here}?month={month}" for month in choices[1:2]]
        for start in (here, *before):
            yield from (page for page, _text in reader.pages(start))
    elif here == "/health/units/":
        yield from (f"{here}?quarter={quarter}" for quarter in choices[:1])
        bodies = re.findall(r'href="(\?[^"]*under=\d+[^"]*)"', text)
        yield from (urljoin(here, unescape(body)) for body in bodies)
    elif here.startswith(("/health/units/quarters/", "/health/summaries/matrix/")):
        place = re.escape(here.partition("?")[0])
        bodies = re.findall(rf'<th scope="row">\s*<a href="({place}\?[^"]+)"', text)
        yield from (page for body in bodies for page, _text in reader.pages(urljoin(here, unescape(body))))
    elif here.startswith("/health/summaries/"):
        yield from re.findall(r'href="(/health/summaries/\d+/)"', text)[:SUMMARIES]


def checked(reader: Reader, numbers: list[Number]) -> list[str]:
    """Every number whose list is of another length."""
    wanted = list(dict.fromkeys(number.address for number in numbers))
    with ThreadPoolExecutor(SIGN_INS) as threads:
        lengths = dict(zip(wanted, threads.map(reader.rows, wanted), strict=True))
    return [
        f"{each.page}: {each.value}, but {each.address} lists {lengths[each.address]}"
        for each in numbers
        if lengths[each.address] != each.value
    ]


def main() -> int:
    tried, wrong, plain = 0, [], Counter[str]()
    with demo_stack() as stack:
        for user_name, first in FIRST.items():
            reader = Reader(stack, user_name)
            numbers: list[Number] = []
            for place, text in dict(places(reader, first)).items():
                numbers += numbers_on(place, text)
                plain[f"{user_name} {place.partition('?')[0]}"] += len(PLAIN.findall(text))
            faults = checked(reader, numbers)
            print("\n".join(faults[:30]))
            print(f"{user_name}: {len(numbers)} numbers, {len(faults)} differ", flush=True)
            tried += len(numbers)
            wrong += faults
    for page, number in plain.items():
        if number:
            print(f"lead nowhere (frozen or of months without a list): {page}: {number}")
    print(f"{tried} numbers, {len(wrong)} differ")
    return 1 if wrong or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
