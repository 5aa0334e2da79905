"""What the short forms of the files mean in the documents."""

from pathlib import Path
from typing import Any

import pytest

from shared.configuration import document_hash, forms, load
from shared.contracts.configuration import (
    Agent,
    Calendar,
    EscalationLevel,
    LanguageLevel,
    OutageDocument,
    PoolDocument,
    PoolInOutage,
    Probe,
    Span,
    WatchedChannel,
)
from shared.contracts.people import Recipient
from tests.unit.configuration.sound import FILES, write


def support(folder: Path, **changes: str) -> PoolDocument:
    loaded = load(write(folder, **changes))
    assert loaded.errors == ()
    return loaded.pools["support"]


def test_a_pool_is_named_by_its_folder_and_takes_the_contracts_defaults(tmp_path: Path) -> None:
    document = support(tmp_path)
    assert document.pool == "support"
    assert document.presence_lease_s == PoolDocument.model_fields["presence_lease_s"].default
    assert document.priorities[1].head_start_s == 900
    assert document.channels["voice"].offer_expires_s == 30


def test_agents_say_languages_skills_and_caps_in_short(tmp_path: Path) -> None:
    ana, ben = support(tmp_path).agents
    assert ana == Agent(
        id="ana",
        skills={"billing": 4},
        languages={
            "en": LanguageLevel(),
            "pt": LanguageLevel(spoken=4, written=4),
            "he": LanguageLevel(spoken=4, written=4),
        },
        channels={"voice": 1, "chat": 3},  # as many as fit 100 units: 100 each, 30 each
    )
    assert ben.languages["he"] == LanguageLevel(spoken=2, written=5)
    assert ben.channels == {"chat": 2}


def test_what_an_agent_does_not_say_comes_from_the_defaults(tmp_path: Path) -> None:
    agents = """\
defaults: {skills: [billing:3], languages: en, capacity_units: 60, channels: chat}
agents:
  - {id: ana}
  - {id: ben, capacity_units: 200}
"""
    ana, ben = support(tmp_path, **{"pools/support/agents.yaml": agents}).agents
    assert (ana.skills, ana.capacity_units, ana.channels) == ({"billing": 3}, 60, {"chat": 2})
    assert (ben.capacity_units, ben.channels) == (200, {"chat": 6})


def test_norwegian_is_a_language_and_not_false(tmp_path: Path) -> None:
    agents = FILES["pools/support/agents.yaml"].replace("pt: 4", "no: 4")
    ana = support(tmp_path, **{"pools/support/agents.yaml": agents}).agents[0]
    assert "no" in ana.languages


def test_language_tags_are_written_in_one_way(tmp_path: Path) -> None:
    agents = FILES["pools/support/agents.yaml"].replace("pt: 4, he: 4", "PT-br: 4, iw: 3")
    ana = support(tmp_path, **{"pools/support/agents.yaml": agents}).agents[0]
    assert list(ana.languages) == ["en", "pt-BR", "he"]


def test_agents_may_stand_in_several_files_and_in_a_table(tmp_path: Path) -> None:
    table = "id,skills,languages,capacity_units,channels\n"
    table += "cas,billing:3,en he:3/5,,chat:2\n\ndov,,en,50,\n"
    more = {"pools/support/agents/late.yaml": "agents:\n  - {id: eva, languages: en}\n"}
    agents = support(tmp_path, **{"pools/support/agents.csv": table}, **more).agents
    assert [agent.id for agent in agents] == ["ana", "ben", "cas", "dov", "eva"]
    assert agents[2].skills == {"billing": 3}
    assert agents[2].languages["he"] == LanguageLevel(spoken=3, written=5)
    assert (agents[3].capacity_units, agents[3].channels) == (50, {})


def test_a_mistake_in_a_table_is_told_in_its_line(tmp_path: Path) -> None:
    table = "id,skills\ncas,billing:3\ndov,biling:3\n"
    [error] = load(write(tmp_path, **{"pools/support/agents.csv": table})).errors
    assert (error.line, error.problem) == (3, "unknown skill `biling`")
    table = "id,skill\ncas,billing:3\n"
    [error] = load(write(tmp_path, **{"pools/support/agents.csv": table})).errors
    assert (error.problem, error.remedy) == ("unknown column `skill`", "did you mean `skills`?")


def test_a_pool_holds_only_what_it_refers_to(tmp_path: Path) -> None:
    escalation = FILES["escalation.yaml"] + "  - {name: other, levels: [{people: noor}]}\n"
    calendars = FILES["calendars.yaml"] + "  - {name: other, timezone: UTC, week: {sun: closed}}\n"
    changes = {"escalation.yaml": escalation, "calendars.yaml": calendars}
    document = support(tmp_path, **changes)
    assert [it.name for it in document.escalation_policies] == ["duty"]
    assert [it.name for it in document.calendars] == ["office"]
    assert [it.name for it in document.sla_policies] == ["standard"]


