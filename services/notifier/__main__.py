"""`python -m services.notifier`: one process of the notifier."""

import uvloop

from services.notifier.app import build_service
from services.notifier.settings import NotifierSettings
from shared.clock import clock_from_environment
from shared.logging import configure_logging
from shared.runner.settings import ServiceSettings


def main() -> None:
    surroundings = ServiceSettings()
    configure_logging(service="notifier", level=surroundings.log_level)
    service = build_service(NotifierSettings(), surroundings, clock_from_environment())
    uvloop.run(service.run())


if __name__ == "__main__":
    main()
