"""The file of a message, from Meta's id to a checked file of ours.

A webhook only names the file. A task of its own asks for its address, downloads it with the
channel's token from Meta's hosts, decides by content what it is, and only then lets members see
it. It runs on the bulk cluster: a slow download holds up neither receiving nor sending. A run that
is killed leaves at most a file that no row names; the sweep has the work done again.
"""

import base64
import binascii
import hashlib
import logging
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import UUID, uuid4

import requests
import urllib3
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.utils.timezone import now

from inbox import events, filetypes, storing, transcribing
from inbox.channel_states import mark_broken
from inbox.filetypes import Refused
from inbox.models import Attachment, AttachmentWork, Channel, Message, Signal
from inbox.whatsapp.client import (
    Busy,
    Graph,
    Rejected,
    Unconfirmed,
    refuse_inside_transaction,
)
from inbox.whatsapp.errors import TOKEN
from organizations.deadlines import Deadline, TimeIsUp
from organizations.models import Organization
from organizations.queue import enqueue
from organizations.secrets import Secret, SecretUnreadable
from organizations.tenancy import tenant

logger = logging.getLogger(__name__)

FETCH_TASK = "inbox.tasks.fetch_attachment"
CLUSTER = "bulk"
MAX_ATTEMPTS = 7
FIRST_BACKOFF = timedelta(seconds=4)
LONGEST_BACKOFF = timedelta(minutes=30)
CLOCK_SLACK = timedelta(milliseconds=250)
# How long asking for the address and the download may take in all, but for the resolving of names,
# and for how long a claim holds off other runs.
DEADLINE_SECONDS = 120.0
CLAIM = timedelta(seconds=240)
TIMEOUT = (3, 10)
CHUNK = 64 * 1024
MOST_REDIRECTS = 3
# Meta keeps what a webhook names for 7 days, and files of an imported history for 14.
KEPT = timedelta(days=7)
META_HOSTS = (".fbcdn.net", ".fbsbx.com", ".whatsapp.net", ".facebook.com")
NOT_THERE = (100, 131052)

KINDS = {
    "image": Attachment.Kind.IMAGE,
    "video": Attachment.Kind.VIDEO,
    "audio": Attachment.Kind.AUDIO,
    "voice": Attachment.Kind.AUDIO,
    "document": Attachment.Kind.DOCUMENT,
    "sticker": Attachment.Kind.STICKER,
}
State = Attachment.State
Reason = Attachment.Reason


class TryAgain(Exception):
    """The file did not come this time; `reason` is what to say if it never does."""

    def __init__(self, reason: str, pause: float | None = None) -> None:
        self.reason = reason
        self.pause = pause
        super().__init__(reason)


class NotFetchable(Exception):
    """The file will not come as things stand; `reason` is one of `Attachment.Reason`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class TokenRefused(NotFetchable):
    """Meta does not accept the channel's token any more."""


def expect(message: Message) -> Attachment | None:
    """Note that the message has a file and queue its fetching. Runs inside `tenant()`.

    Returns the attachment, or None for a message without one. May run again for the same message.
    """
    found = _announced(message.payload)
    if found is None:
        return None
    type_, content = found
    attachment, is_new = Attachment.objects.get_or_create(
        organization_id=message.organization_id,
        message=message,
        defaults={
            "kind": KINDS[type_],
            "media_id": _text(content, "id")[:100],
            "is_voice": type_ == "voice" or content.get("voice") is True,
            "file_name": storing.UNSAFE.sub("", _text(content, "filename"))[:100],
            "declared_type": _text(content, "mime_type")[:100],
            "declared_sha256": _as_hex(_text(content, "sha256")),
        },
    )
    if is_new:
        AttachmentWork.objects.create(
            attachment=attachment, organization_id=message.organization_id
        )
        enqueue(FETCH_TASK, message.organization_id, attachment.pk, cluster=CLUSTER)
    return attachment


