"""JSON Schemas of the configuration files, for editors; kept in docs/schemas."""

import json

from pydantic import BaseModel

from shared.configuration.files import (
    CalendarsFile,
    EscalationFile,
    OutageFile,
    SlaFile,
)
from shared.configuration.people_file import PeopleFile
from shared.configuration.pool_files import AgentsFile, PoolFile

FILES: dict[str, type[BaseModel]] = {
    "agents": AgentsFile,
    "calendars": CalendarsFile,
    "escalation": EscalationFile,
    "outage": OutageFile,
    "people": PeopleFile,
    "pool": PoolFile,
    "sla": SlaFile,
}


def schemas() -> dict[str, str]:
    """File name (`pool.json`) to its content."""
    return {f"{name}.json": _schema(model) for name, model in FILES.items()}


def _schema(model: type[BaseModel]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | model.model_json_schema()
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
