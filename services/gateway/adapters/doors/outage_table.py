"""The doors about outages and the board: a part of the table."""

from services.gateway.adapters.doors import board, bodies, outages
from services.gateway.adapters.doors.door import Door
from services.gateway.adapters.doors.usual import COMMAND, IN_CHARGE, JSON_OR_STREAM, OVERSEERS

_INCIDENT = "/v1/incidents/{incident_id}"

OUTAGE_DOORS: tuple[Door, ...] = (
    Door(
        method="POST",
        path="/v1/incidents",
        name="declare_incident",
        summary="A channel is down: its contacts move to the backups, and people are told.",
        handler=outages.declare,
        roles=IN_CHARGE,
        body=bodies.NewIncident,
        answers=COMMAND,
    ),
    Door(
        method="GET",
        path="/v1/incidents",
        name="list_incidents",
        summary="Incidents: open ones first, then the newest.",
        handler=outages.incidents,
        roles=OVERSEERS,
        query=bodies.IncidentsQuery,
    ),
    Door(
        method="GET",
        path=_INCIDENT,
        name="explain_incident",
        summary="What was seen, decided and told of it, in order, and what moved.",
        handler=outages.incident,
        roles=OVERSEERS,
    ),
    Door(
        method="POST",
        path=f"{_INCIDENT}/updates",
        name="update_incident",
        summary="News for everybody who was told of it; renews the promise of the next.",
        handler=outages.update,
        roles=IN_CHARGE,
        body=bodies.IncidentNews,
        answers=COMMAND,
    ),
    Door(
        method="POST",
        path=f"{_INCIDENT}/resolve",
        name="resolve_incident",
        summary="It is over: contacts go back at once, and people are told.",
        handler=outages.resolve,
        roles=IN_CHARGE,
        body=bodies.IncidentEnd,
        body_may_lack=True,
        answers=COMMAND,
    ),
    Door(
        method="GET",
        path="/v1/channels",
        name="list_channels",
        summary="Health of each channel, and where its contacts go while it is down.",
        handler=outages.channels,
        roles=OVERSEERS,
        query=bodies.PoolQuery,
    ),
)
BOARD_DOORS: tuple[Door, ...] = (
    Door(
        method="GET",
        path="/board",
        name="board",
        summary="One page for the wall: what waits, who is there, what is late, what is down.",
        handler=board.page,
        roles=OVERSEERS,
        query=bodies.BoardQuery,
        for_browsers=True,
        media_types=("text/html",),
    ),
    Door(
        method="GET",
        path="/board/{file}",
        name="board_file",
        summary="A file of the board's page.",
        handler=board.file,
        roles=OVERSEERS,
        needs_view=False,
        for_browsers=True,
        media_types=("text/css", "text/javascript", "image/svg+xml"),
    ),
    Door(
        method="GET",
        path="/v1/board/stream",
        name="board_stream",
        summary="What the board shows, as events while it changes; once where JSON is asked for.",
        handler=board.stream,
        roles=OVERSEERS,
        query=bodies.PoolQuery,
        for_browsers=True,
        media_types=JSON_OR_STREAM,
    ),
)
