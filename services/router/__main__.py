"""`python -m services.router`: one process of the router service."""

import uvloop

from services.router.app import build_service
from services.router.settings import RouterSettings
from shared.clock import clock_from_environment
from shared.logging import configure_logging


async def serve(settings: RouterSettings) -> None:
    await build_service(settings, clock_from_environment()).run()


def main() -> None:
    settings = RouterSettings()
    configure_logging(service="router", level=settings.log_level)
    uvloop.run(serve(settings))


if __name__ == "__main__":
    main()
