"""Causes other than notices as data. No customer's personal data is in any."""

from typing import Any

from services.notifier.adapters.page_links import PageLinks
from services.notifier.adapters.webhook.measures import cut, fitting, moment
from services.notifier.adapters.words.told import Told
from shared.contracts.contacts import VerificationRequested
from shared.contracts.customers import CustomerNoticeRequested
from shared.contracts.escalation import PageRequested
from shared.contracts.rooms import Alert, GroupFlushed
from shared.contracts.troubles import TroubleReported

Data = dict[str, Any]
_LONGEST_LABELS, _LONGEST_ALERTS, _SHORTER_ALERTS = 2_000, 7_000, 1_000  # bytes
_LONGEST_LABEL, _LONGEST_DETAIL, _LONGEST_ID = 200, 1_000, 300


def page_data(page: PageRequested, told: Told, links: PageLinks) -> Data:
    return {
        "page_id": page.page_id,
        "escalation_id": page.escalation_id,
        "interaction_id": page.interaction_id,
        "metric": page.metric,
        "cycle": page.cycle,
        "round": page.round,
        "level": page.level,
        "person": page.person,
        "queue": page.queue,
        "channel": page.channel,
        "language": page.language,
        "due_at": moment(page.due_at_ms),
        "expires_at": moment(page.expires_at_ms),
        "acknowledge_url": links.link(page),
        "summary": told.subject,
    }


def customer_data(asked: CustomerNoticeRequested, told: Told) -> Data:
    wait = asked.wait
    return {
        "notice_id": asked.notice_id,
        "interaction_id": asked.interaction_id,
        "purpose": asked.purpose,
        "channel": asked.channel,
        "language": told.sheet.language,  # of the text
        "wait": None if wait is None else {"p50_s": wait.p50_s, "p90_s": wait.p90_s},
        "told_before_s": asked.told_before_s,
        "expires_at": moment(asked.expires_at_ms),
        **_said(told),
    }


def trouble_data(trouble: TroubleReported, told: Told) -> Data:
    return {
        "trouble_id": trouble.trouble_id,
        "person": trouble.person,
        "trouble_with": trouble.trouble_with,
        "about": trouble.about,
        "detail": cut(trouble.detail, _LONGEST_DETAIL),
        "expires_at": moment(trouble.expires_at_ms),
        **_said(told),
    }


def code_data(asked: VerificationRequested, told: Told) -> Data:
    return {
        "verification_id": asked.verification_id,
        "person": asked.person,
        "method": asked.method,
        "code": told.code,
        "expires_at": moment(asked.expires_at_ms),
        **_said(told),
    }


def group_data(flushed: GroupFlushed, told: Told, *, shorter: bool) -> Data:
    """Alerts as many as there is room for; `alerts_left_out` says how many there is none for."""
    longest = _SHORTER_ALERTS if shorter else _LONGEST_ALERTS
    shown = fitting(map(_alert, flushed.alerts), longest)
    return {
        "announcement_id": cut(flushed.announcement_id, _LONGEST_ID),
        "person": flushed.person,
        "route": flushed.route,
        "group": _labels(dict(flushed.group)),
        "number": flushed.number,
        "because": flushed.because,
        "alerts": shown,
        "alerts_left_out": len(flushed.alerts) - len(shown),
        "expires_at": moment(flushed.expires_at_ms),
        "summary": told.subject,
    }


def _alert(alert: Alert) -> Data:
    ends_at_ms = alert.ends_at_ms
    return {
        "alert_id": cut(alert.alert_id, _LONGEST_ID),
        "labels": _labels(alert.labels),
        "starts_at": moment(alert.starts_at_ms),
        "ends_at": None if ends_at_ms is None else moment(ends_at_ms),
    }


def _labels(labels: dict[str, str]) -> dict[str, str]:
    small = (
        (cut(name, _LONGEST_LABEL), cut(value, _LONGEST_LABEL))
        for name, value in sorted(labels.items())
    )
    return dict(fitting(small, _LONGEST_LABELS))


def _said(told: Told) -> Data:
    return {"summary": told.subject, "text": told.sheet.text()}