def retry(attachment: Attachment) -> bool:
    """Fetch a failed attachment once more, because a member says so. Runs inside `tenant()`.

    Returns False where there is nothing to fetch again.
    """
    again = Attachment.objects.filter(
        pk=attachment.pk, state__in=(State.FAILED, State.EXPIRED)
    ).update(state=State.WAITING, reason=Reason.NONE)
    if not again:
        return False
    AttachmentWork.objects.filter(pk=attachment.pk).update(
        state=AttachmentWork.State.WAITING,
        next_attempt_at=Now(),
        attempts=0,
        claim_token=None,
        nudged_at=None,
    )
    enqueue(FETCH_TASK, attachment.organization_id, attachment.pk, cluster=CLUSTER)
    _announce(attachment)
    return True


def retry_unconnected(channel: Channel) -> None:
    """Fetch again what failed while the channel had no usable token. Runs inside `tenant()`."""
    missed = Attachment.objects.filter(
        organization_id=channel.organization_id,
        message__channel=channel,
        state=State.FAILED,
        reason=Reason.NOT_CONNECTED,
        message__sent_at__gt=now() - KEPT,
    ).select_related("message__conversation")
    for attachment in missed[:500]:
        retry(attachment)


def fetch(organization_id: int, attachment_id: int) -> None:
    """Fetch one file. Of any number of runs, only the one that claims the work does it."""
    token = _claim(organization_id, attachment_id)
    if token is None:
        return
    with tenant(organization_id) as organization:
        wanted = _prepare(organization, attachment_id, token)
    if wanted is None:
        return
    try:
        stored = _bring(wanted)
    except Refused as error:
        _end(wanted, State.REFUSED, error.reason)
    except TokenRefused as error:
        _end(wanted, State.FAILED, error.reason)
        with tenant(organization_id):
            mark_broken(wanted.attachment.message.channel)
    except NotFetchable as error:
        state = State.EXPIRED if error.reason == Reason.OLD else State.FAILED
        _end(wanted, state, error.reason)
    except TryAgain as error:
        _try_later(wanted, error)
    except OSError as error:
        logger.error("Attachment %s cannot be stored: %s", attachment_id, error.strerror)
        _try_later(wanted, TryAgain(Reason.NO_ROOM))
    else:
        _keep(wanted, stored)


def nudge_overdue(limit: int, patience: timedelta, again: timedelta) -> int:
    """Queue tasks for files that nobody fetches or writes down. Reads routing rows only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_attachmentwork SET nudged_at = clock_timestamp() "
            "WHERE attachment_id IN (SELECT attachment_id FROM inbox_attachmentwork "
            "WHERE state <> 'done' AND next_attempt_at < clock_timestamp() - %(patience)s "
            "AND (nudged_at IS NULL OR nudged_at < clock_timestamp() - %(again)s) "
            "ORDER BY next_attempt_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) "
            "RETURNING organization_id, attachment_id, state",
            {"patience": patience, "again": again, "limit": limit},
        )
        rows = cursor.fetchall()
    for organization_id, attachment_id, state in rows:
        task = FETCH_TASK if state == AttachmentWork.State.WAITING else transcribing.TASK
        enqueue(task, organization_id, attachment_id, cluster=CLUSTER)
    return len(rows)


@dataclass(frozen=True)
class Wanted:
    """One file to fetch, with everything that it needs outside the database."""

    attachment: Attachment
    organization_id: int
    token: UUID
    attempts: int
    is_old: bool
    access_token: Secret
    graph_url: str
    phone_number_id: str


@dataclass(frozen=True)
class Stored:
    """A checked file in its place."""

    name: str
    type: str
    sha256: str
    size: int
    thumbnail: str = ""
    picture: filetypes.Picture | None = None


def _announced(payload: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Return type and content of the file that a message names, if it names one."""
    item = payload
    edit = item.get("edit")
    if isinstance(edit, dict) and isinstance(edit.get("message"), dict):
        item = edit["message"]
    type_ = item.get("type")
    content = item.get(type_) if isinstance(type_, str) and type_ in KINDS else None
    if not isinstance(content, dict) or not _text(content, "id"):
        return None
    return type_, content


