"""What a file of a record is called, and whom its word lets in. Pure."""

import re
import unicodedata

from activities.choices import FileType

# Longer names hide their endings in lists and file managers.
LONGEST = 80
# Marks that turn the direction of writing ("gpj.exe" read from the right) or show nothing at all.
UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f\\/:*?"<>|\ud800-\udfff]')
NAMELESS = "文件"


def shown_name(sent: str) -> str:
    """The name without folders, control characters and marks nobody sees; never empty."""
    last = re.split(r"[\\/]", sent)[-1]
    plain = NOT_IN_NAMES.sub(" ", UNSEEN.sub("", unicodedata.normalize("NFC", last)))
    return " ".join(plain.split()).strip(". ")[:LONGEST] or NAMELESS


def kept_name(sent: str, kind: FileType) -> str:
    """The same, ending as what the file is: a photo sent as .png is kept as .jpg."""
    name = shown_name(sent)
    stem, dot, ending = name.rpartition(".")
    is_ending = dot and stem.strip() and 1 <= len(ending) <= 5 and ending.isascii() and ending.isalnum()
    return f"{(stem if is_ending else name).strip('. ') or NAMELESS}.{kind.value}"
