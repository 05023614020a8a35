"""A wire between browser and portal that can be cut, or lose the answer to what the portal has done."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CHUNK = 65536


@dataclass
class Wire:
    """`is_up` cuts everything; of the next `swallow` requests beginning with `prefix` the answer is lost."""

    target: tuple[str, int]
    port: int = 0
    is_up: bool = True
    prefix: bytes = b"POST /activities/new/"
    swallow: int = 0
    swallowed: int = 0
    sent: int = 0
    open: set[socket.socket] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        self.is_up = False
        with self.lock:
            for each in list(self.open):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.is_up = True

    def carry(self, near: socket.socket) -> None:
        """One connection, until either side ends it."""
        if not self.is_up:
            near.close()
            return
        far = socket.create_connection(self.target)
        is_lost = threading.Event()
        with self.lock:
            self.open |= {near, far}
        back = threading.Thread(target=self._answers, args=(far, near, is_lost), daemon=True)
        back.start()
        with suppress(OSError):
            while chunk := near.recv(CHUNK):
                if chunk.startswith(self.prefix):
                    self._count(is_lost)
                far.sendall(chunk)
        self._end(near, far)

    def _count(self, is_lost: threading.Event) -> None:
        with self.lock:
            self.sent += 1
            if self.swallow:
                self.swallow -= 1
                is_lost.set()

    def _answers(self, far: socket.socket, near: socket.socket, is_lost: threading.Event) -> None:
        with suppress(OSError):
            while chunk := far.recv(CHUNK):
                if is_lost.is_set():
                    # The portal has answered, so it has committed: nobody hears of it.
                    with self.lock:
                        self.swallowed += 1
                    break
                near.sendall(chunk)
        self._end(near, far)

    def _end(self, *both: socket.socket) -> None:
        with self.lock:
            self.open -= set(both)
        for each in both:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextmanager
def weak_wire(url: str) -> Iterator[Wire]:
    parts = urlsplit(url)
    wire = Wire((parts.hostname or "127.0.0.1", parts.port or 80))
    door = socket.create_server(("127.0.0.1", 0))
    wire.port = door.getsockname()[1]

    def listen() -> None:
        with suppress(OSError):
            while True:
                near, _ = door.accept()
                threading.Thread(target=wire.carry, args=(near,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield wire
    finally:
        wire.cut()
        door.close()
