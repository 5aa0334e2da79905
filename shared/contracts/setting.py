"""What every part of a configuration document is."""

from pydantic import BaseModel, ConfigDict


class Setting(BaseModel):
    """Strict where events are tolerant: an unknown key is a typing error, and is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
