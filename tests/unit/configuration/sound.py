"""A small configuration without findings, as files; tests change one thing in it."""

from pathlib import Path

FILES = {
    "people.yaml": """\
people:
  - {id: noor, locale: en, timezone: Europe/Amsterdam, email: noor@example.com}
  - id: dana
    locale: he
    email: dana@example.com
""",
    "calendars.yaml": """\
calendars:
  - name: office
    timezone: Europe/Amsterdam
    week:
      mon-fri: "08:30-17:00"
    holidays: [2026-12-25]
    dated:
      2026-12-24: "08:30-12:00"
""",
    "escalation.yaml": """\
policies:
  - name: duty
    levels:
      - {after: 0s, people: [noor]}
      - after: 10min
        people: [dana]
    rounds: 2
    round_length: 30min
""",
    "sla.yaml": """\
policies:
  - name: standard
    targets:
      - metric: first_reply
        channels: voice
        within: 60s
        met_by: assignment
        escalation_policy: duty
      - metric: first_reply
        within: 4h
        calendar: office
        priorities: [urgent]
      - metric: resolution
        within: 3 business days
        calendar: office
""",
    "outage.yaml": """\
it: [noor]
references:
  - {name: router, tcp: "192.0.2.1:443", every: 30s, timeout: 500ms}
channels:
  chat:
    probes:
      - {name: door, http: "https://chat.example.com/health", every: 30s, timeout: 5s}
      - {name: line, tcp: "[2001:db8::1]:443"}
    silent_after: 15min
    recovered_for: 2min
promises: {critical: 10min}
""",
    "pools/support/pool.yaml": """\
default_language: en
default_queue: general
default_sla_policy: standard
skills: [billing]
priorities:
  - {name: normal}
  - {name: urgent, head_start: 15min}
channels:
  voice: {units: 100, min_language_level: 3, backups: [chat]}
  chat: {units: 30, wrap_up: 15s, backups: [voice]}
queues:
  - name: general
  - name: money
    skills: {billing: 2}
rules:
  - name: refunds
    when: {topic: [refund, invoice], channel: voice}
    queue: money
    priority: urgent
  - name: rest-of-money
    when: {topic: refund}
    queue: money
managers: [noor]
staff: [noor]
""",
    "pools/support/agents.yaml": """\
agents:
  - {id: ana, skills: {billing: 4}, languages: {en: 5, pt: 4, he: 4}, channels: [voice, chat]}
  - id: ben
    skills: [billing:2]
    languages: [en, he:2/5, pt:0/4]
    channels: {chat: 2}
""",
}


def write(folder: Path, **changes: str) -> Path:
    """The sound configuration in a folder; `changes` replace or add whole files."""
    for name, content in (FILES | changes).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder
