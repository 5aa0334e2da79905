"""What an answer of Statuspage means for an attempt.

| answer | outcome |
|---|---|
| 2xx with the id of an incident | accepted |
| any other 2xx | unknown |
| 401, 403, 404, 410 | config |
| 3xx, 408, 425, 5xx | transient |
| 413 | too_big |
| 420, 429 | throttled, a minute if it names no time |
| 422, any other 4xx | refused |

Looking for an incident of ours comes first, and can do no harm: whatever becomes of it that is not
said above is transient.
"""

from dataclasses import dataclass, replace

from services.notifier.adapters.delivery import Delivery
from services.notifier.adapters.http.asking import by_status, throttled
from services.notifier.adapters.http.carrier import Answer
from services.notifier.adapters.http.judging import code_in, parsed, said, unproved
from services.notifier.adapters.statuspage.posts import Post

_TOO_MANY = frozenset({420, 429})


@dataclass(frozen=True, slots=True)
class Found:
    """An unresolved incident of ours."""

    name: str  # what Statuspage calls it
    told: bool  # it says already what we came to say


def delivery_of(answer: Answer) -> Delivery:
    """Of a request that makes or changes an incident."""
    if 200 <= answer.status < 300:
        name = code_in(said(answer).get("id"))
        if not name:
            return unproved(answer)
        return Delivery("accepted", f"POST: {answer.status}", provider_id=name)
    return _failure(answer)


def looked(answer: Answer, post: Post) -> Found | Delivery | None:
    """Of the list of unresolved incidents: the one of ours; None: there is none."""
    if answer.status != 200:
        failed = replace(_failure(answer), detail=f"GET: {answer.status}")
        return failed if failed.outcome != "refused" else replace(failed, outcome="transient")
    incidents = parsed(answer)
    if not isinstance(incidents, list):
        return Delivery("transient", "GET: 200 without a list")
    for incident in filter(lambda each: isinstance(each, dict), incidents):
        if _ours(incident) == post.incident and (name := code_in(incident.get("id"))):
            return Found(name, told=_says(incident, post))
    return None


def _failure(answer: Answer) -> Delivery:
    if answer.status in _TOO_MANY:
        return throttled(answer, f"POST: {answer.status}")
    return by_status(answer)


def _ours(incident: dict[str, object]) -> object:
    metadata = incident.get("metadata")
    mark = metadata.get("switchyard") if isinstance(metadata, dict) else None
    return mark.get("outage_id") if isinstance(mark, dict) else None


def _says(incident: dict[str, object], post: Post) -> bool:
    """Whether its newest update is what we came to say: then an earlier try got through."""
    updates = incident.get("incident_updates")
    newest = updates[0] if isinstance(updates, list) and updates else None
    return (
        isinstance(newest, dict)
        and newest.get("status") == post.content["status"]
        and str(newest.get("body", "")).strip() == str(post.content["body"]).strip()
    )
