"""Pinyin of names: surnames read otherwise than the character, and readings of one's own."""

import pytest

from orgportal.core.names import initials, name_key, typed_reading


@pytest.mark.parametrize(
    ("name", "key", "letters"),
    [
        ("单雄信", "shan xiong xin", "sxx"),
        ("仇英", "qiu ying", "qy"),
        ("区小明", "ou xiao ming", "oxm"),
        ("解珍", "xie zhen", "xz"),
        ("查良镛", "zha liang yong", "zly"),
        ("曾国", "zeng guo", "zg"),
        ("盖聂", "ge nie", "gn"),
        ("乐毅", "yue yi", "yy"),
        ("尉迟恭", "yu chi gong", "ycg"),
        ("万俟明", "mo qi ming", "mqm"),
        ("单于明", "chan yu ming", "cym"),
        ("万明", "wan ming", "wm"),
        ("吕布", "lv bu", "lb"),
    ],
)
def test_surnames_are_read_as_surnames(name, key, letters):
    assert name_key(name) == f"{key}|{name}"
    assert initials(name) == letters


def test_a_reading_of_ones_own_wins():
    assert name_key("乐嘉", "le jia") == "le jia|乐嘉"
    assert initials("乐嘉", "le jia") == "lj"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Shàn Xióngxìn", "shan xiongxin"),
        ("lǚ  bù", "lv bu"),
        ("lü bu", "lv bu"),
        ("xi'an", "xi an"),
        ("", ""),
    ],
)
def test_typed_pinyin_is_kept_in_plain_letters(typed, kept):
    assert typed_reading(typed) == kept


@pytest.mark.parametrize("typed", ["张三", "zhang1", "zhang-san", "a|b"])
def test_what_is_no_pinyin_is_refused(typed):
    with pytest.raises(ValueError, match=r".+"):
        typed_reading(typed)
