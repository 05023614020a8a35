"""Files on their way in: nothing behind the limit is kept, and the size told is the true one all the same."""

import io
import tempfile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

CHUNK = 64 * 1024


class TooLong(UploadedFile):  # type: ignore[type-arg]
    """A file beyond what is kept of any: its beginning, its name, its true size. Read on, it is empty."""

    def read(self, size: int = -1) -> bytes:
        kept: Any = self.file
        head: bytes = kept.read(size)
        return head if size < 0 else head.ljust(size, b"\0")


class BoundedUploads(FileUploadHandler):
    """First of the handlers: hands on what lies within the limit, and lets the rest run out.

    Whoever takes the file sees by its size that it is too large, and says so by its name.
    """

    head = b""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start == 0:
            self.head = raw_data
        return raw_data if start < settings.UPLOAD_FILE_MAX_BYTES else None

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        if file_size <= settings.UPLOAD_FILE_MAX_BYTES:
            return None
        return TooLong(io.BytesIO(self.head), self.file_name, self.content_type, file_size)


class NamelessUploads(FileUploadHandler):
    """What is too long for memory goes to a file without a name: a process that dies leaves nothing."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        self.kept.seek(0)
        return UploadedFile(self.kept, self.file_name, self.content_type, file_size, self.charset)

    def upload_interrupted(self) -> None:
        if hasattr(self, "kept"):
            self.kept.close()


def is_too_large(request: Any) -> bool:
    """More in one request than any page takes."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdecimal() and int(length) > settings.UPLOAD_REQUEST_MAX_BYTES


def run_out(request: Any) -> None:
    """Read what a browser is sending, up to twice the limit: it listens to the answer only afterwards."""
    left = 2 * settings.UPLOAD_REQUEST_MAX_BYTES
    while left > 0 and (chunk := request.read(CHUNK)):
        left -= len(chunk)
