"""The daily purge, and exports, on the bulk cluster."""

import logging

from privacy import exporting, purging

logger = logging.getLogger(__name__)


def purge() -> None:
    """Delete what is older than promised. May run twice; a second one beside it does nothing."""
    try:
        lines = purging.purge()
    except purging.AlreadyRunning:
        logger.info("Another purge is at work.")
        return
    logger.info("The purge deleted or cleared %d rows.", sum(line.rows for line in lines))


def export(organization_id: int, export_id: int) -> None:
    """Make the file of an export. May run twice."""
    exporting.run(organization_id, export_id)
