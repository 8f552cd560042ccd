"""A connection to PostgreSQL that breaks right after COMMIT is sent: the database has committed, and nobody is told.

with LostAnswers() as line, line.in_use():
    line.lose_commit_after(b'INSERT INTO "files_part"')
    ...   # OperationalError, although the rows are there
"""

import select
import socket
import struct
import threading
from contextlib import contextmanager, suppress

from django.db import connection

COMMIT = b"COMMIT\0"


class LostAnswers:
    """A proxy on its own loopback port. `lost`: how many answers have been lost so far."""

    def __init__(self):
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.lost = 0
        self._marker: bytes | None = None
        self._is_closed = False

    def __enter__(self) -> "LostAnswers":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exc) -> None:
        self._is_closed = True
        self._listening.close()

    def lose_commit_after(self, marker: bytes) -> None:
        """Lose the answer to the first COMMIT after a statement with `marker`, once."""
        self._marker = marker

    @contextmanager
    def in_use(self):
        """Route the default connection of this thread through the proxy."""
        before = dict(connection.settings_dict)
        self._server = (before["HOST"], before["PORT"] or 5432)
        connection.close()
        connection.settings_dict.update(HOST="127.0.0.1", PORT=self.port)
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(HOST=before["HOST"], PORT=before["PORT"])

    def _accept(self) -> None:
        while not self._is_closed:
            with suppress(OSError):
                client, _ = self._listening.accept()
                threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _connect(self) -> socket.socket:
        host, port = self._server
        if not host.startswith("/"):
            return socket.create_connection((host, int(port)))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server

    def _pass_on(self, client: socket.socket) -> None:
        has_marker = False
        with client, self._connect() as server, suppress(OSError):
            while True:
                for ready in select.select([client, server], [], [])[0]:
                    sent = ready.recv(65536)
                    if not sent:
                        return
                    (server if ready is client else client).sendall(sent)
                    if ready is server:
                        continue
                    has_marker |= self._marker is not None and self._marker in sent
                    if has_marker and COMMIT in sent:
                        server.recv(65536)  # it has committed
                        self._lose(client)
                        return

    def _lose(self, client: socket.socket) -> None:
        self._marker = None
        self.lost += 1
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, no goodbye
