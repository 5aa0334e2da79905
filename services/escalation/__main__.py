"""`python -m services.escalation`: one process of the escalation service."""

import uvloop

from services.escalation.app import build_service
from services.escalation.settings import EscalationSettings
from shared.clock import clock_from_environment
from shared.logging import configure_logging


async def serve(settings: EscalationSettings) -> None:
    await build_service(settings, clock_from_environment()).run()


def main() -> None:
    settings = EscalationSettings()
    configure_logging(service="escalation", level=settings.log_level)
    uvloop.run(serve(settings))


if __name__ == "__main__":
    main()
