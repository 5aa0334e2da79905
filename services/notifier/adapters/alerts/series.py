"""Several requests that make one message: all of them, or as far as they go."""

from collections.abc import Sequence

from services.notifier.adapters.delivery import Delivery, Permission
from services.notifier.adapters.http.asking import asked
from services.notifier.adapters.http.carrier import HttpCarrier, Judge, Request


async def send_all(
    http: HttpCarrier, requests: Sequence[Request], may_send: Permission, judge: Judge
) -> Delivery:
    """One after the other, until one is not accepted; that one's answer counts.

    Only for providers that know a repeat by its key: the next try begins again with the first.
    """
    answers: list[Delivery] = []
    for request in requests:
        answers.append(await asked(http, request, may_send, judge))
        if answers[-1].outcome != "accepted":
            return answers[-1]
    return answers[0]
