"""Something between pledger and the server that loses the connection at the worst moment: at COMMIT."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PORT_FILE = ".s.PGSQL.5432"
COMMIT = b"COMMIT\0"
"""How a client asks for it, and how the server says that it is done."""


class Proxy:
    """Forwards bytes between a socket of its own and the server's; `lose` says which COMMIT gets lost, and how."""

    def __init__(self, folder: Path, server: Path) -> None:
        self._server = str(server / PORT_FILE)
        self._how: str | None = None
        self.lost = 0
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / PORT_FILE))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def lose(self, how: str) -> None:
        """Lose the connection at the next COMMIT.

        `before` it reaches the server; `after` the server has done it, and before anybody knows; `for good` is the
        same, and nobody can connect any more.
        """
        self._how = how

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                both = (client, server)
                awaits_answer = threading.Event()
                for pump in (self._ask, self._answer):
                    threading.Thread(target=pump, args=(*both, awaits_answer), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, awaits_answer: threading.Event) -> None:
        with suppress(OSError):
            while told := client.recv(65_536):
                if COMMIT in told and self._how == "before":
                    self._cut(client, server)
                    return
                if COMMIT in told and self._how is not None:
                    awaits_answer.set()
                server.sendall(told)
        self._close(client, server)

    def _answer(self, client: socket.socket, server: socket.socket, awaits_answer: threading.Event) -> None:
        with suppress(OSError):
            while told := server.recv(65_536):
                if awaits_answer.is_set() and COMMIT in told:
                    if self._how == "for good":
                        self.close()
                    self._cut(client, server)
                    return
                client.sendall(told)
        self._close(client, server)

    def _cut(self, *ends: socket.socket) -> None:
        self._how = None
        self.lost += 1
        self._close(*ends)

    def _close(self, *ends: socket.socket) -> None:
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
