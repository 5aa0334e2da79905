"""News to a public page. There is no key for repeats, so it is looked up first what stands there.

So a try after one whose answer was lost finds what that one has made, and makes no second one.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from services.notifier.adapters.delivery import Delivery, Permission
from services.notifier.adapters.http.asking import asked, of_operator
from services.notifier.adapters.http.carrier import Answer, HttpCarrier, Request
from services.notifier.adapters.statuspage.answers import Found, delivery_of, looked
from services.notifier.adapters.statuspage.posts import Post

_MOST = 20  # unresolved incidents that are looked at, newest first; an answer has its bound too


@dataclass(frozen=True, slots=True)
class StatuspageCarrier:
    """Implements `Carrier` for Statuspage."""

    http: HttpCarrier

    async def send(self, message: Sequence[Post], may_send: Permission) -> Delivery:
        """One post after the other, until one is not accepted; that one's answer counts."""
        answers: list[Delivery] = []
        for post in message:
            answers.append(await self._post(post, may_send))
            if answers[-1].outcome != "accepted":
                return answers[-1]
        return answers[0]

    async def _post(self, post: Post, may_send: Permission) -> Delivery:
        found = await self._look(post, may_send)
        match found:
            case Delivery():
                return found
            case Found(name, told=True):
                return Delivery("accepted", "GET: it stands there already", provider_id=name)
            case Found(name):
                return await self._change(post, name, may_send)
            case None if post.over:
                # It was never there, or somebody has resolved it: nobody reads of it as open.
                return Delivery("accepted", "GET: no open incident", provider_id=post.thread)
            case None:
                request = _request(post, "POST", "/incidents", post.created())
                return await asked(self.http, request, may_send, delivery_of)

    async def _look(self, post: Post, may_send: Permission) -> Found | Delivery | None:
        request = _request(post, "GET", f"/incidents/unresolved?per_page={_MOST}")
        heard = await self.http.ask(request, may_send)
        if isinstance(heard, Answer):
            return looked(heard, post)
        if heard.outcome == "unknown":  # a question that is lost has changed nothing
            return replace(heard, outcome="transient")
        return of_operator(heard)

    async def _change(self, post: Post, name: str, may_send: Permission) -> Delivery:
        request = _request(post, "PATCH", f"/incidents/{quote(name, safe='')}", post.updated())
        return await asked(self.http, request, may_send, delivery_of)


def _request(post: Post, verb: str, path: str, body: dict[str, Any] | None = None) -> Request:
    return Request(
        verb=verb,
        url=post.page + path,
        headers={
            "authorization": f"OAuth {post.key}",
            "content-type": "application/json",
            "user-agent": "Switchyard",
        },
        body=b"" if body is None else json.dumps(body, ensure_ascii=False).encode(),
    )
