"""How fast vendors take messages, where they say so. An operator's settings may say otherwise.

| method | by | rate | source |
|---|---|---|---|
| slack | channel or webhook | 1 a second, in bursts of 5 | docs.slack.dev, rate limits |
| teams | webhook | 4 a second, 60 in 30 s, 100 an hour … | Microsoft's for connectors; kept here \
as a limit of our own, as Workflows names none |
| zoom | account | 2 a second | label Medium, free plan; the incoming webhook names none |
| sms, voice | account | 1 a second | Twilio's default of a number: 1 MPS, 1 CPS |
| pagerduty | integration key | 120 a minute | developer.pagerduty.com, Events API v2 |
| opsgenie | account | 2 a second | figures not published; answers 429 beyond |
| statuspage | account | 1 a second | developer.statuspage.io: space calls by a second |
| apprise | address | 1 a second | no vendor is known: a room's usual limit |

Mail and signed webhooks have none: their servers tell by 421 and 429. Of Teams the hourly rates are
left out: the ledger's own ladders see to so long times.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.notifier.adapters.sending.buckets import Rate


@dataclass(frozen=True, slots=True)
class Rates:
    """Of a contact method: for all of a provider, and for each address there."""

    provider: tuple[Rate, ...] = ()
    address: tuple[Rate, ...] = ()


NO_RATES = Rates()
BY_METHOD: Mapping[str, Rates] = {
    "slack": Rates(address=(Rate(5, 5.0),)),
    "teams": Rates(address=(Rate(4, 1.0), Rate(60, 30.0))),
    "zoom": Rates(provider=(Rate(4, 2.0),)),
    "sms": Rates(provider=(Rate(5, 5.0),)),
    "voice": Rates(provider=(Rate(5, 5.0),)),
    "pagerduty": Rates(address=(Rate(120, 60.0),)),
    "opsgenie": Rates(provider=(Rate(4, 2.0),)),
    "statuspage": Rates(provider=(Rate(1, 2.4),)),  # two requests a message
    "apprise": Rates(address=(Rate(5, 5.0),)),
}


def rates_of(text: str) -> dict[str, Rates]:
    """The table with what an operator says: `slack 1/1, sms 10/1, email 100/60`.

    A method's own entry replaces its rate for all of the provider, with `@` (`slack@ 1/1`) that of
    each address; several for one are taken together. `-` lifts it: `sms -`.

    Raises:
        ValueError: an entry is none; its text is told.
    """
    said: dict[tuple[str, bool], list[Rate]] = {}
    for entry in filter(None, (it.strip() for it in text.split(","))):
        name, _, rate = entry.partition(" ")
        most, _, within_s = rate.strip().partition("/")
        rates = said.setdefault((name.removesuffix("@"), name.endswith("@")), [])
        if most == "-" and not within_s:
            continue
        try:
            rates.append(Rate(int(most), float(within_s)))
        except ValueError as error:
            raise ValueError(f"{entry!r} is no rate; write such as `sms 10/1`") from error
        if rates[-1].most < 1 or not 0 < rates[-1].within_s < 1e6:
            raise ValueError(f"{entry!r}: at least 1 message, in more than 0 seconds")
    table = dict(BY_METHOD)
    for (name, by_address), rates in said.items():
        known = table.get(name, NO_RATES)
        table[name] = (
            Rates(known.provider, tuple(rates))
            if by_address
            else Rates(tuple(rates), known.address)
        )
    return table
