#!/usr/bin/env python3
"""Makes the secrets that compose.yaml hands to the services. What exists is left as it is.

    python3 deploy/make_secrets.py

It needs nothing but Python. One file for each secret, in deploy/secrets:

    api-keys.json         API keys in clear, by role: for those who use them. No service reads it.
    gateway-keys.json     their hashes, for the gateway
    link-keys             signs the links in pages, for notifier and gateway
    webhook-secrets       signs webhooks, a person and his secret on each line, for the notifier
    connectors            tokens and secret addresses of vendors, for the notifier; empty: none
    twilio-tokens         verify what Twilio tells the gateway; empty: nothing is believed
    smtp-password         for the notifier; empty: the mail server asks for none

Containers read a file as another user than the one who made it. So the files are readable to all,
and the folder is closed: on this machine nobody else comes to them.
"""

import argparse
import base64
import hashlib
import json
import secrets
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "secrets"
ROLES = ("system", "supervisor", "manager")
WEBHOOK_SECRET_BYTES = 32  # Standard Webhooks asks for 24 to 64


def make(folder: Path, *, webhooks: list[str]) -> list[str]:
    """Write what is missing; the names of the files written.

    Args:
        webhooks: ids of the persons who are reached by a webhook.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    keys = {role: f"swk_{secrets.token_urlsafe(32)}" for role in ROLES}
    contents = {
        "api-keys.json": _json(keys),
        "gateway-keys.json": _json({"keys": [_entry(role, key) for role, key in keys.items()]}),
        "link-keys": secrets.token_urlsafe(32) + "\n",
        "webhook-secrets": "".join(f"{person} {_webhook_secret()}\n" for person in webhooks),
        "connectors": "",
        "twilio-tokens": "",
        "smtp-password": "\n",
    }
    missing = {name for name in contents if not (folder / name).exists()}
    if "gateway-keys.json" in missing:  # a key and its hash belong together
        missing.add("api-keys.json")
    else:  # the keys in clear may have been taken away, as they should be
        missing.discard("api-keys.json")
    for name in sorted(missing):
        path = folder / name
        path.write_text(contents[name], encoding="utf-8")
        path.chmod(0o644)
    return sorted(missing)


def _entry(role: str, key: str) -> dict[str, object]:
    """As `switchyard keys new` makes it: the file holds only the hash."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    return {"name": f"compose-{role}", "role": role, "pools": ["*"], "sha256": digest}


def _webhook_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(WEBHOOK_SECRET_BYTES)).decode()


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--folder", type=Path, default=FOLDER)
    options.add_argument(
        "--webhook",
        action="append",
        metavar="PERSON",
        help="id of a person with a webhook; repeat it (default: it-room)",
    )
    given = options.parse_args()
    written = make(given.folder, webhooks=given.webhook or ["it-room"])
    told = ", ".join(written) if written else "nothing: all of them exist"
    sys.stdout.write(f"written to {given.folder}: {told}\n")


if __name__ == "__main__":
    main()
