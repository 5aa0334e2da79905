"""The part of people.yaml that says which room hears of what, as Alertmanager's routes do."""

from pydantic import Field

from shared.configuration.values import Id, Matchers, Patience, SomeMatchers, Wait, Words
from shared.contracts.setting import Setting


class RouteEntry(Setting):
    """A node of the tree. What is not given is inherited from the node above."""

    receiver: Id | None = None
    match: Matchers = ()
    go_on: bool = Field(default=False, alias="continue")
    group_by: Words | None = None
    group_wait: Wait | None = None
    group_interval: Patience | None = None
    repeat_interval: Patience | None = None
    tell_ended: bool | None = None
    routes: tuple["RouteEntry", ...] = ()


class InhibitEntry(Setting):
    """While a source fires, targets that agree with it in these labels are not told."""

    source: SomeMatchers
    target: SomeMatchers
    equal: Words = ()
