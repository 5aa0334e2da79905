"""What people.yaml says of people, limits, operators and rooms, as the documents have it."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.configuration import load
from shared.configuration.contact_forms import connector, phone, quiet, rung
from shared.configuration.forms import FormError
from shared.configuration.matchers import matchers
from shared.contracts.configuration import OutageDocument
from shared.contracts.people import (
    Hop,
    Inhibition,
    Matcher,
    MethodLimits,
    PeopleDocument,
    Person,
    PersonalRules,
    QuietHours,
    Recipient,
    Route,
    Rung,
    default_limits,
)
from tests.unit.configuration.sound import FILES, write

ROOM = "  - {id: room, slack: C0123ABCD, teams: floor, phone: +31 6-1234 5678}\n"


def people(folder: Path, *, of_dana: str = "", at_the_top: str = "") -> PeopleDocument:
    """The sound people, with more lines of dana, a chat room, and more at the top."""
    dana = "".join(f"    {line}\n" for line in of_dana.splitlines())
    text = FILES["people.yaml"] + dana + ROOM + at_the_top
    loaded = load(write(folder, **{"people.yaml": text}))
    assert loaded.findings == ()
    return loaded.people


def test_a_file_that_says_nothing_more_takes_the_contracts_defaults(tmp_path: Path) -> None:
    document = load(write(tmp_path)).people
    assert document == PeopleDocument(people=document.people)
    assert document.people[0] == Person(
        id="noor", timezone="Europe/Amsterdam", email="noor@example.com"
    )


def test_a_person_may_have_every_contact_method(tmp_path: Path) -> None:
    methods = ("slack", "teams", "zoom", "pagerduty", "opsgenie", "statuspage", "apprise")
    dana = people(tmp_path, of_dana="\n".join(f"{it}: my-{it}" for it in methods)).people[1]
    assert [getattr(dana, it) for it in methods] == [f"my-{it}" for it in methods]


def test_a_number_is_kept_without_what_people_write_between_its_digits(tmp_path: Path) -> None:
    assert people(tmp_path).people[2].phone == "+31612345678"
    assert phone("+1 (555) 010.9999") == "+15550109999"


def test_a_hop_is_a_word_or_says_when_it_must_have_succeeded(tmp_path: Path) -> None:
    rules = """\
phone: +972501234567
rules:
  high: [{method: sms, succeed_by: 2min, succeed_on: delivered}, voice, email]
  low: email
