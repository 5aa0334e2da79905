"""`python -m services.notifier`: one process of the notifier."""

import uvloop

from services.notifier.app import build_service
from services.notifier.settings import NotifierSettings
from shared.clock import clock_from_environment
from shared.logging import configure_logging
from shared.runner.settings import ServiceSettings


async def serve(surroundings: ServiceSettings) -> None:
    await build_service(NotifierSettings(), surroundings, clock_from_environment()).run()


def main() -> None:
    surroundings = ServiceSettings()
    configure_logging(service="notifier", level=surroundings.log_level)
    uvloop.run(serve(surroundings))


if __name__ == "__main__":
    main()
