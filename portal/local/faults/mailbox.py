"""A mail server that accepts every e-mail and records only the recipients; while it does not run, mail is refused."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline().decode(errors="replace").strip():
            word = line.split(":")[0].split()[0].upper()
            if word == "RCPT":
                self.server.letters.append(line.partition("<")[2].partition(">")[0])  # type: ignore[attr-defined]
            if word == "DATA":
                self.say("354 go on")
                while self.rfile.readline().strip() != b".":
                    pass
            self.say("221 bye" if word == "QUIT" else "250 ok")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


@contextmanager
def mailbox(port: int) -> Iterator[list[str]]:
    """The addresses to which e-mails were sent, while the block lasts."""
    with _Server(("127.0.0.1", port), _Talk) as server:
        server.letters = letters = list[str]()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield letters
        server.shutdown()
