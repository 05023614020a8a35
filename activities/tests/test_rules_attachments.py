"""Names of files: no folders, nothing unseen, and the ending of what the file is."""

import pytest

from activities.choices import FileType
from activities.rules.attachments import kept_name, shown_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("会议照片.PNG", "会议照片.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\li\\会场.heic", "会场.jpg"),
        # Read from the right it would end in .jpg; what it says is gpj.exe.
        ("会场\u202egpj.exe", "会场gpj.jpg"),
        ("a\u200bb\ufeff.jpg", "ab.jpg"),
        ("名单\x00\n.pdf", "名单.jpg"),
        ("  .. ", "文件.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("", "文件.jpg"),
        ("2026.3.5 党员大会", "2026.3.5 党员大会.jpg"),
        ("长" * 300 + ".jpg", "长" * 80 + ".jpg"),
        ("\ud800.jpg", "jpg.jpg"),
    ],
)
def test_a_name_is_clean_and_ends_as_what_the_file_is(sent: str, kept: str) -> None:
    assert kept_name(sent, FileType.JPEG) == kept


def test_a_refusal_names_the_file_as_it_was_sent() -> None:
    assert shown_name("a/b\u202ecod.exe") == "bcod.exe"
