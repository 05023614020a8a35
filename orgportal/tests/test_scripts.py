"""The size and coverage checks see what they promise to see, and each fault promised is tried."""

import re
from pathlib import Path

from drills.faults import FAULTS
from launcher.paths import ROOT
from scripts.check_coverage import shortfalls
from scripts.check_sizes import main, too_long


def function(lines: int) -> str:
    return "def grown():\n" + "    call()\n" * (lines - 1)


def findings(name: str, text: str) -> list[str]:
    return list(too_long(Path(name), text))


def test_long_file_is_found():
    text = "def one():\n    pass\n" + "# why\n" * 399

    assert findings("members/rules.py", text) == ["members/rules.py: 401 lines, limit 400"]


def test_plain_table_may_be_longer():
    text = '"""Rows."""\nROWS = [\n' + "    1,\n" * 500 + "]\n"

    assert findings("members/provisions.py", text) == []


def test_function_limit_depends_on_the_room():
    assert findings("members/rules.py", function(40)) == []
    assert findings("members/rules.py", function(41)) == ["members/rules.py:1: grown has 41 lines, limit 40"]
    assert findings("members/views.py", function(26)) == ["members/views.py:1: grown has 26 lines, limit 25"]
    assert findings("members/views/roster.py", function(26)) == [
        "members/views/roster.py:1: grown has 26 lines, limit 25"
    ]
    assert findings("members/tasks.py", function(16)) == ["members/tasks.py:1: grown has 16 lines, limit 15"]


def test_long_class_is_found():
    text = "class Grown:\n" + "    x = 1\n" * 200

    assert findings("members/models.py", text) == ["members/models.py:1: Grown has 201 lines, limit 200"]


def test_templates_and_styles_have_their_limits():
    assert findings("templates/a.html", "<p>\n" * 121) == ["templates/a.html: 121 lines, limit 120"]
    assert findings("orgportal/static/a.css", "a{}\n" * 151) == [
        "orgportal/static/a.css: 151 lines, limit 150"
    ]


def test_sizes_of_a_whole_tree_are_checked(tmp_path, capsys):
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations/0001_long.py").write_text(function(60))
    (tmp_path / "rules.py").write_text(function(60))

    assert main(tmp_path) == 1
    assert capsys.readouterr().out == "rules.py:1: grown has 60 lines, limit 40\n"


def coverage_report(overall: float, **files: float) -> dict:
    return {
        "summary": {"percent_covered": overall},
        "files": {
            path.replace("__", "/") + ".py": {
                "summary": {"percent_covered": percent},
                "missing_lines": [7],
                "missing_branches": [[3, 5]],
            }
            for path, percent in files.items()
        },
    }


def test_coverage_below_the_promise_is_found():
    report = coverage_report(
        94.9, members__rules=99.0, members__views=80.0, members__workflows__transfer=100.0
    )

    assert shortfalls(report) == [
        "overall 94.9%, promised 95%",
        "members/rules.py 99.0%, promised 100%: lines [3, 7]",
    ]


def test_coverage_within_the_promise_passes():
    assert shortfalls(coverage_report(95.0, members__rules=100.0, members__views=80.0)) == []


def test_each_fault_promised_is_tried():
    rows = (ROOT / "docs/faults.md").read_text(encoding="utf-8").splitlines()
    promised = [re.findall(r"F\d+", row.split("|")[1]) for row in rows if row.startswith("| F")]

    assert [number for numbers in promised for number in numbers] == list(FAULTS)
