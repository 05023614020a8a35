"""A small real SMTP server: takes mail, refuses the addresses it is told to, or stops answering."""

import socketserver
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from types import TracebackType


@dataclass
class SmtpStub:
    """`refuses`: address -> answer to RCPT. `hangs_at`: greeting, RCPT or DATA; `drips`: a byte at a time.

    `when_taken` is called with a mail in hand and before the server's yes.
    """

    refuses: dict[str, str] = field(default_factory=dict)
    hangs_at: str = ""
    drips: bool = False
    data_answer: str = "250 taken"
    when_taken: Callable[[], None] | None = None
    taken: list[Message] = field(default_factory=list)
    sessions: int = 0

    def __enter__(self) -> "SmtpStub":
        stub = self
        self.over = threading.Event()

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                stub.sessions += 1
                _Session(stub, self).run()

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


class _Session:
    def __init__(self, stub: SmtpStub, handler: socketserver.StreamRequestHandler) -> None:
        self.stub, self.handler = stub, handler

    def run(self) -> None:
        self.say("greeting", "220 stub")
        while line := self.handler.rfile.readline().decode().strip():
            verb = line.split(" ")[0].upper()
            if verb == "QUIT":
                self.say(verb, "221 bye")
                return
            self.answer(verb, line)

    def answer(self, verb: str, line: str) -> None:
        if verb == "RCPT":
            address = line.partition("<")[2].partition(">")[0]
            self.say(verb, self.stub.refuses.get(address, "250 ok"))
        elif verb == "DATA":
            self.say("DATA", "354 go on")
            self.take()
        else:
            self.say(verb, "250 ok")

    def take(self) -> None:
        lines = []
        while (line := self.handler.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        if self.stub.data_answer.startswith("250"):
            self.stub.taken.append(message_from_bytes(b"".join(lines)))
            if self.stub.when_taken:
                self.stub.when_taken()
        self.say("taken", self.stub.data_answer)

    def say(self, stage: str, words: str) -> None:
        if stage == self.stub.hangs_at:
            self.stub.over.wait(60)
            return
        if self.stub.drips:
            for byte in words.encode() * 50:
                if self.stub.over.is_set():
                    return
                self.write(bytes([byte]))
                time.sleep(0.2)
        self.write(words.encode() + b"\r\n")

    def write(self, what: bytes) -> None:
        try:
            self.handler.wfile.write(what)
        except OSError:
            self.stub.over.set()
