"""The doors about telling people: a part of the table."""

from services.gateway.adapters.doors import notification_bodies as bodies
from services.gateway.adapters.doors import notifications, people, redriving
from services.gateway.adapters.doors.door import Door
from services.gateway.adapters.doors.usual import COMMAND, IN_CHARGE, OVERSEERS

_ONE = "/v1/notifications/{notification_id:path}"  # ids of pages hold slashes
_METHOD = "/v1/people/{person}/contact-methods/{method}"

NOTIFICATION_DOORS: tuple[Door, ...] = (
    Door(
        method="GET",
        path="/v1/notifications",
        name="list_notifications",
        summary="Who is to be told what, and what became of it; who was not told with undelivered.",
        handler=notifications.notifications,
        roles=OVERSEERS,
        query=bodies.NotificationsQuery,
    ),
    Door(
        method="POST",
        path="/v1/notifications/redrive",
        name="redrive_notifications",
        summary="Sends again what came to nothing and nothing has got through for since.",
        handler=redriving.redrive_many,
        roles=IN_CHARGE,
        body=bodies.RedriveMany,
        answers=(
            (200, "What would be sent again, and why the others would not; or nothing fits."),
            (202, "They go into the log a hundred at a time, within `takes_s`."),
            (409, "An earlier request is still under way."),
        ),
    ),
    Door(
        method="POST",
        path=f"{_ONE}/redrive",
        name="redrive_notification",
        summary="One more try for what came to nothing, if it is still of use.",
        handler=redriving.redrive,
        roles=IN_CHARGE,
        body=bodies.Redrive,
        body_may_lack=True,
        answers=COMMAND,
    ),
    Door(
        method="GET",
        path=_ONE,
        name="explain_notification",
        summary="Its story: tries, outcomes, hops, holds.",
        handler=notifications.notification,
        roles=OVERSEERS,
    ),
    Door(
        method="POST",
        path="/v1/receipts",
        name="report_receipt",
        summary="A connector of your own says that a message arrived, was read, or came back.",
        handler=notifications.receipt,
        roles=frozenset({"system"}),
        body=bodies.OwnReceipt,
        answers=((202, "In the log; an older one than is known changes nothing."),),
    ),
    Door(
        method="GET",
        path="/v1/people",
        name="list_people",
        summary="Who can be told, by which methods, confirmed or not; addresses are masked.",
        handler=people.people,
        roles=OVERSEERS,
        query=bodies.PeopleQuery,
    ),
    Door(
        method="POST",
        path=f"{_METHOD}/verification",
        name="send_code",
        summary="Sends a code by this method; at most one in a minute.",
        handler=people.send_code,
        roles=IN_CHARGE,
        answers=COMMAND,
    ),
    Door(
        method="POST",
        path=f"{_METHOD}/verification/confirm",
        name="confirm_contact_method",
        summary="Who has the code has the address: it is confirmed for as long as it stays so.",
        handler=people.confirm,
        roles=IN_CHARGE,
        body=bodies.Code,
        answers=COMMAND,
    ),
)
