"""How much a request may carry in files. What of it is kept is the affair of whoever takes the file."""

import environ

env = environ.Env()
MEGABYTE = 1024 * 1024

# What is typed, apart from files.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * MEGABYTE
WORD_TEMPLATE_MAX_BYTES: int = env.int("WORD_TEMPLATE_MAX_BYTES", default=MEGABYTE)
# Whatever lies behind this much of a file is read and thrown away: neither memory nor disk holds it.
UPLOAD_FILE_MAX_BYTES: int = env.int("UPLOAD_FILE_MAX_BYTES", default=20 * MEGABYTE)
# Ten photos straight from a phone; more than that in one request is answered before it is read.
UPLOAD_REQUEST_MAX_BYTES: int = env.int("UPLOAD_REQUEST_MAX_BYTES", default=100 * MEGABYTE)
FILE_UPLOAD_HANDLERS = [
    "orgportal.core.uploads.BoundedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "orgportal.core.uploads.NamelessUploads",
]

# Files of a record. Photos leave small (core/pictures.py): the limit is on what a phone sends.
ATTACHMENT_PHOTO_MAX_BYTES: int = env.int("ATTACHMENT_PHOTO_MAX_BYTES", default=20 * MEGABYTE)
ATTACHMENT_DOCUMENT_MAX_BYTES: int = env.int("ATTACHMENT_DOCUMENT_MAX_BYTES", default=10 * MEGABYTE)
# A record needs a handful of papers; nobody has to prove a meeting by pictures (no.trace_upload).
ATTACHMENTS_PER_RECORD: int = env.int("ATTACHMENTS_PER_RECORD", default=10)
# Bounds what the database and its backup grow by: docs/adr/0008.
ATTACHMENT_BRANCH_YEAR_BYTES: int = env.int("ATTACHMENT_BRANCH_YEAR_BYTES", default=200 * MEGABYTE)
# "host:port" of a clamd that looks through every file; while it does not answer, nothing is taken.
VIRUS_SCANNER: str = env.str("VIRUS_SCANNER", default="")
