"""The daily purge, on the bulk cluster."""

import logging

from privacy import purging

logger = logging.getLogger(__name__)


def purge() -> None:
    """Delete what is older than promised. May run twice; a second one beside it does nothing."""
    try:
        lines = purging.purge()
    except purging.AlreadyRunning:
        logger.info("Another purge is at work.")
        return
    logger.info("The purge deleted or cleared %d rows.", sum(line.rows for line in lines))
