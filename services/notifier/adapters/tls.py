"""Whom we trust at the other end of an encrypted connection."""

import ssl
from pathlib import Path


def trust(ca_file: Path | None) -> ssl.SSLContext:
    """The system's authorities, and those in a file (PEM) beside them.

    Raises:
        OSError: the file cannot be read, or holds no certificate.
    """
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context
