"""Configuration by its hash, as the config topic holds it."""

import asyncio
from collections.abc import Iterator, Mapping

import structlog
from pydantic import ValidationError

from shared.contracts.configuration import Document, hash_of, read_document
from shared.log import Follower

log = structlog.get_logger(__name__)
PREFIX = "document/"


class DocumentStore(Mapping[str, Document]):
    """Only grows: a document never changes under its hash."""

    def __init__(self) -> None:
        self._documents: dict[str, Document] = {}
        self._grown = asyncio.Event()
        self._caught_up = asyncio.Event()

    def __getitem__(self, document_hash: str) -> Document:
        return self._documents[document_hash]

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)

    def put(self, content: bytes) -> None:
        """Keep a document under the hash of its bytes.

        Raises:
            pydantic.ValidationError: not a document.
        """
        self._documents[hash_of(content)] = read_document(content)
        self._grown.set()
        self._grown = asyncio.Event()

    async def wait_for(self, document_hash: str) -> None:
        """Return once the document is there."""
        while document_hash not in self._documents:
            await self._grown.wait()

    async def caught_up(self) -> None:
        """Return once all that the config topic held at the start is here."""
        await self._caught_up.wait()

    async def follow(self, follower: Follower) -> None:
        """Take every document of the config topic, for ever; cancel it to stop."""
        async for batch in follower.batches():
            for record in batch:
                if record.key is None or not record.key.startswith(PREFIX):
                    continue
                try:
                    self.put(record.value)
                except ValidationError as error:
                    log.error(  # noqa: TRY400 - a traceback would carry the document
                        "document_unreadable", document=record.key, errors=error.error_count()
                    )
            if follower.caught_up():
                self._caught_up.set()
