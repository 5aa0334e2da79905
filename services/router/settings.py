"""All that an operator can set for the router service; the only reader of its environment.

Environment: SWITCHYARD_<NAME> for these fields, SWITCHYARD_KAFKA_<NAME> for the broker.
"""

from shared.runner.settings import ServiceSettings


class RouterSettings(ServiceSettings):
    """Nothing of its own yet: what the router service decides by is configuration."""
