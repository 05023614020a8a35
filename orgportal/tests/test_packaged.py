"""Front-end code out of wheels: there, of the version that was tried, and never executing text."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from orgportal.settings_packaged import static_of

ROOT = Path(__file__).resolve().parents[2]


def test_echarts_is_the_version_that_was_tried() -> None:
    pinned = (ROOT / "requirements-packaged.txt").read_text(encoding="utf-8")
    found = finders.find("echarts/echarts.esm.min.js")

    assert f"instaui-echarts=={version('instaui-echarts')}" in pinned
    assert isinstance(found, str)
    script = Path(found).read_text(encoding="utf-8")
    assert set(re.findall(r'"(6\.\d+\.\d+)"', script)) == {"6.1.0"}
    assert "sourceMappingURL" not in script  # collectstatic would look for the file


def test_a_package_that_is_missing_is_named() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"no_such_package.*requirements-packaged\.txt"):
        static_of("no_such_package")