"""
    assert people(tmp_path, of_dana=rules).people[1].rules == PersonalRules(
        high=(
            Hop(method="sms", succeed_by_s=120, succeed_on="delivered"),
            Hop(method="voice"),
            Hop(method="email"),
        ),
        low=(Hop(method="email"),),
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("22:00-07:00", QuietHours(start_minute=1320, end_minute=420)),
        ("9:30 - 12:00", QuietHours(start_minute=570, end_minute=720)),
        ("20:00-24:00", QuietHours(start_minute=1200, end_minute=0)),
        (
            {"mon-thu": "22:00-07:00", "sun": "22:00-07:00"},
            QuietHours(start_minute=1320, end_minute=420, days=(0, 1, 2, 3, 6)),
        ),
        ({"sat": "00:00-24:00"}, QuietHours(start_minute=0, end_minute=0, days=(5,))),
    ],
)
def test_quiet_hours_may_go_over_midnight_and_name_days(written: object, meant: QuietHours) -> None:
    assert QuietHours.model_validate(quiet(written)) == meant


@pytest.mark.parametrize(
    "written",
    ["", "22-7", "24:00-07:00", "22:60-07:00", {}, {"mon": "22:00-07:00", "mon-tue": "22:00-07:00"},
     {"someday": "22:00-07:00"}, {"mon": None}],
)  # fmt: skip
def test_what_are_no_quiet_hours_is_refused(written: object) -> None:
    with pytest.raises(FormError):
        quiet(written)


def test_quiet_hours_stand_in_the_document(tmp_path: Path) -> None:
    dana = people(tmp_path, of_dana='quiet: {mon-fri: "22:00-07:00"}').people[1]
    assert dana.quiet == QuietHours(start_minute=1320, end_minute=420, days=(0, 1, 2, 3, 4))


def test_what_limits_do_not_say_stays_as_it_was(tmp_path: Path) -> None:
    top = "limits: {sms: {bundle: 5min}, voice: {ladder: []}, email: {ladder: 30 per 10min}}\n"
    limits = people(tmp_path, at_the_top=top).limits
    built_in = default_limits()
    assert limits["sms"] == MethodLimits(ladder=built_in["sms"].ladder, bundle_s=300)
    assert limits["voice"] == MethodLimits(ladder=(), bundle_s=built_in["voice"].bundle_s)
    assert limits["email"] == MethodLimits(ladder=(Rung(most=30, within_s=600),))


def test_a_ladder_has_rungs_in_short_or_in_full(tmp_path: Path) -> None:
    top = "limits: {sms: {ladder: [2 per 1min, {most: 5, within: 15min}]}}\n"
    assert people(tmp_path, at_the_top=top).limits["sms"].ladder == (
        Rung(most=2, within_s=60),
        Rung(most=5, within_s=900),
    )
    for wrong in ("5", "5 in 2min", "some per 2min", "-5 per 2min", ""):
        with pytest.raises(FormError):
            rung(wrong)


def test_each_contact_method_may_have_a_schedule_of_its_own(tmp_path: Path) -> None:
    retries = people(tmp_path, at_the_top="retries: {by_method: {sms: [30s, 2min]}}\n").retries
    assert retries.by_method == {"sms": (30, 120)}
    assert retries.waits_s == (5, 15, 60, 300)


def test_operators_are_told_by_their_rules_or_by_one_method(tmp_path: Path) -> None:
    top = "operators: [noor, {person: room, method: sms}]\nrequire_verified: true\n"
    document = people(tmp_path, at_the_top=top)
    assert document.require_verified
    assert document.operators == (
        Recipient(person="noor", method="rules"),
        Recipient(person="room", method="sms"),
    )
    alone = people(tmp_path, at_the_top="operators: noor\n")
    assert alone.operators == document.operators[:1]


def test_rooms_are_a_tree_of_routes_with_what_each_inherits_left_out(tmp_path: Path) -> None:
    top = """\
rooms:
  receiver: room
  group_by: [queue]
  group_wait: 0s
  repeat_interval: 4h
  routes:
    - {match: [severity=critical, 'queue=~billing.*'], receiver: noor, continue: true}
    - match: 'queue!~"a|b", severity!=minor'
      group_by: ...
      group_interval: 500ms
      tell_ended: false
inhibit:
  - {source: severity=critical, target: severity=~minor|major, equal: channel}
