"""A small SMTP server on a free port: it takes mails, or answers as a test tells it to."""

import socketserver
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


class Server(socketserver.ThreadingTCPServer):
    """`answers` are given to the next RCPT commands, then 250; `hang_up` breaks the line after the mail's last dot."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.taken: list[tuple[list[str], EmailMessage]] = []
        self.answers: list[str] = []
        self.hang_up = False
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Session(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        self._say("220 ready")
        recipients: list[str] = []
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "EHLO":
                self._say("250 here")
            elif verb == "RCPT":
                answer = self.server.answers.pop(0) if self.server.answers else "250 fine"
                if answer.startswith("250"):
                    recipients.append(line.partition("<")[2].partition(">")[0])
                self._say(answer)
            elif verb == "DATA":
                self._say("354 go on")
                content = self._content()
                self.server.taken.append((recipients, message_from_bytes(content, policy=policy.default)))
                recipients = []
                if self.server.hang_up:
                    return
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _content(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
