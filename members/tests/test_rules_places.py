"""Which city an address lies in: every city and county known, and every place of the demo's district."""

import csv
from pathlib import Path

import pytest

import orgportal.demo
from members.rules.counties import COUNTIES, COUNTY_CITIES
from members.rules.divisions import DIVISIONS
from members.rules.places import city_in, read_place, short

CITIES = [(province, city) for province, cities in DIVISIONS.items() for city in cities]
OF_COUNTY_RANK = [(city, name) for city, names in COUNTY_CITIES.items() for name in names]
DEMO = Path(orgportal.demo.__file__).parent / "data" / "longshan.csv"


def province_of(whole: str) -> str:
    return next(province for province in DIVISIONS if whole.startswith(province))


def test_every_city_is_read_with_and_without_its_province() -> None:
    for province, city in CITIES:
        for text in (province + city, city, f"{short(province)}{city}某街道", f"中共{city}委组织部"):
            assert city_in(text) == province + city, text
    for province, cities in DIVISIONS.items():
        if not cities:
            assert city_in(f"{province}某区") == province


def test_every_county_lies_below_a_city_that_is_there() -> None:
    whole = {province + city for province, city in CITIES}

    assert set(COUNTY_CITIES) | set(COUNTIES) <= whole
    names = [name for _, name in OF_COUNTY_RANK]
    assert len(names) == len(set(names)) == 376
    assert not set(names) & {city for _, city in CITIES}


def test_every_city_of_county_rank_is_read_as_the_city_above_it() -> None:
    for city, name in OF_COUNTY_RANK:
        province = province_of(city)
        for text in (name, city + name, province + name, short(province) + name, f"中共{name}委员会"):
            assert city_in(text) == city, text


def test_every_other_county_is_read_behind_its_province_or_its_city() -> None:
    for city, names in COUNTIES.items():
        province = province_of(city)
        for name in names:
            for text in (city + name, province + name, f"中国共产党{short(province)}{name}委员会"):
                assert city_in(text) == city, text


def test_every_place_of_the_demos_district_lies_in_its_city() -> None:
    with DEMO.open(encoding="utf-8", newline="") as file:
        names = {row["name"] for row in csv.DictReader(file)}

    assert len(names) > 60
    assert {city_in(f"吉林省龙山区{name}") for name in names} == {"吉林省辽源市"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "朝阳区建国路",  # one in Beijing, one in Changchun
        "辽宁省榆树市",  # no such city in that province
        "上海城市管理",  # holds the letters of 海城市
        "吉林市场监督管理",  # a market
        "榆树市场街",
        "大安街道",
    ],
)
def test_what_names_no_city_is_not_read_as_one(text: str) -> None:
    assert city_in(text) == ""


def test_two_counties_of_one_city_are_inside_it() -> None:
    assert city_in("中共公主岭市委组织部") == city_in("吉林省南关区") == "吉林省长春市"


@pytest.mark.parametrize("text", ["榆树市", "吉林省榆树市", "大理市", "吉林省南关区"])
def test_a_place_of_a_stay_is_no_finer_than_a_city(text: str) -> None:
    with pytest.raises(ValueError, match="place_too_fine"):
        read_place(text, is_abroad=False)
