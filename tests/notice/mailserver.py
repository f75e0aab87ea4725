"""A mail server for tests (邮件服务器): says what a test wants it to say, on a port of its own."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Server:
    """What it heard, and how it answers: a code for each stage that is not the usual one."""

    port: int = 0
    letters: list[tuple[str, str]] = field(default_factory=list)  # to whom, the whole text
    connections: int = 0
    says: dict[str, str] = field(default_factory=dict)  # "RCPT" → "550 no such user"
    hangs_up: str = ""  # the command at which it goes away
    shuns: str = ""  # the address over which it goes away


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        heard: Server = self.server.heard  # type: ignore[attr-defined]
        heard.connections += 1
        self.say("220 ready")
        to = ""
        for line in self.rfile:
            said = line.decode().strip()
            verb = said.partition(" ")[0].upper()
            if verb == heard.hangs_up or (heard.shuns and heard.shuns in said):
                return
            if verb == "RCPT":
                to = said.partition("<")[2].partition(">")[0]
            if verb == "DATA":
                self.say("354 go on")
                heard.letters.append((to, self.letter()))
            self.say(heard.says.get(verb, "250 ok"))

    def letter(self) -> str:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line)
        return b"".join(lines).decode()

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server(settings: Any, **how: Any) -> Iterator[Server]:
    """A server that listens while the test runs, and is the installation's mail server."""
    heard = Server(**how)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.heard = heard  # type: ignore[attr-defined]
        server.daemon_threads = True
        heard.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", heard.port
        settings.EMAIL_TIMEOUT = 5
        yield heard
        server.shutdown()
