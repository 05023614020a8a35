"""Message catalogues: `extract` rewrites them from the source, `compile` makes .mo files, `check` finds gaps.

python scripts/messages.py extract|compile|check
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = {
    "zh_Hans": ROOT / "locale/zh_Hans/LC_MESSAGES/django.po",
    "en": ROOT / "locale/en/LC_MESSAGES/django.po",
}
PACKAGES = ("orgportal", "branches", "members", "activities")
BRACES = re.compile(r"\{(\w*)\}")
PERCENTS = re.compile(r"%\((\w+)\)[sd]")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
JINJA_OPTIONS = {"extensions": "jinja2.ext.i18n", "trimmed": "true", "silent": "false"}
HEADER = """# Messages of orgportal.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"

"""
ALIAS = re.compile(r"\b\w*gettext\w* as (\w+)")
Key = tuple[str, str | None]


def sources() -> Iterator[tuple[Path, str]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.parts):
                yield path, "python"
    for pattern in ("*.html", "*.txt"):
        for path in sorted((ROOT / "templates").rglob(pattern)):
            yield path, "jinja2.ext:babel_extract"


def template() -> Catalog:
    """Every message in the source, flagged with its format."""
    found = Catalog(charset="utf-8")
    for path, method in sources():
        options = {} if method == "python" else JINJA_OPTIONS
        for _line, text, _comments, context in extract_from_file(method, path, KEYWORDS, (), options):
            if text and text != ("", ""):
                found.add(text, context=context)
    return found


def key_of(message: Message) -> Key:
    return (message.id[0] if isinstance(message.id, tuple | list) else message.id, message.context)


def load(locale: str) -> Catalog:
    path = LOCALES[locale]
    if not path.exists():
        return Catalog(locale=locale)
    return read_po(BytesIO(path.read_bytes()), locale=locale)


def updated(locale: str, source: Catalog) -> Catalog:
    """The source's messages with the translations already made; English translates each to itself."""
    old = {key_of(message): message for message in load(locale) if message.id}
    new = Catalog(locale=locale, charset="utf-8", project="orgportal", fuzzy=False)
    for message in source:
        if not message.id:
            continue
        kept = old.get(key_of(message))
        string = message.id if locale == "en" else fitted(message, kept, new.num_plurals)
        new.add(message.id, string, flags=message.flags - {"fuzzy"}, context=message.context)
    return new


def fitted(message: Message, kept: Message | None, plurals: int) -> str | tuple[str, ...]:
    """The translation in the number of forms the language has."""
    forms = forms_of(kept) if kept and not kept.fuzzy else ("",)
    return forms[0] if isinstance(message.id, str) else (forms + ("",) * plurals)[:plurals]


def forms_of(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def as_bytes(catalog: Catalog) -> bytes:
    """Sorted, without places or dates, so that two people's edits merge."""
    buffer = BytesIO()
    write_po(buffer, catalog, width=110, sort_output=True, no_location=True, omit_header=True)
    header = HEADER.format(language=catalog.locale, plurals=catalog.plural_forms)
    return header.encode() + buffer.getvalue().lstrip(b"\n")


def extract() -> int:
    source = template()
    for locale, path in LOCALES.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_bytes(updated(locale, source)))
        print(f"{locale}: {len(source)} messages, {len(missing(load(locale)))} untranslated")
    return 0


def compile_() -> int:
    for locale, path in LOCALES.items():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, load(locale))
    return 0


def missing(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id and not filled(message)]


def filled(message: Message) -> bool:
    return all(forms_of(message))


def check() -> int:
    source = {key_of(message): message for message in template() if message.id}
    wrong = 0
    for locale in LOCALES:
        catalog = load(locale)
        there = {key_of(message): message for message in catalog if message.id}
        lists = {
            "missing": [*(key for key in source if key not in there), *map(key_of, missing(catalog))],
            "fuzzy": [key for key, message in there.items() if message.fuzzy],
            "stale": [key for key in there if key not in source],
            "broken": [key for key, message in there.items() if broken(message)],
        }
        print(
            f"{locale}: {len(there)} messages, "
            + ", ".join(f"{len(keys)} {name}" for name, keys in lists.items())
        )
        for name, keys in lists.items():
            for text, context in keys:
                print(f"  {name}: {context + ': ' if context else ''}{text!r}")
            wrong += len(keys)
    for path, name in unread():
        print(f"{path.relative_to(ROOT)}: texts marked by {name!r} are read by nobody; mark them by '_'")
        wrong += 1
    return 1 if wrong else 0


def unread() -> Iterator[tuple[Path, str]]:
    """Where a translating function goes by a name this script does not look for."""
    for path, method in sources():
        if method == "python":
            for name in ALIAS.findall(path.read_text(encoding="utf-8")):
                if name not in KEYWORDS:
                    yield path, name


def broken(message: Message) -> bool:
    """Whether the translation lost or invented a placeholder, %(name)s or {name}."""
    if not filled(message):
        return False
    asked = [message.id] if isinstance(message.id, str) else list(message.id)
    given = [names_in(text) for text in forms_of(message)]
    # The singular may leave the number out; the plural, the last form of each language, has every name.
    known = set().union(*map(names_in, asked))
    return (
        bool(list(message.check())) or given[-1] != names_in(asked[-1]) or any(one - known for one in given)
    )


def names_in(text: str) -> set[str]:
    return {*BRACES.findall(text), *PERCENTS.findall(text)}


COMMANDS = {"extract": extract, "compile": compile_, "check": check}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    sys.exit(COMMANDS[sys.argv[1]]())