def _text(content: dict[str, Any], key: str) -> str:
    value = content.get(key)
    return value if isinstance(value, str) else ""


def _as_hex(checksum: str) -> str:
    """Return a SHA-256 that came as hexadecimal or base64 in hexadecimal; of anything else ""."""
    if len(checksum) == 64:
        try:
            return bytes.fromhex(checksum).hex()
        except ValueError:
            return ""
    try:
        raw = base64.b64decode(checksum, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return raw.hex() if len(raw) == 32 else ""


def _claim(organization_id: int, attachment_id: int) -> UUID | None:
    token = uuid4()
    claimed = AttachmentWork.objects.filter(
        pk=attachment_id,
        organization_id=organization_id,
        state=AttachmentWork.State.WAITING,
        next_attempt_at__lte=Now() + CLOCK_SLACK,
    ).update(
        claim_token=token,
        next_attempt_at=Now() + CLAIM,
        attempts=F("attempts") + 1,
        nudged_at=None,
    )
    return token if claimed else None


def _prepare(organization: Organization, attachment_id: int, token: UUID) -> Wanted | None:
    attachment = (
        organization.attachments.select_related("message__channel", "message__conversation", "work")
        .filter(pk=attachment_id, work__claim_token=token)
        .first()
    )
    if attachment is None:
        return None
    if attachment.state != State.WAITING or attachment.message.revoked_at:
        _finish(attachment, token, State.FAILED, Reason.MISSING)
        return None
    if attachment.work.attempts > MAX_ATTEMPTS:
        # Every attempt killed its worker, so none could say why.
        _finish(attachment, token, State.FAILED, Reason.UNREACHABLE)
        return None
    channel = attachment.message.channel
    channel.organization = organization
    try:
        access_token = channel.access_token()
    except SecretUnreadable:
        _finish(attachment, token, State.FAILED, Reason.NOT_CONNECTED)
        return None
    return Wanted(
        attachment,
        organization.pk,
        token,
        attachment.work.attempts,
        attachment.message.sent_at < now() - KEPT,
        access_token,
        channel.graph_url,
        channel.phone_number_id,
    )


def _bring(wanted: Wanted) -> Stored:
    """Download, check and store the file. Raises `Refused`, `NotFetchable` or `TryAgain`."""
    refuse_inside_transaction()
    attachment = wanted.attachment
    with storing.workplace(wanted.organization_id) as part:
        checksum = _download(wanted, part)
        type_ = filetypes.detect(part, attachment.kind)
        name = storing.new_name(filetypes.EXTENSIONS[type_])
        if type_ not in filetypes.PICTURES:
            size = part.stat().st_size
            storing.settle(part, name)
            return Stored(name, type_, checksum, size)
        return _store_picture(part, name, type_, checksum)


def _store_picture(part: Path, name: str, type_: str, checksum: str) -> Stored:
    made, small = part.with_suffix(".made.part"), part.with_suffix(".small.part")
    thumbnail = storing.new_name("webp")
    try:
        picture = filetypes.remake_picture(part, made, small, type_)
        size = made.stat().st_size
        storing.settle(small, thumbnail)
        storing.settle(made, name)
    finally:
        made.unlink(missing_ok=True)
        small.unlink(missing_ok=True)
    return Stored(name, type_, checksum, size, thumbnail, picture)


def _download(wanted: Wanted, part: Path) -> str:
    """Write the file to `part` and return its SHA-256, which is the one that Meta named."""
    limit = filetypes.LIMITS[wanted.attachment.kind]
    with Deadline(DEADLINE_SECONDS) as deadline, deadline.session() as session:
        graph = Graph(wanted.access_token, wanted.graph_url, TIMEOUT, session)
        try:
            described, checksum = _describe_and_save(wanted, graph, part, limit, deadline)
        except (TryAgain, TimeIsUp) as error:
            if deadline.is_over:
                raise TryAgain(Reason.TOO_SLOW) from error
            raise
    declared = {wanted.attachment.declared_sha256, _as_hex(_text(described, "sha256"))} - {""}
    if declared - {checksum}:
        raise TryAgain(Reason.WRONG_SUM)
    return checksum


def _describe_and_save(
    wanted: Wanted,
    graph: Graph,
    part: Path,
    limit: int,
    deadline: Deadline,
    is_last: bool = False,
) -> tuple[dict[str, Any], str]:
    """Return what Meta says of the file, and the SHA-256 of what came."""
    described = _describe(wanted, graph)
    if _size(described) > limit:
        raise Refused(Reason.TOO_BIG)
    try:
        return described, _save(wanted, graph, described, part, limit, deadline)
    except _Gone:
        # An address lasts five minutes; a new one is asked for at once, once.
        if is_last:
            raise _missing(wanted) from None
        return _describe_and_save(wanted, graph, part, limit, deadline, is_last=True)


class _Gone(Exception):
    """The address has expired."""


def _describe(wanted: Wanted, graph: Graph) -> dict[str, Any]:
    """Ask Meta for the file's address."""
    media_id = wanted.attachment.media_id
    if not (media_id.isascii() and media_id.replace("-", "").replace("_", "").isalnum()):
        raise NotFetchable(Reason.MISSING)
    try:
        described = graph.get(media_id, phone_number_id=wanted.phone_number_id)
    except Rejected as error:
        if error.code in TOKEN:
            raise TokenRefused(Reason.NOT_CONNECTED) from error
        if error.code in NOT_THERE and wanted.is_old:
            raise NotFetchable(Reason.OLD) from error
        raise TryAgain(Reason.MISSING) from error
    except Busy as error:
        raise TryAgain(Reason.UNREACHABLE, error.retry_after) from error
    except Unconfirmed as error:
        raise TryAgain(Reason.UNREACHABLE) from error
    if not isinstance(described, dict) or not _text(described, "url"):
        raise TryAgain(Reason.MISSING)
    return described


def _missing(wanted: Wanted) -> Exception:
    return NotFetchable(Reason.OLD) if wanted.is_old else TryAgain(Reason.MISSING)


def _size(described: dict[str, Any]) -> int:
    size = described.get("file_size")
    if isinstance(size, str) and size.isascii() and size.isdecimal() and len(size) < 16:
        return int(size)
    return size if isinstance(size, int) else 0


def _save(
    wanted: Wanted,
    graph: Graph,
    described: dict[str, Any],
    part: Path,
    limit: int,
    deadline: Deadline,
) -> str:
    digest, size = hashlib.sha256(), 0
    try:
        with (
            _open(_text(described, "url"), graph, deadline) as response,
            part.open("wb") as file,
        ):
            if int(_length(response)) > limit:
                raise Refused(Reason.TOO_BIG)
            for chunk in _chunks(response, deadline):
                size += len(chunk)
                if size > limit:
                    raise Refused(Reason.TOO_BIG)
                digest.update(chunk)
                file.write(chunk)
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
        raise TryAgain(Reason.UNREACHABLE) from error
    return digest.hexdigest()


def _open(url: str, graph: Graph, deadline: Deadline) -> requests.Response:
    """Follow Meta's redirects to the file, each checked before the token goes there."""
    for _step in range(MOST_REDIRECTS + 1):
        if not is_metas(url, graph.base):
            raise NotFetchable(Reason.FOREIGN)
        deadline.left()
        response = graph.open(url, {"Accept-Encoding": "identity"})
        if response.is_redirect:
            url = urljoin(url, response.headers["Location"])
            response.close()
            continue
        if response.ok:
            return response
        response.close()
        if response.status_code in (404, 410):
            raise _Gone
        if response.status_code in (401, 403):
            raise TryAgain(Reason.MISSING)
        raise TryAgain(Reason.UNREACHABLE)
    raise NotFetchable(Reason.FOREIGN)


def is_metas(url: str, base: str) -> bool:
    """Whether the token may go there: by TLS to a host of Meta's, or to the Graph's own origin."""
    try:
        address, home = urlsplit(url), urlsplit(base)
        if (address.scheme, address.hostname, address.port) == (
            home.scheme,
            home.hostname,
            home.port,
        ):
            return "@" not in address.netloc
        host = (address.hostname or "").rstrip(".")
        port = address.port
    except ValueError:
        return False
    return (
        address.scheme == "https"
        and "@" not in address.netloc
        and port in (None, 443)
        and host.endswith(META_HOSTS)
    )


def _length(response: requests.Response) -> str:
    length = response.headers.get("Content-Length", "")
    return length if length.isascii() and length.isdecimal() and len(length) < 16 else "0"


def _chunks(response: requests.Response, deadline: Deadline) -> Iterator[bytes]:
    """Yield what arrives as it arrives."""
    while chunk := response.raw.read1(CHUNK, decode_content=False):
        deadline.left()
        yield chunk
    deadline.left()


def _try_later(wanted: Wanted, error: TryAgain) -> None:
    if wanted.attempts >= MAX_ATTEMPTS:
        _end(wanted, State.FAILED, error.reason)
        return
    pause = backoff(wanted.attempts, error.pause)
    with tenant(wanted.organization_id):
        waiting = AttachmentWork.objects.filter(
            pk=wanted.attachment.pk, claim_token=wanted.token
        ).update(next_attempt_at=Now() + pause, claim_token=None)
        if waiting:
            logger.info("Attachment %s comes later: %s", wanted.attachment.pk, error.reason)
            ids = wanted.organization_id, wanted.attachment.pk
            enqueue(FETCH_TASK, *ids, cluster=CLUSTER, delay=pause)


def backoff(attempts: int, asked: float | None = None) -> timedelta:
    """Meta's own time if it named one, else 4 s, 16 s, 64 s and so on, at most half an hour."""
    pause = timedelta(seconds=asked) if asked else FIRST_BACKOFF * 4 ** max(attempts - 1, 0)
    return min(pause, LONGEST_BACKOFF) * random.uniform(0.75, 1.0)  # noqa: S311 (spreads the load)


def _end(wanted: Wanted, state: str, reason: str) -> None:
    with tenant(wanted.organization_id):
        _finish(wanted.attachment, wanted.token, state, reason)


def _keep(wanted: Wanted, stored: Stored) -> None:
    """Let the row name its file; a file that no row wants any more is removed."""
    kept = False
    try:
        with tenant(wanted.organization_id):
            kept = _finish(
                wanted.attachment,
                wanted.token,
                State.FETCHED,
                Reason.NONE,
                stored_name=stored.name,
                thumbnail_name=stored.thumbnail,
                detected_type=stored.type,
                sha256=stored.sha256,
                size=stored.size,
                width=stored.picture and stored.picture.width,
                height=stored.picture and stored.picture.height,
                file_name=storing.display_name(
                    wanted.attachment.file_name, filetypes.EXTENSIONS[stored.type]
                ),
                fetched_at=now(),
            )
    finally:
        if not kept:
            storing.remove(wanted.organization_id, stored.name, stored.thumbnail)


def _finish(attachment: Attachment, token: UUID, state: str, reason: str, **fields: Any) -> bool:
    """Write the end, unless another run has taken the work since. Runs inside `tenant()`."""
    done = AttachmentWork.objects.filter(
        pk=attachment.pk, claim_token=token, state=AttachmentWork.State.WAITING
    ).update(state=AttachmentWork.State.DONE, claim_token=None)
    if not done:
        return False
    if state != State.FETCHED:
        logger.info("Attachment %s is %s: %s", attachment.pk, state, reason)
    Attachment.objects.filter(pk=attachment.pk).update(state=state, reason=reason, **fields)
    if state == State.FETCHED:
        transcribing.expect(attachment)
    _announce(attachment)
    return True


def _announce(attachment: Attachment) -> None:
    events.announce(
        attachment.organization_id,
        Signal.Kind.CONVERSATION,
        attachment.message.conversation.code,
    )
