"""A mail server for processes under test: keeps what it took, and answers when it is told to."""

import asyncio
import email
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Self


@dataclass
class SmtpServer:
    """`answers` False: it takes the content and says nothing of it, as a server that dies then."""

    answers: bool = True
    mails: list[EmailMessage] = field(default_factory=list)
    port: int = 0

    async def __aenter__(self) -> Self:
        self._writers: set[asyncio.StreamWriter] = set()
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        for writer in self._writers:
            writer.close()
        await self._server.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._conversation(reader, writer)
        self._writers.discard(writer)
        writer.close()

    async def _conversation(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(b"220 mx.test\r\n")
        while line := await reader.readline():
            match line[:4].upper().strip():
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    content = await reader.readuntil(b"\r\n.\r\n")
                    mail = email.message_from_bytes(content[:-3], policy=default)
                    assert isinstance(mail, EmailMessage)
                    self.mails.append(mail)
                    if not self.answers:
                        await reader.read()  # until the other side is gone
                        return
                    writer.write(b"250 taken\r\n")
                case b"QUIT":
                    writer.write(b"221 bye\r\n")
                    return
                case _:
                    writer.write(b"250 fine\r\n")