def test_promises_calendars_and_levels_are_what_they_say(tmp_path: Path) -> None:
    document = support(tmp_path)
    voice, written, resolution = document.sla_policies[0].targets
    assert (voice.open_s, voice.met_by, voice.channels) == (60, "assignment", ("voice",))
    assert (written.open_s, written.met_by) == (4 * 3600, "reply")
    assert (resolution.business_days, resolution.met_by) == (3, "close")
    day = (Span(opens_min=510, closes_min=1020),)
    assert document.calendars[0] == Calendar(
        name="office",
        timezone="Europe/Amsterdam",
        week=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), day),
        holidays=("2026-12-25",),
        dated={"2026-12-24": (Span(opens_min=510, closes_min=720),)},
    )
    [duty] = document.escalation_policies
    assert duty.levels[1] == EscalationLevel(after_s=600, people=("dana",), method="rules")
    assert (duty.rounds, duty.round_s) == (2, 1800)


def test_outages_are_what_their_file_and_the_pools_say(tmp_path: Path) -> None:
    outage = load(write(tmp_path)).outage
    noor = (Recipient(person="noor"),)
    assert outage.it == noor
    assert outage.pools == {
        "support": PoolInOutage(
            backups={"voice": ("chat",), "chat": ("voice",)}, managers=noor, staff=noor
        )
    }
    door = Probe(name="door", target="https://chat.example.com/health")
    line = Probe(name="line", kind="tcp", target="[2001:db8::1]:443")
    assert outage.channels == {
        "chat": WatchedChannel(probes=(door, line), silent_after_s=900, recovered_for_s=120)
    }
    [router] = outage.references
    assert (router.kind, router.target, router.timeout_s) == ("tcp", "192.0.2.1:443", 0.5)
    assert (outage.promises.critical_s, outage.promises.major_s) == (600, 1800)


def test_without_a_file_of_outages_pools_keep_their_backups_and_audiences(tmp_path: Path) -> None:
    pools = load(write(tmp_path)).outage.pools
    (tmp_path / "outage.yaml").unlink()
    assert load(tmp_path).outage == OutageDocument(pools=pools)


def test_a_person_is_told_once_by_every_contact_method_that_he_has(tmp_path: Path) -> None:
    people = FILES["people.yaml"].replace(
        "email: dana@", "webhook: https://hooks.example.com/1\n    email: dana@"
    )
    people += "  - {id: room, webhook: https://hooks.example.com/2}\n"
    outage = FILES["outage.yaml"].replace("it: [noor]", "it: [dana, room, dana]")
    loaded = load(write(tmp_path, **{"people.yaml": people, "outage.yaml": outage}))
    assert loaded.errors == ()
    assert [(it.person, it.method) for it in loaded.outage.it] == [
        ("dana", "email"),
        ("dana", "webhook"),
        ("room", "webhook"),
    ]
    assert loaded.people.people[1].webhook == "https://hooks.example.com/1"


def test_a_person_can_be_paged_by_webhook(tmp_path: Path) -> None:
    people = FILES["people.yaml"].replace(
        "email: dana@", "webhook: https://h.example.com\n    email: dana@"
    )
    escalation = FILES["escalation.yaml"].replace("[dana]", "[dana]\n        method: webhook")
    document = support(tmp_path, **{"people.yaml": people, "escalation.yaml": escalation})
    assert [it.method for it in document.escalation_policies[0].levels] == ["rules", "webhook"]


def test_comments_and_key_order_do_not_change_the_hash(tmp_path: Path) -> None:
    pool = FILES["pools/support/pool.yaml"]
    lines = pool.splitlines(keepends=True)
    shuffled = "# a comment\n" + "".join([lines[1], lines[0], *lines[2:]])
    first = support(tmp_path / "one")
    second = support(tmp_path / "two", **{"pools/support/pool.yaml": shuffled})
    assert document_hash(first) == document_hash(second)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        (90, 90),
        ("30s", 30),
        ("2min", 120),
        ("2 m", 120),
        ("1h 30min", 5400),
        ("1d", 86400),
    ],
)
def test_durations(text: Any, seconds: int) -> None:
    assert forms.duration_s(text) == seconds


@pytest.mark.parametrize("text", ["", "-5", "1.5h", "5 weeks", "h", None, [], "9" * 40, "99999d"])
def test_what_is_no_duration_is_refused(text: Any) -> None:
    with pytest.raises(forms.FormError):
        forms.duration_s(text)


def test_a_day_may_last_until_midnight() -> None:
    assert forms.hours("00:00-24:00") == [{"opens_min": 0, "closes_min": 1440}]
    assert forms.hours(["13:00-17:00", "9:00 - 12:00"]) == [
        {"opens_min": 540, "closes_min": 720},
        {"opens_min": 780, "closes_min": 1020},
    ]


@pytest.mark.parametrize("text", ["24:01-25:00", "08:60-09:00", "8-17", "17:00-17:00", "noon"])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(forms.FormError):
        forms.hours(text)


def test_days_may_be_named_in_ranges_and_lists() -> None:
    assert forms.week({"mon-wed": 1, "sat, sun": 2}) == {
        "mon": 1, "tue": 1, "wed": 1, "sat": 2, "sun": 2,
    }  # fmt: skip
    for wrong in ({"mon-wed": 1, "tue": 2}, {"fri-mon": 1}, {"monday": 1}):
        with pytest.raises(forms.FormError):
            forms.week(wrong)
