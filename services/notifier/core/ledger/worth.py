"""What makes a row worthless before it has got through."""

from services.notifier.core.causes.succession import successor
from services.notifier.core.causes.verifications import hash_now
from services.notifier.core.chains.progress import got_through
from services.notifier.core.model import Notification
from services.notifier.core.rooms.groups import is_stale
from services.notifier.core.rooms.model import group_name
from services.notifier.core.state import NotifierState


def worthless(state: NotifierState, row: Notification) -> str | None:
    """What made it so; None: it is of use."""
    if (recall := state.recalls.get(row.key)) is not None and row.page is not None:
        return f"{recall.reason} before the page left"
    if (newer := successor(state, row)) is not None:
        return f"{newer} replaces it"
    if (news := row.group) is not None and not row.in_doubt:
        name = group_name(news.person, news.route, news.group)
        if is_stale(state.groups.get(name), news.announcement_id):
            return "newer news of its group"
    if (asked := row.verification) is not None:
        now = hash_now(state, asked.person, asked.method)
        if now is not None and now != asked.address_hash:
            return "the address is another one by now"
    through = got_through(state, row)
    return None if through is None else f"hop {through.hop} got through"
