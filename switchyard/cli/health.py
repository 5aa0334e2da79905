"""`switchyard health`: is every service ready?"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Annotated

import httpx
import typer

from switchyard.cli.gateway import DEFAULT_URL
from switchyard.cli.output import FOUND, Json, print_json, print_table

_PATIENCE_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    url: str
    ready: bool
    service: str
    reasons: tuple[str, ...]


def register(app: typer.Typer) -> None:
    @app.command()
    def health(
        urls: Annotated[
            list[str] | None,
            typer.Option(
                "--url",
                envvar="SWITCHYARD_HEALTH_URLS",
                help="Address of a service; repeat it, or separate several by spaces.",
            ),
        ] = None,
        *,
        as_json: Json = False,
    ) -> None:
        """Ask /readyz of the gateway and of every service named. Exit code 1: one is not ready."""
        wanted = list(dict.fromkeys(urls or [DEFAULT_URL]))
        with ThreadPoolExecutor(max_workers=8) as pool:
            answers = list(pool.map(ask, wanted))
        if as_json:
            print_json([asdict(answer) for answer in answers])
        else:
            print_table(
                ("service", "ready", "address", "reasons"),
                [
                    (it.service, "yes" if it.ready else "NO", it.url, "; ".join(it.reasons))
                    for it in answers
                ],
            )
        if not all(answer.ready for answer in answers):
            raise typer.Exit(FOUND)


def ask(url: str) -> Answer:
    """What /readyz says; no answer is not ready, with the reason."""
    try:
        answer = httpx.get(f"{url.rstrip('/')}/readyz", timeout=_PATIENCE_S)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = f"no answer: {type(error).__name__}"
        return Answer(url=url, ready=False, service="?", reasons=(reason,))
    try:
        body = answer.json()
    except ValueError:
        body = {}
    body = body if isinstance(body, dict) else {}
    reasons = tuple(str(reason) for reason in body.get("reasons", []))
    return Answer(
        url=url,
        ready=answer.status_code == 200,
        service=str(body.get("service", "?")),
        reasons=reasons or (() if answer.is_success else (f"status {answer.status_code}",)),
    )
