"""Who is paged and who is told of outages in the demo's centre, and what is looked at for them."""

from dataclasses import dataclass
from typing import Any

from switchyard.demo.extract import TIMEZONE
from switchyard.demo.outage import CHANNEL
from switchyard.demo.outside import PHONES, REFERENCE, ROOM, TELEPHONE

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
# The board at the wall of the floor hears of escalations queue by queue; so does, pool by pool, who
# leads the nights. She sleeps in the day, and what came meanwhile is there when she wakes.
BOARD, NIGHTS = "floor", "nadia"
SLEEPS = "08:00-16:00"
# A mail that is not acknowledged is followed by a message to the telephone, some time before the
# next level is paged.
MAIL_ALONE = "8min"
# Who reads another language than English: noa reads Hebrew, right to left.
LOCALES = {"noa": "he", "floor-works": "pt", "floor-inspection": "ro"}
MAIL_DOMAIN = "switchyard.test"  # reserved for tests: no mail can ever leave


@dataclass(frozen=True, slots=True)
class World:
    """How the services reach what is outside of them.

    `webhook_url` None: nobody is told by webhook, for the way there is neither https nor loopback.
    `phones`: whether the managers' telephones take webhooks, too; their secrets must be known.
    """

    url: str
    webhook_url: str | None
    phones: bool = False


def people_file(world: World) -> dict[str, Any]:
    """`people.yaml`: whoever is on duty, IT, each pool's floor, and the rooms."""
    others = sorted({IT[0], BOARD, *FLOORS.values()})
    room = [] if world.webhook_url is None else [_room(world.webhook_url)]
    return {
        "people": [
            *(_person(person) | _ways(person, world) for person in on_duty()),
            *(_person(person) for person in others),
            _person(NIGHTS) | {"quiet": SLEEPS},
            *room,
        ],
        "operators": [IT[0]],
        "rooms": _rooms(),
        # A try takes milliseconds here, but the demo's clock runs hundreds of times faster.
        "retries": {"waits": ["1min", "5min", "10min"], "lease": "30min"},
        "page_expires": "4h",
    }


def on_duty() -> list[str]:
    """The managers, each once."""
    return sorted({person for levels in DUTY.values() for level in levels for person in level})


def _person(person: str) -> dict[str, Any]:
    return {
        "id": person,
        "locale": LOCALES.get(person, "en"),
        "timezone": TIMEZONE,
        "email": f"{person}@{MAIL_DOMAIN}",
    }


def _ways(person: str, world: World) -> dict[str, Any]:
    """What a manager wants: a mail, and a message to the telephone if he has not answered it."""
    mail = {"method": "email", "succeed_by": MAIL_ALONE, "succeed_on": "acknowledged"}
    if not world.phones or world.webhook_url is None:
        return {"rules": {"high": [mail], "low": ["email"]}}
    return {
        "webhook": f"{world.webhook_url}{PHONES}{person}",
        "rules": {"high": [mail, "webhook"], "low": ["email"]},
    }


def _rooms() -> dict[str, Any]:
    """Waits are those of a room: nobody has to do anything at once."""
    escalations = "kind=escalation"
    return {
        "receiver": BOARD,
        "group_by": ["pool", "queue"],
        "group_wait": "5min",
        "group_interval": "30min",
        "repeat_interval": "4h",
        "routes": [
            {
                "match": escalations,
                "receiver": NIGHTS,
                "group_by": ["pool"],
                "group_interval": "1h",
                "repeat_interval": "12h",  # of use for as long, so longer than she sleeps
                "continue": True,
            },
            {"match": escalations},
        ],
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
