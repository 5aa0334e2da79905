"""All analyses of one pool's document. Its references lead somewhere: that was checked before."""

from shared.configuration.checks.backups import check_backups
from shared.configuration.checks.coverage import check_coverage
from shared.configuration.checks.growing import check_growing
from shared.configuration.checks.hours import check_hours
from shared.configuration.checks.overflow import check_overflow
from shared.configuration.checks.overlap import Hours
from shared.configuration.checks.places import Places
from shared.configuration.checks.relaxation import check_relaxation
from shared.configuration.checks.rings import check_asked, check_rings
from shared.configuration.checks.single_holders import check_single_holders
from shared.configuration.checks.staff import Staff
from shared.configuration.checks.starvation import check_starvation
from shared.configuration.checks.sticky import check_sticky
from shared.configuration.checks.together import check_numbers
from shared.configuration.checks.topics import check_topics
from shared.contracts.configuration import PoolDocument


def analyse(document: PoolDocument, places: Places) -> None:
    """Tell what follows from the document as a whole; nothing is read but the document."""
    staff, hours = Staff(document), Hours(document.calendars)
    before = places.pool.findings.errors()
    check_rings(document, staff, places)
    rings_are_sound = places.pool.findings.errors() == before
    found = places.pool.findings.errors()
    check_growing(document, places)
    needs_are_sound = places.pool.findings.errors() == found
    check_overflow(document, staff, hours, places)
    check_starvation(document, staff, places)
    check_topics(document, staff, places)
    if not rings_are_sound:
        return  # a misspelt ring would make its queue look unserved
    check_coverage(document, staff, places)
    if document.agents:
        check_backups(document, staff, places)
        check_hours(document, staff, hours, places)
        check_numbers(document, staff, places)
        if needs_are_sound:  # else each need that never counts would be told twice
            check_relaxation(document, staff, places)
        check_sticky(document, staff, places)
        check_single_holders(document, staff, places)
        if places.pool.findings.errors() == before:
            check_asked(document, staff, places)
