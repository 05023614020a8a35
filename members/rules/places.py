"""Where a member lives away, no finer than a city: read as typed, refused if it says more. Pure."""

import re
import unicodedata

from members.rules.counties import COUNTIES, COUNTY_CITIES
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
    # Something of the kind comes first, and more after it: a county, a street, a door; or a county alone.
    says_more = any(plain.startswith(name) for name in PLACES) or _city_of_county(plain) != ""
    raise ValueError("place_too_fine" if says_more or _FINE.search(plain) else "place_unknown")


# Whole names of cities only: a short one may be a district somewhere else.
_CITIES = {
    name: province + city
    for province, cities in DIVISIONS.items()
    for city in cities or ("",)
    for name in ((province + city, city) if city else (province,))
}
_PARTY = re.compile(r"^(中国共产党|中共)")
# 吉林市场 is a market.
_MARKET = "场"
_BY_COUNTY_CITY = {name: city for city, names in COUNTY_CITIES.items() for name in names}
_BY_COUNTY = {
    province: {name: province + city for city in cities for name in COUNTIES.get(province + city, ())}
    for province, cities in DIVISIONS.items()
}


def city_in(text: str) -> str:
    """The city that a name or an address begins with or names first; "" if it names none.

    Where only a county or a city of its rank is named, the city it lies in.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if city := _city_of_county(plain):
        return city
    found = [
        (plain.index(name), -len(name), whole)
        for name, whole in _CITIES.items()
        if name in plain and not plain.partition(name)[2].startswith(_MARKET)
    ]
    return min(found)[2] if found else ""


def _city_of_county(plain: str) -> str:
    """By the county an address begins with; behind its province also one whose name others share."""
    rest = _PARTY.sub("", plain)
    province, rest = _after_province(rest)
    named = {**_BY_COUNTY_CITY, **_BY_COUNTY.get(province, {})}
    for name, city in named.items():
        is_there = rest.startswith(name) and not rest.startswith(name + _MARKET)
        if is_there and city.startswith(province):
            return city
    return ""


def _after_province(text: str) -> tuple[str, str]:
    for province in DIVISIONS:
        for name in (province, short(province)):
            if text.startswith(name):
                return province, text.removeprefix(name)
    return "", text
