"""A form or call sent twice is done once: the first successful answer under a key is replayed.

The key row is committed first; the work then runs in one transaction under that row's lock, so a second
copy waits and receives the first one's answer. A refused attempt leaves the key free to be used again.
"""

import hashlib
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from orgportal.core.models import IdempotencyKey, User

R = TypeVar("R", bound=HttpResponseBase)
MAX_BODY = 64 * 1024
FIELD = "idempotency_key"
HEADER = "Idempotency-Key"


class KeyMissing(Exception):
    """The request carries no usable key."""


class KeyReused(Exception):
    """The key already answered a different request."""


def key_of(request: HttpRequest) -> uuid.UUID:
    """The request's key, from the header or the hidden field. Raises KeyMissing."""
    raw = request.headers.get(HEADER) or request.POST.get(FIELD, "")
    try:
        return uuid.UUID(raw)
    except ValueError:
        raise KeyMissing from None


def fingerprint(request: HttpRequest) -> str:
    """Names a request by method, path and what was typed, leaving out the tokens that differ each time."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        for name in sorted(set(request.POST) - {FIELD, "csrfmiddlewaretoken"}):
            digest.update(repr((name, request.POST.getlist(name))).encode())
        for name in sorted(request.FILES):
            sent = [(upload.name, upload.size) for upload in request.FILES.getlist(name)]
            digest.update(repr((name, sent)).encode())
    else:
        digest.update(request.body)
    return digest.hexdigest()


def run_once(request: HttpRequest, work: Callable[[], HttpResponseBase], *, at: datetime) -> HttpResponseBase:
    """Run the view at most once per key. Raises KeyMissing or KeyReused."""
    user = request.user
    if not isinstance(user, User):
        raise KeyMissing
    key, name = key_of(request), fingerprint(request)
    row = IdempotencyKey(user=user, key=key, fingerprint=name, created_at=at)
    IdempotencyKey.objects.bulk_create([row], ignore_conflicts=True)
    with transaction.atomic():
        held = IdempotencyKey.objects.select_for_update(no_key=True).get(user=user, key=key)
        if held.status is not None:
            if held.fingerprint != name:
                raise KeyReused
            return _replay(held)
        response = work()
        if response.status_code < 400 and getattr(response, "is_to_be_kept", True):
            _keep(held, name, response)
        elif response.status_code >= 500:
            transaction.set_rollback(True)
        return response


def said_once(response: R, address: str) -> R:
    """Mark an answer that must not be kept (a password on a slip): a repeat is led to `address` instead."""
    response.said_once_address = address  # type: ignore[attr-defined]
    return response


def changed_nothing(response: R) -> R:
    """Mark an answer that only told something, such as a file: it is not kept, and the key stays free."""
    response.is_to_be_kept = False  # type: ignore[attr-defined]
    return response


def _keep(held: IdempotencyKey, name: str, response: HttpResponseBase) -> None:
    # Rendering sets the content type, so it comes first.
    if hasattr(response, "render") and not getattr(response, "is_rendered", True):
        response.render()
    held.fingerprint = name
    if address := getattr(response, "said_once_address", ""):
        held.status, held.location = 303, address
        held.save()
        return
    held.status = response.status_code
    held.location = response.headers.get("Location", "")
    held.content_type = response.headers.get("Content-Type", "")
    content = b"" if response.streaming else getattr(response, "content", b"")
    held.body = content[:MAX_BODY]
    held.save()


def _replay(held: IdempotencyKey) -> HttpResponse:
    response = HttpResponse(bytes(held.body), status=held.status, content_type=held.content_type or None)
    if held.location:
        response["Location"] = held.location
    response["Idempotent-Replay"] = "true"
    return response
