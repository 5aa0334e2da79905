"""A centre that uses every part of the routing, as files, without findings; tests change one."""

from pathlib import Path

from tests.unit.configuration.sound import write as write_sound

POOL, AGENTS = "pools/support/pool.yaml", "pools/support/agents.yaml"
CENTRE = {
    "outage.yaml": "",
    "calendars.yaml": """\
calendars:
  - {name: office, timezone: Europe/Amsterdam, week: {mon-fri: "08:30-17:00"}}
  - {name: early, timezone: Europe/Amsterdam, week: {mon-fri: "08:00-13:00"}}
  - {name: late, timezone: Europe/Lisbon, week: {mon-fri: "11:00-17:00"}}
""",
    POOL: """\
default_language: en
default_queue: general
default_sla_policy: standard
skills: [billing, technical]
strategy: most_proficient
priorities:
  - {name: normal}
  - {name: urgent, head_start: 15min}
  - {name: emergency, emergency: true}
channels:
  voice: {min_language_level: 3, wrap_up: 30s, wrap_up_extension: 1min}
  chat: {units: 30, idle_after: 10min}
  email: {units: 20, interruptible: true}
queues:
  - name: general
    language_level: 4 for 45s
    other_languages_after: 20s
    interpreters_after: 3min
  - name: money
    skills: {billing: [4 for 30s, 2]}
    rings: {helpers: 2min}
    prefer: 45s
    prefer_last_agent: true
    hours: office
    when_closed: overflow
    max_waiting: 50
    overflow: {to: general, after: 10min}
    expires_after: 7d
  - name: technical
    skills: [technical:2]
    offers_at_once: 2
rules:
  - name: cut-off
    when: {topic: [no_service, outage]}
    queue: technical
    priority: emergency
  - name: big-money
    when: {topic: refund, attributes.amount: ">=1000", language: en}
    queue: money
    priority: urgent
    prefer_agent: ana
  - name: money
    when: {topic: [refund, invoice], channel: "!voice"}
    queue: money
topics:
  - topic: refund
    keywords: {en: [refund, money back], nl: terugbetal*}
    skills: [billing:3 for 60s]
unsure_language: {queue: general, below: 60%}
pace: 6 per 10min
customer_notices: {receipt: [email], longer_wait: true}
""",
    AGENTS: """\
defaults: {channels: [voice, chat, email]}
agents:
  - {id: ana, skills: {billing: 4, technical: 2}, languages: {en: 5, nl: 4}, hours: early}
  - {id: ben, skills: {billing: 5, technical: 4}, languages: {en: 5, nl: 5}, hours: late}
  - {id: cas, skills: [billing:2], languages: {en: 4, nl: 3}, rings: helpers}
  - {id: dov, skills: [billing:2], languages: {en: 3, nl: 3}, interpreter: true}
  - {id: eva, skills: [technical:3], languages: {en: 4, nl: 4}}
""",
}


def write(folder: Path, **changes: str) -> Path:
    """The centre in a folder; `changes` replace or add whole files."""
    return write_sound(folder, **(CENTRE | changes))
