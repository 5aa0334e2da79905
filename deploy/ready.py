#!/usr/bin/env python3
"""The container's health check: exit code 0 when every address answers /readyz with 200.

`switchyard health` says the same and more, but takes a second of processor time to start. This one
runs every few seconds in every container, so it imports next to nothing.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

PATIENCE_S = 3


def reasons_of(address: str) -> str | None:
    """Why it is not ready: what it says, or that it does not answer; None where it is ready."""
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        body = answer.read(2_000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return f"{address} does not answer: {type(error).__name__}"
    finally:
        connection.close()
    return None if answer.status == http.HTTPStatus.OK else f"{address} answers {body}"


def main() -> int:
    addresses = os.environ.get("SWITCHYARD_HEALTH_URLS", "").split()
    problems = [found for each in addresses if (found := reasons_of(each)) is not None]
    sys.stdout.write("\n".join(problems) if addresses else "SWITCHYARD_HEALTH_URLS is empty")
    return int(bool(problems) or not addresses)


if __name__ == "__main__":
    sys.exit(main())
