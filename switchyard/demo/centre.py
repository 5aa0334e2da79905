"""The demo's support centre as a folder of configuration, like one that a customer would write."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from switchyard.demo.extract import resolution
from switchyard.demo.outage import BACKUPS
from switchyard.demo.people import DUTY, FLOORS, World, outage_file, people_file
from switchyard.demo.staff import CHANNELS, Colleague
from switchyard.demo.topics import DEFAULT_QUEUE, POOLS, QUEUES, URGENT, queue_of

LEVEL_2_AFTER = "15min"
# This pool tells who wrote a mail that it is there, how long it may take, and if it takes longer.
CONFIRMS = "boston-info"
RECEIPTS = {"receipt": ["email"], "longer_wait": True}


def write_folder(root: Path, people: Iterable[Colleague], world: World) -> None:
    """Write everything; what is already there is replaced."""
    agents = list(people)
    _write(root / "people.yaml", people_file(world))
    _write(root / "outage.yaml", outage_file(world))
    _write(root / "calendars.yaml", _calendars())
    _write(root / "sla.yaml", {"policies": [_policy(pool) for pool in POOLS]})
    _write(root / "escalation.yaml", {"policies": [_escalation(pool) for pool in POOLS]})
    for pool in POOLS:
        _write(root / "pools" / pool / "pool.yaml", _pool(pool))
        mine = [_agent(agent) for agent in agents if agent.pool == pool]
        _write(root / "pools" / pool / "agents.yaml", {"agents": mine})


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _calendars() -> dict[str, Any]:
    city = resolution()
    return {
        "calendars": [
            {
                "name": "city-hall",
                "timezone": city.timezone,
                "week": dict.fromkeys(city.week, f"{city.opens}-{city.closes}"),
                "holidays": city.holidays,
            },
            {"name": "boston-time", "timezone": city.timezone, "week": {"mon-sun": "00:00-24:00"}},
        ]
    }


def _policy(pool: str) -> dict[str, Any]:
    """First replies are the demo's own promise; resolutions are the city's, and page nobody."""
    duty = f"{pool}-duty"
    first: list[dict[str, Any]] = [
        {"channels": ["voice"], "within": "60s", "met_by": "assignment"},
        {"channels": ["chat"], "within": "2min", "met_by": "reply"},
        {"within": "4h", "met_by": "reply"},
    ]
    return {
        "name": pool,
        "targets": [
            *({"metric": "first_reply", **it, "escalation_policy": duty} for it in first),
            *_resolutions(),
        ],
    }


def _resolutions() -> list[dict[str, Any]]:
    by_length: dict[tuple[str, int], list[str]] = {}
    for topic, rule in resolution().types.items():
        by_length.setdefault((rule.kind, rule.days), []).append(topic)
    return [
        {
            "metric": "resolution",
            "topics": topics,
            "within": f"{days} {kind} days",
            "calendar": "city-hall" if kind == "business" else "boston-time",
            "met_by": "close",
        }
        for (kind, days), topics in sorted(by_length.items())
    ]


def _escalation(pool: str) -> dict[str, Any]:
    first, second = DUTY[pool]
    return {
        "name": f"{pool}-duty",
        "levels": [
            {"after": "0s", "people": list(first)},
            {"after": LEVEL_2_AFTER, "people": list(second)},
        ],
        "rounds": 2,
        "round_length": "30min",
    }


def _pool(pool: str) -> dict[str, Any]:
    queues = [DEFAULT_QUEUE[pool], *QUEUES[pool]]
    return {
        "pool": pool,
        "default_language": "en",
        "default_queue": DEFAULT_QUEUE[pool],
        "default_sla_policy": pool,
        "skills": queues,
        "priorities": [{"name": "normal"}, {"name": "urgent", "head_start": "3min"}],
        # Generous, for at 300 times speed a tenth of a second is half a minute.
        "presence_lease": "2h",
        "aside": "2min",
        "misses_until_away": 5,
        "managers": [person for level in DUTY[pool] for person in level],
        "staff": [FLOORS[pool]],
        "channels": {
            "voice": {
                "units": 100,
                "offer_expires": "2min",
                "wrap_up": "30s",
                **_level(3),
                "backups": list(BACKUPS),
            },
            "chat": {"units": 50, "offer_expires": "3min", "wrap_up": "20s", **_level(2)},
            "email": {"units": 50, "offer_expires": "15min", **_level(2)},
            "sms": {"units": 30, "offer_expires": "10min", **_level(2)},
            "social": {"units": 30, "offer_expires": "10min", **_level(2)},
            "web_form": {"units": 50, "offer_expires": "15min", **_level(2)},
        },
        "queues": [{"name": queue, "skills": {queue: 2}} for queue in queues],
        "rules": _rules(pool),
        **({"customer_notices": RECEIPTS} if pool == CONFIRMS else {}),
    }


def _level(least: int) -> dict[str, Any]:
    return {"min_language_level": least, "presence_grace": "10min"}


def _rules(pool: str) -> list[dict[str, Any]]:
    urgent: dict[str, list[str]] = {}
    for topic in URGENT:
        urgent.setdefault(queue_of(pool, topic), []).append(topic)
    return [
        *(
            {
                "name": f"urgent-{queue}",
                "when": {"topic": topics},
                "queue": queue,
                "priority": "urgent",
            }
            for queue, topics in urgent.items()
        ),
        *(
            {"name": queue, "when": {"topic": list(topics)}, "queue": queue}
            for queue, topics in QUEUES[pool].items()
        ),
    ]


def _agent(agent: Colleague) -> dict[str, Any]:
    return {
        "id": agent.id,
        "skills": agent.skills,
        "languages": {
            tag: {"spoken": spoken, "written": written}
            for tag, (spoken, written) in agent.languages.items()
        },
        "channels": dict(CHANNELS[agent.desk]),
    }
