"""What changes in the document of people in the middle of a day."""

from random import Random
from typing import Any

from shared.contracts.people import PeopleDocument
from tests.simulation import habits


def habits_changed(
    document: PeopleDocument, now_ms: int, chance: Random
) -> tuple[str, PeopleDocument]:
    """In words, and the document. Who was told of an outage by what is gone now is still owed."""
    match chance.choice(("rules", "quiet", "phone", "slack", "limits", "lease")):
        case "rules":
            return _person(document, chance, "has other rules", rules=habits.rules(chance))
        case "quiet":
            index = chance.randrange(len(document.people))
            zone = document.people[index].timezone
            quiet = habits.quiet_hours(zone, now_ms, chance)
            return _person(document, chance, "wants other quiet hours", index, quiet=quiet)
        case "phone":
            number = f"+1555030{chance.randint(0, 9999):04}"
            return _person(document, chance, "has another phone", phone=number)
        case "slack":
            return _person(document, chance, "is in Slack no more", slack=None)
        case "limits":
            changed = document.model_copy(update={"limits": habits.limits(chance)})
            return "other limits", changed
        case _:
            lease_s = chance.choice((20, 45))
            retries = document.retries.model_copy(update={"lease_s": lease_s})
            return f"leases of {lease_s} s", document.model_copy(update={"retries": retries})


def _person(
    document: PeopleDocument, chance: Random, what: str, index: int | None = None, **changes: Any
) -> tuple[str, PeopleDocument]:
    people = list(document.people)
    if index is None:
        index = chance.choice([at for at, it in enumerate(people) if at != habits.MUTE])
    people[index] = people[index].model_copy(update=changes)
    return f"{people[index].id} {what}", document.model_copy(update={"people": tuple(people)})
