"""All that an operator can set for the outage service; the only reader of its environment.

Each field is `SWITCHYARD_OUTAGE_<NAME>` in the environment. What is watched, and who is told, is
configuration (`outage.yaml`).
"""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class OutageSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SWITCHYARD_OUTAGE_")

    instance: str = "outage-1"  # different for each process of this service
    concurrency: int = Field(default=16, ge=1)  # looks at the same time
    reference_cache_s: float = Field(default=1.0, ge=0)  # how long one look at references counts
    drain_s: float = Field(default=5.0, ge=0)  # at shutdown, for looks under way