"""
    document = people(tmp_path, at_the_top=top)
    assert document.rooms == Route(
        receiver="room",
        group_by=("queue",),
        group_wait_s=0,
        repeat_interval_s=14_400,
        routes=(
            Route(
                match=(
                    Matcher(label="severity", value="critical"),
                    Matcher(label="queue", value="billing.*", pattern=True),
                ),
                receiver="noor",
                go_on=True,
            ),
            Route(
                match=(
                    Matcher(label="queue", value="a|b", pattern=True, negated=True),
                    Matcher(label="severity", value="minor", negated=True),
                ),
                group_by=("...",),
                group_interval_s=0.5,
                tell_ended=False,
            ),
        ),
    )
    assert document.inhibitions == (
        Inhibition(
            source=(Matcher(label="severity", value="critical"),),
            target=(Matcher(label="severity", value="minor|major", pattern=True),),
            equal=("channel",),
        ),
    )


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("a=b", ["b"]),
        (" a = b ", ["b"]),
        ("a=", [""]),
        ('a=""', [""]),
        ('a="b c, d"', ["b c, d"]),
        (r'a="say \"yes\" \\ \n"', ['say "yes" \\ \n']),
        ('{a="b",c=~"d{1,2}"}', ["b", "d{1,2}"]),
        ("a=b=c", ["b=c"]),
        ('a="=b"', ["=b"]),
        ("a=b,", ["b"]),
        (r"a=~\d+", [r"\d+"]),
    ],
)
def test_matchers_are_written_as_in_alertmanager(written: str, values: list[str]) -> None:
    assert [it["value"] for it in matchers(written)] == values


@pytest.mark.parametrize(
    "written", ["", "a", "=b", "1a=b", "a==b", "a=~~b", 'a="b', 'a=b"', "a=~(", "a=~[", "a=b, c"]
)
def test_what_is_no_matcher_is_refused(written: str) -> None:
    with pytest.raises(FormError):
        matchers(written)


@pytest.mark.parametrize(
    "secret",
    [
        "https://hooks.slack.com/services/T0/B0/abc",
        "hooks.example.com/abc",
        "mailtos://me:pw@example.com",
        "0123456789abcdef0123456789ABCDEF",
        "123e4567-e89b-12d3-a456-426614174000",
        "xoxb-123-456-abc",
    ],
)
def test_a_secret_in_place_of_a_name_is_refused_and_never_repeated(secret: str) -> None:
    with pytest.raises(FormError) as refused:
        connector(secret, "slack")
    assert secret not in str(refused.value)
    assert "CONNECTORS_FILE" in refused.value.remedy


def told(folder: Path, person: str) -> OutageDocument:
    outage = FILES["outage.yaml"].replace("it: [noor]", "it: [one]")
    changes = {"people.yaml": f"{FILES['people.yaml']}  - {person}\n", "outage.yaml": outage}
    loaded = load(write(folder, **changes))
    assert loaded.errors == ()
    return loaded.outage


@pytest.mark.parametrize(
    ("person", "methods"),
    [
        ("{id: one, email: a@example.com, phone: +31612345678}", ["email"]),
        ("{id: one, phone: +31612345678}", ["sms"]),
        ("{id: one, slack: C0123ABCD, teams: floor}", ["slack", "teams"]),
        ("{id: one, email: a@example.com, slack: C0123ABCD, rules: {low: slack}}", ["rules"]),
    ],
)
def test_of_outages_a_person_hears_by_his_rules_or_by_what_he_reads(
    tmp_path: Path, person: str, methods: list[str]
) -> None:
    assert [it.method for it in told(tmp_path, person).it] == methods


def test_who_has_only_a_chat_room_is_paged_there(tmp_path: Path) -> None:
    escalation = FILES["escalation.yaml"].replace("[dana]", "[dana, room]")
    text = FILES["people.yaml"] + ROOM
    loaded = load(write(tmp_path, **{"people.yaml": text, "escalation.yaml": escalation}))
    assert loaded.findings == ()
    [duty] = loaded.pools["support"].escalation_policies
    assert [level.method for level in duty.levels] == ["rules", "rules"]


WRITTEN = st.text(alphabet='ab09:-+ ,=~!"\\([{*?.</#', max_size=40)


@given(WRITTEN | st.none() | st.dictionaries(st.sampled_from(["mon", "sat-sun", "x"]), WRITTEN))
def test_nothing_that_is_written_makes_a_short_form_fail_otherwise_than_by_a_finding(
    written: object,
) -> None:
    for form in (quiet, matchers, rung, phone, lambda it: connector(it, "slack")):
        with suppress(FormError):
            form(written)


@pytest.mark.parametrize(
    "pattern", ["(" * 150 + ")" * 150, "a{9999999999999999999}", "[[a]]", "a" * 201]
)
def test_a_pattern_that_python_cannot_take_is_refused(pattern: str) -> None:
    with pytest.raises(FormError):
        matchers(f'queue=~"{pattern}"')
