"""Which pool and queue of the demo's centre a request of Boston belongs to."""

POOL_OF_DEPARTMENT = {
    "INFO": "boston-info",
    "HS_O": "boston-info",
    "DISB": "boston-info",
    "ANML": "boston-info",
    "PROP": "boston-info",
    "PWDx": "boston-works",
    "BTDT": "boston-works",
    "PARK": "boston-works",
    "BWSC": "boston-works",
    "ISD": "boston-inspection",
}
POOLS = ("boston-info", "boston-works", "boston-inspection")
DEFAULT_QUEUE = {
    "boston-info": "general",
    "boston-works": "streets",
    "boston-inspection": "housing",
}
SNOW = (
    "Misc. Snow Complaint",
    "Request for Snow Plowing (Emergency Responder)",
    "Space Savers",
)
# Queue to the request types that its routing rule names; all else goes to the default queue.
QUEUES: dict[str, dict[str, tuple[str, ...]]] = {
    "boston-info": {"snow": SNOW, "transit": ("MBTA Request",)},
    "boston-works": {
        "snow": SNOW,
        "lights": (
            "Traffic Signal Repair",
            "Street Light Outages",
            "Requests for Traffic Signal Studies or Reviews",
            "Downed Wire",
        ),
        "parks": ("Ground Maintenance", "Empty Litter Basket", "Graffiti Removal", "Catchbasin"),
    },
    "boston-inspection": {
        "building": (
            "Building Inspection Request",
            "Electrical",
            "Plumbing",
            "Unsafe Dangerous Conditions",
            "Contractors Complaint",
            "Egress",
            "Maintenance - Homeowner",
        ),
    },
}
URGENT = (
    "Unsafe Dangerous Conditions",
    "Heat - Excessive  Insufficient",
    "No Utilities Residential - Water",
    "Downed Wire",
    "Fire Hydrant",
    "Sidewalk Repair (Make Safe)",
)


def queue_of(pool: str, topic: str) -> str:
    """The queue that the routing rules choose; the driver never sends it."""
    found = (queue for queue, types in QUEUES[pool].items() if topic in types)
    return next(found, DEFAULT_QUEUE[pool])
