"""Every file shown to a virus scanner, where one is named; without its word nothing is taken."""

import socket
import struct

from orgportal.core.word_files import Unfit

CHUNK = 64 * 1024
SECONDS = 20
CLEAN, FOUND = b"OK", b"FOUND"


def demand_clean(data: bytes, scanner: str) -> None:
    """`scanner`: "host:port" of a clamd, or nothing. Raises Unfit for a find and for a scanner away."""
    if not scanner:
        return
    try:
        answer = _asked(data, scanner)
    except (OSError, ValueError):
        raise Unfit("scanner_away") from None
    if answer.endswith(FOUND):
        raise Unfit("scan_found")
    if not answer.endswith(CLEAN):
        raise Unfit("scanner_away")


def _asked(data: bytes, scanner: str) -> bytes:
    """The scanner's one line, in its own protocol: lengths before pieces, a length of zero at the end."""
    host, _colon, port = scanner.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=SECONDS) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), CHUNK):
            piece = data[start : start + CHUNK]
            line.sendall(struct.pack("!I", len(piece)) + piece)
        line.sendall(struct.pack("!I", 0))
        answer = b""
        while chunk := line.recv(4096):
            answer += chunk
    return answer.rstrip(b"\0\n ")
