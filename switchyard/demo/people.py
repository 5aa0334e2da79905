"""Who is paged and who is told of outages in the demo's centre, and what is looked at for them."""

from dataclasses import dataclass
from typing import Any

from switchyard.demo.extract import TIMEZONE
from switchyard.demo.outage import CHANNEL
from switchyard.demo.outside import REFERENCE, ROOM, TELEPHONE

# Level 1 is paged at the breach, level 2 a while later if nobody acknowledged.
DUTY: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "boston-info": (("irene",), ("victor",)),
    "boston-works": (("walter",), ("victor",)),
    "boston-inspection": (("noa",), ("victor",)),
}
# Who is told of an outage, beside those who are on duty. A team has one mailbox, in the language
# that most of it prefers; IT has a chat room, too, that takes webhooks.
IT = ("ivo", "it-room")
FLOORS = {
    "boston-info": "floor-info",
    "boston-works": "floor-works",
    "boston-inspection": "floor-inspection",
}
# Who reads another language than English: noa reads Hebrew, right to left.
LOCALES = {"noa": "he", "floor-works": "pt", "floor-inspection": "ro"}
MAIL_DOMAIN = "switchyard.test"  # reserved for tests: no mail can ever leave


@dataclass(frozen=True, slots=True)
class World:
    """How the services reach what is outside of them.

    `webhook_url` None: nobody is told by webhook, for the way there is neither https nor loopback.
    """

    url: str
    webhook_url: str | None


def people_file(world: World) -> dict[str, Any]:
    """`people.yaml`: whoever is on duty, IT, and each pool's floor."""
    duty = {person for levels in DUTY.values() for level in levels for person in level}
    ids = sorted(duty | {IT[0], *FLOORS.values()})
    room = [] if world.webhook_url is None else [_room(world.webhook_url)]
    return {
        "people": [
            *(
                {
                    "id": person,
                    "locale": LOCALES.get(person, "en"),
                    "timezone": TIMEZONE,
                    "email": f"{person}@{MAIL_DOMAIN}",
                }
                for person in ids
            ),
            *room,
        ],
        # A try takes milliseconds here, but the demo's clock runs hundreds of times faster.
        "retries": {"waits": ["1min", "5min", "10min"], "lease": "30min"},
        "page_expires": "4h",
    }


def _room(webhook_url: str) -> dict[str, Any]:
    return {"id": IT[1], "timezone": TIMEZONE, "webhook": f"{webhook_url}{ROOM}"}


def outage_file(world: World) -> dict[str, Any]:
    """`outage.yaml`: looks far enough apart for a clock that runs hundreds of times faster."""
    return {
        "it": list(IT if world.webhook_url is not None else IT[:1]),
        "channels": {
            CHANNEL: {
                "probes": [_probe("telephone-platform", world.url + TELEPHONE)],
                "bad_in_a_row": 3,
                "good_in_a_row": 2,
                "recovered_in_a_row": 4,
                "recovered_for": "3min",
                "failed_over_for": "5min",
            }
        },
        "references": [_probe("city-network", world.url + REFERENCE)],
        "promises": {"critical": "15min"},
    }


def _probe(name: str, url: str) -> dict[str, Any]:
    return {"name": name, "http": url, "every": "2min", "timeout": "5s"}
