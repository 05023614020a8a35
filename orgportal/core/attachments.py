"""How a file leaves: under its own name, to be saved, and not to be guessed at."""

from urllib.parse import quote

from django.http import HttpResponse

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"
JPEG = "image/jpeg"
# A browser that shows the file all the same lets nothing in it run, load or reach the portal.
SANDBOX = "sandbox; default-src 'none'"


def attached(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def attached_shut(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file somebody brought: to be saved, shut into a sandbox, kept by no cache on the way."""
    answer = attached(content, kind, name)
    answer["Content-Security-Policy"] = SANDBOX
    answer["Cache-Control"] = "private, no-store"
    return answer
