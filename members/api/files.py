"""How a file leaves by the API."""

from urllib.parse import quote

from django.http import HttpResponse

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def attached(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file under its own name, to be saved and not to be guessed at."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
