"""The file of a backup: a tar of its parts and a signed manifest, closed by the digest of all of it.

Reading proves the file whole before anything is done with it: a missing end, a changed bit, a missing part
and another key are each told apart.
"""

import hashlib
import hmac
import io
import json
import os
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from orgportal.core.pg_tools import BackupError

FORMAT = 1
MANIFEST, DUMP, CHECKPOINTS, CONFIGURATION = (
    "manifest.json",
    "database.dump",
    "audit-checkpoints.jsonl",
    "configuration.json",
)
PARTS = (DUMP, CHECKPOINTS, CONFIGURATION)
# Without these the rows cannot be read, searched or proved: a restore under others is refused.
KEYS = ("ID_NUMBER_KEY", "ID_NUMBER_INDEX_KEY", "AUDIT_CHECKPOINT_KEY")
TRAILER = b"orgportal-backup sha256 "
TRAILER_SIZE = len(TRAILER) + 65
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the backup holds, and what it must be held against."""

    taken_at: str
    app_version: str
    server_major: int
    migrations: dict[str, list[str]]
    tables: dict[str, int]
    audit_entries: int
    audit_head: str
    salt: str
    keys: dict[str, str]
    parts: dict[str, dict[str, Any]]
    format: int = FORMAT


def fingerprints(salt: str) -> dict[str, str]:
    """Of each key, tied to this backup alone: it tells whether a key is the same and nothing else of it."""
    return {name: _keyed(getattr(settings, name), f"fingerprint|{salt}|{name}") for name in KEYS}


def _keyed(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), "sha256").hexdigest()


def digest_of(stream: BinaryIO, size: int | None = None) -> str:
    """SHA-256 of the next `size` bytes, or of all that is left."""
    told, left = hashlib.sha256(), size
    while chunk := stream.read(CHUNK if left is None else min(CHUNK, left)):
        told.update(chunk)
        left = None if left is None else left - len(chunk)
    return told.hexdigest()


def described(file: Path) -> dict[str, Any]:
    with file.open("rb") as stream:
        return {"bytes": file.stat().st_size, "sha256": digest_of(stream)}


# --- written


def pack(file: Path, folder: Path, manifest: Manifest) -> None:
    """Whole or not at all, readable by its owner alone."""
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    facts = asdict(manifest)
    facts["signature"] = _signature(facts)
    with open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as out:  # noqa: PTH123
        with tarfile.open(fileobj=out, mode="w") as tar:
            text = json.dumps(facts, indent=1, sort_keys=True).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
            for name in PARTS:
                tar.add(folder / name, arcname=name)
        close(out)
        out.flush()
        os.fsync(out.fileno())
    part.rename(file)


def close(out: BinaryIO) -> None:
    """Append the digest of everything before it."""
    out.seek(0)
    told = digest_of(out)
    out.seek(0, os.SEEK_END)
    out.write(TRAILER + told.encode() + b"\n")


def _signature(facts: Mapping[str, Any]) -> str:
    said = {name: value for name, value in facts.items() if name != "signature"}
    return _keyed(settings.AUDIT_CHECKPOINT_KEY, json.dumps(said, sort_keys=True, separators=(",", ":")))


# --- read


def unpack(file: Path, folder: Path) -> Manifest:
    """The parts in `folder`, as written under this machine's keys; BackupError says what is wrong."""
    _check_whole(file)
    with tarfile.open(file) as tar:
        entries = {entry.name: entry for entry in tar if entry.isfile()}
        for name in (MANIFEST, *PARTS):
            if name not in entries:
                raise BackupError(f"{name} is missing in the backup")
        manifest = _manifest(tar, entries[MANIFEST])
        for name in PARTS:
            _extract(tar, entries[name], folder / name)
    for name in PARTS:
        if described(folder / name) != manifest.parts[name]:
            raise BackupError(f"{name} is not what the manifest says: the backup was put together anew")
    return manifest


def _check_whole(file: Path) -> None:
    if not file.is_file():
        raise BackupError(f"{file} is no file")
    size = file.stat().st_size - TRAILER_SIZE
    with file.open("rb") as stream:
        stream.seek(max(size, 0))
        closing = stream.read()
        if size <= 0 or not (closing.startswith(TRAILER) and closing.endswith(b"\n")):
            raise BackupError("the file is cut off at its end, or is no backup of the portal")
        stream.seek(0)
        if digest_of(stream, size) != closing[len(TRAILER) : -1].decode(errors="replace"):
            raise BackupError("the file is damaged: its digest differs from the one it was closed with")


def _manifest(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> Manifest:
    facts = json.loads(_stream(tar, entry).read())
    if facts["format"] != FORMAT:
        raise BackupError(f"the backup has format {facts['format']}, this version reads {FORMAT}")
    mine = fingerprints(facts["salt"])
    if others := [name for name in KEYS if facts["keys"][name] != mine[name]]:
        raise BackupError(
            f"the backup was made under another {' and '.join(others)}: set the keys it was made under, "
            f"or identity numbers stay closed and the audit trail unproved"
        )
    if not hmac.compare_digest(facts.pop("signature"), _signature(facts)):
        raise BackupError("the manifest is not the one that was signed: the backup was altered")
    return Manifest(**facts)


def _extract(tar: tarfile.TarFile, entry: tarfile.TarInfo, to: Path) -> None:
    source = _stream(tar, entry)
    with to.open("xb") as out:
        while chunk := source.read(CHUNK):
            out.write(chunk)


def _stream(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> Any:
    return tar.extractfile(entry)
