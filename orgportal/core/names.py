"""Pinyin keys of Chinese names: one for order, one of initials for search."""

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

# Characters whose usual reading is wrong as a surname.
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "任": "ren",
    "华": "hua", "尉": "wei", "盖": "ge", "葛": "ge", "覃": "qin", "翟": "zhai", "冼": "xian", "逄": "pang",
    "缪": "miao", "繁": "po", "折": "she", "黑": "he", "万": "wan", "种": "chong", "秘": "bi", "乐": "yue",
    "员": "yun", "吕": "lv", "石": "shi", "沈": "shen", "牟": "mu", "燕": "yan", "宁": "ning", "纪": "ji",
    "柏": "bai", "薄": "bo", "卜": "bu", "车": "che", "谌": "chen", "都": "du", "费": "fei", "干": "gan",
    "过": "guo", "哈": "ha", "郝": "hao", "句": "gou", "隗": "kui", "乜": "nie", "能": "nai", "蒲": "pu",
    "祭": "zhai", "洗": "xian", "相": "xiang", "洪": "hong", "应": "ying", "於": "yu", "召": "shao",
}  # fmt: skip
COMPOUND = {
    "欧阳": ("ou", "yang"), "尉迟": ("yu", "chi"), "长孙": ("zhang", "sun"), "万俟": ("mo", "qi"),
    "单于": ("chan", "yu"), "澹台": ("tan", "tai"), "宗政": ("zong", "zheng"), "令狐": ("ling", "hu"),
    "夏侯": ("xia", "hou"), "皇甫": ("huang", "fu"), "闻人": ("wen", "ren"), "濮阳": ("pu", "yang"),
    "鲜于": ("xian", "yu"), "呼延": ("hu", "yan"), "乐正": ("yue", "zheng"), "亓官": ("qi", "guan"),
}  # fmt: skip
READING = re.compile(r"[a-z]+( [a-z]+)*", re.ASCII)


@lru_cache(maxsize=50_000)
def syllables(name: str) -> tuple[str, ...]:
    """One syllable a character; characters without a reading stand for themselves."""
    for compound, reading in COMPOUND.items():
        if name.startswith(compound):
            return (*reading, *_read(name[len(compound) :]))
    if name and name[0] in SURNAMES:
        return (SURNAMES[name[0]], *_read(name[1:]))
    return _read(name)


def _read(text: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(text, style=Style.NORMAL, v_to_u=False)) if text else ()


def name_key(name: str, reading: str = "") -> str:
    """Orders by pinyin from a plain index: full pinyin, a bar, the name; a reading of one's own wins."""
    return f"{reading or ' '.join(syllables(name)).lower()}|{name}"


def initials(name: str, reading: str = "") -> str:
    parts = reading.split() if reading else syllables(name)
    return "".join(part[0] for part in parts if part).lower()


def typed_reading(text: str) -> str:
    """Pinyin as somebody typed it, tone marks and capitals included, as we keep it: "Shàn Xióngxìn" is
    "shan xiongxin". Raises ValueError when it is no pinyin."""
    marked = unicodedata.normalize("NFD", text.lower().replace("'", " "))
    # ü keeps its sound: it is v, as on a keyboard.
    plain = re.sub("[\u0300-\u036f]", "", re.sub("u([\u0300-\u036f]?)\u0308", "v", marked))
    found = " ".join(plain.split())
    if found and not READING.fullmatch(found):
        raise ValueError(text)
    return found


def place_key(name: str) -> str:
    """Like name_key, for bodies and places, whose first character is no surname."""
    return f"{' '.join(_read(name)).lower()}|{name}"


def place_initials(name: str) -> str:
    return "".join(part[0] for part in _read(name) if part).lower()
