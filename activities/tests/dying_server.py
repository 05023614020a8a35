"""The portal as one process that can be killed in the middle: `python -m activities.tests.dying_server PORT`.

It dies by itself where a request says so: everything is committed, nothing has been answered yet.
"""

import os
import sys
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.wsgi import get_wsgi_application

DIE = "HTTP_X_DIE_UNANSWERED"


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """The test reads what is recorded, not the log."""


def mortal(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = application(environ, start_response)
        if DIE in environ:
            os._exit(137)
        return answer

    return serve


if __name__ == "__main__":
    server = make_server(
        "127.0.0.1",
        int(sys.argv[1]),
        mortal(get_wsgi_application()),
        server_class=Threaded,
        handler_class=Silent,
    )
    server.serve_forever()
