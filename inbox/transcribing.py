"""Voice messages in words, by whatever transcriber the installation names in `TRANSCRIBER`.

Writing down is a job of its own, after the file was fetched: outside transactions, on the bulk
cluster, claimed, repeated when its worker dies, and given up after some attempts. Without a
transcriber nothing happens: the voice message is there to be played.
"""

import logging
import re
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Protocol
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now
from django.utils.module_loading import import_string
from django.utils.timezone import now

from inbox import events, storing
from inbox.models import Attachment, AttachmentWork, Signal
from inbox.whatsapp.client import refuse_inside_transaction
from organizations.queue import enqueue
from organizations.tenancy import tenant

logger = logging.getLogger(__name__)

TASK = "inbox.tasks.transcribe_attachment"
CLUSTER = "bulk"
# A spoken STOP or emergency must not wait behind a crawl.
HEAR_TASK, HEAR_CLUSTER = "inbox.tasks.hear_attachment", "live"
MAX_ATTEMPTS = 3
DEADLINE_SECONDS = 60.0
CLAIM = timedelta(seconds=120)
BACKOFF = timedelta(seconds=10)
CLOCK_SLACK = timedelta(milliseconds=250)
LONGEST_TRANSCRIPT = 4000
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
State = AttachmentWork.State


class NotNow(Exception):
    """The transcriber did not answer this time; asking again may help."""


class Transcriber(Protocol):
    """What `TRANSCRIBER` names: a class whose instances write sound down."""

    def transcribe(
        self, path: Path, content_type: str, language_hint: str, deadline: float
    ) -> str | None:
        """Return the words, or None if there are none to be had.

        `language_hint` is a two-letter code or empty, `deadline` a moment of the monotonic clock.
        Raises `NotNow` for a failure that may pass. No transaction is open.
        """


def is_configured() -> bool:
    return bool(settings.TRANSCRIBER)


def expect(attachment: Attachment) -> bool:
    """Queue the writing down of a sound that was just fetched. Runs inside `tenant()`."""
    if not is_configured() or attachment.kind != Attachment.Kind.AUDIO:
        return False
    AttachmentWork.objects.filter(pk=attachment.pk).update(
        state=State.HEARING,
        next_attempt_at=Now(),
        attempts=0,
        claim_token=None,
        nudged_at=None,
    )
    enqueue(TASK, attachment.organization_id, attachment.pk, cluster=CLUSTER)
    return True


def transcribe(organization_id: int, attachment_id: int) -> None:
    """Write one voice message down. Of any number of runs, only the one that claims it does it."""
    token = _claim(organization_id, attachment_id)
    if token is None:
        return
    with tenant(organization_id) as organization:
        attachment = (
            organization.attachments.select_related("message__conversation", "work")
            .filter(pk=attachment_id, work__claim_token=token)
            .first()
        )
        if attachment is None:
            return
        gone = not attachment.is_fetched or attachment.message.revoked_at
        if gone or not is_configured() or attachment.work.attempts > MAX_ATTEMPTS:
            _finish(attachment, token, "")
            return
    try:
        said = _listen(attachment)
    except NotNow as error:
        _try_later(attachment, token, error)
        return
    except Exception:
        logger.exception("The transcriber failed with attachment %s", attachment_id)
        said = ""
    with tenant(organization_id):
        _finish(attachment, token, CONTROL.sub("", said or "").strip()[:LONGEST_TRANSCRIPT])


def _claim(organization_id: int, attachment_id: int) -> UUID | None:
    token = uuid4()
    claimed = AttachmentWork.objects.filter(
        pk=attachment_id,
        organization_id=organization_id,
        state=State.HEARING,
        next_attempt_at__lte=Now() + CLOCK_SLACK,
    ).update(
        claim_token=token,
        next_attempt_at=Now() + CLAIM,
        attempts=F("attempts") + 1,
        nudged_at=None,
    )
    return token if claimed else None


def _listen(attachment: Attachment) -> str | None:
    refuse_inside_transaction()
    transcriber: Transcriber = import_string(settings.TRANSCRIBER)()
    path = storing.path_of(attachment)
    return transcriber.transcribe(
        path, attachment.detected_type, "", monotonic() + DEADLINE_SECONDS
    )


def _try_later(attachment: Attachment, token: UUID, error: NotNow) -> None:
    logger.warning("Attachment %s was not written down: %s", attachment.pk, type(error).__name__)
    with tenant(attachment.organization_id):
        if attachment.work.attempts >= MAX_ATTEMPTS:
            _finish(attachment, token, "")
            return
        pause = BACKOFF * attachment.work.attempts
        again = AttachmentWork.objects.filter(pk=attachment.pk, claim_token=token).update(
            next_attempt_at=Now() + pause, claim_token=None
        )
        if again:
            enqueue(TASK, attachment.organization_id, attachment.pk, cluster=CLUSTER, delay=pause)


def _finish(attachment: Attachment, token: UUID, said: str) -> None:
    """Store the words, unless another run has taken the work since. Runs inside `tenant()`."""
    done = AttachmentWork.objects.filter(
        pk=attachment.pk, claim_token=token, state=State.HEARING
    ).update(state=State.DONE, claim_token=None)
    if not done:
        return
    if said:
        Attachment.objects.filter(pk=attachment.pk).update(transcript=said, transcribed_at=now())
        enqueue(HEAR_TASK, attachment.organization_id, attachment.pk, cluster=HEAR_CLUSTER)
    events.announce(
        attachment.organization_id,
        Signal.Kind.CONVERSATION,
        attachment.message.conversation.code,
    )
