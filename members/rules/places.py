"""Where a member lives away, no finer than a city: read as typed, refused if it says more. Pure."""

import re
import unicodedata

from members.rules.divisions import DIVISIONS

_PEOPLES = (
    "土家族|苗族|藏族|羌族|彝族|布依族|侗族|哈尼族|壮族|傣族|景颇族|白族|傈僳族|回族|黎族|朝鲜族|蒙古族|(?<!内)蒙古|"
    "柯尔克孜|哈萨克|维吾尔"
)
_TAIL = re.compile(rf"((?<=.)({_PEOPLES}))*(省|市|特别行政区|自治区|自治州|自治县|地区|盟|林区|县)$")
# A street, a house, a number or a way to reach somebody: more than the portal may know.
_FINE = re.compile(
    r"[0-9@]|[路街巷弄号栋幢楼室]|小区|公寓|大厦|street|road|avenue|building|apartment", re.IGNORECASE
)
LONGEST_COUNTRY = 20


def short(name: str) -> str:
    """辽宁省 → 辽宁, 延边朝鲜族自治州 → 延边."""
    return _TAIL.sub("", name)


def _names() -> dict[str, str]:
    """Every way a place may be written → how it is kept. A province comes before a city of its name."""
    found: dict[str, str] = {}
    for province, cities in DIVISIONS.items():
        for city in cities:
            whole = province + city
            for first in (province, short(province), ""):
                for last in (city, short(city)):
                    found.setdefault(first + last, whole)
    for province in DIVISIONS:
        found[province] = found[short(province)] = province
    return found


PLACES = _names()
# What the picker offers: provinces and cities as they are kept.
OFFERED = tuple(
    place for province, cities in DIVISIONS.items() for place in (province, *(province + c for c in cities))
)


def read_place(text: str, *, is_abroad: bool) -> str:
    """The place as it is kept. Raises ValueError: "place_missing", "place_too_fine", "place_unknown"."""
    plain = re.sub(r"[\s,，、·-]", "", unicodedata.normalize("NFKC", text))
    if not plain:
        raise ValueError("place_missing")
    if not is_abroad:
        return _at_home(plain)
    if _FINE.search(plain) or len(plain) > LONGEST_COUNTRY:
        raise ValueError("place_too_fine")
    return unicodedata.normalize("NFKC", text).strip()


def _at_home(plain: str) -> str:
    if known := PLACES.get(plain):
        return known
    # Something of the kind comes first, and more after it: a county, a street, a door.
    says_more = any(plain.startswith(name) for name in PLACES)
    raise ValueError("place_too_fine" if says_more or _FINE.search(plain) else "place_unknown")


# Whole names of cities only: a short one may be a district somewhere else.
_CITIES = {
    name: province + city
    for province, cities in DIVISIONS.items()
    for city in cities or ("",)
    for name in ((province + city, city) if city else (province,))
}


def city_in(text: str) -> str:
    """The city that a name or an address begins with or names first; "" if it names none."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    found = [(plain.index(name), -len(name), whole) for name, whole in _CITIES.items() if name in plain]
    return min(found)[2] if found else ""
