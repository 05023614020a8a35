"""Somebody who reads pages and sends their forms over HTTP, without a browser."""

import re
import urllib.error
import urllib.request
import uuid
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode, urlsplit


class Visitor:
    """One signed-in browser without a screen: forms are read and sent as they are drawn."""

    def __init__(self, url: str, user_name: str = "", password: str = "") -> None:
        self.url = url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        if user_name:
            self.send("/sign-in/", {"username": user_name, "password": password})

    def get(self, address: str) -> tuple[int, bytes, str]:
        """Status, content and the address one ends at."""
        return self._answer(urllib.request.Request(self.url + address))

    def send(self, address: str, fields: dict[str, Any], page: str = "") -> tuple[int, str, str]:
        """Fill in the form on a page and send it."""
        drawn = self.get(page or address)[1].decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', drawn)
        assert token, f"no form on {page or address}"
        typed = {**fields, "csrfmiddlewaretoken": token.group(1), "idempotency_key": str(uuid.uuid4())}
        version = re.search(r'name="version" value="(\d+)"', drawn)
        if version:
            typed.setdefault("version", version.group(1))
        request = urllib.request.Request(
            self.url + address, urlencode(typed).encode(), {"Referer": self.url + (page or address)}
        )
        status, content, ended = self._answer(request)
        return status, content.decode(), ended

    def _answer(self, request: urllib.request.Request) -> tuple[int, bytes, str]:
        try:
            with self.opener.open(request) as answer:
                return answer.status, answer.read(), urlsplit(answer.url).path
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read(), urlsplit(refused.url).path
