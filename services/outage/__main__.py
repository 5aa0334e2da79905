"""`python -m services.outage`: one process of the outage service."""

import uvloop

from services.outage.app import build_service
from services.outage.settings import OutageSettings
from shared.clock import clock_from_environment
from shared.logging import configure_logging
from shared.runner.settings import ServiceSettings


async def serve(surroundings: ServiceSettings) -> None:
    await build_service(OutageSettings(), surroundings, clock_from_environment()).run()


def main() -> None:
    surroundings = ServiceSettings()
    configure_logging(service="outage", level=surroundings.log_level)
    uvloop.run(serve(surroundings))


if __name__ == "__main__":
    main()
