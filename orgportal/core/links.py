"""Addresses by name, as templates and the frame of a page ask for them: dozens a page, most without a key."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.urls import NoReverseMatch, URLResolver, get_resolver, get_script_prefix, get_urlconf, reverse

# Stands for a key in an address; no row has so high a one.
ANY_KEY = (1 << 63) - 1


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Raises NoReverseMatch for a name there is not."""
    if args or kwargs:
        return reverse(name, args=args, kwargs=kwargs)
    return _resolved(name, get_resolver(get_urlconf()), get_script_prefix())


def frame_url(name: str) -> str:
    """The address of a frame link, or "": an error page must come out even when its link does not resolve."""
    try:
        return url(name)
    except NoReverseMatch:
        return ""


def url_by_key(name: str) -> Callable[[int], str]:
    """What gives the address of a row by its key: a list resolves the name once, not for every row."""
    head, _key, tail = reverse(name, kwargs={"pk": ANY_KEY}).rpartition(str(ANY_KEY))
    return lambda pk: f"{head}{pk}{tail}"


@lru_cache(maxsize=512)
def _resolved(name: str, table: URLResolver, prefix: str) -> str:
    """`table` and `prefix` are what an address depends on beside its name: others, and it is asked again."""
    return reverse(name)
