"""A small real HTTP server that plays a chat platform: takes messages, refuses, redirects, or drips."""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass
class RobotStub:
    """Answers each POST with `status` and `answer`; what came is kept in `taken`."""

    status: int = 200
    answer: bytes = b'{"errcode":0,"errmsg":"ok"}'
    drips: bool = False
    taken: list[dict[str, Any]] = field(default_factory=list)

    def __enter__(self) -> "RobotStub":
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                stub.taken.append(
                    {"path": self.path, "raw": raw, "json": json.loads(raw), "headers": dict(self.headers)}
                )
                self.send_response(stub.status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", str(len(stub.answer)))
                self.end_headers()
                for number in range(len(stub.answer)):
                    self.wfile.write(stub.answer[number : number + 1])
                    if stub.drips:
                        self.wfile.flush()
                        time.sleep(0.3)

            def log_message(self, format: str, *args: Any) -> None:
                """The tests read `taken`."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
