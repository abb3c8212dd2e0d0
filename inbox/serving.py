"""Attachments as members see them: through the row, never by the file's name.

The row is looked up inside the member's organization, the connection is given back, and only then
the file is read: a slow phone holds a thread's turn now and then, but no connection.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

from django.core.handlers.asgi import ASGIRequest
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from inbox import events, fetching, filetypes, storing
from inbox.models import Attachment
from organizations.pages import MemberRequest, member_required
from organizations.tenancy import tenant

CHUNK = 256 * 1024
# What browsers show by themselves without running anything; all else is saved.
SHOWN = {*filetypes.PICTURES, *filetypes.SOUNDS, *filetypes.FILMS}
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; frame-ancestors 'none'; sandbox"


class NotThatPart(Exception):
    """The part of the file that was asked for does not exist."""


@require_GET
@member_required(atomic=False)
def media(request: MemberRequest, code: UUID) -> HttpResponseBase:
    """The file, whole or the part that a player asks for; `?download` saves it instead."""
    attachment, path = _find(request, code)
    name = attachment.file_name or f"{attachment.kind}.{_extension(attachment)}"
    is_saved = "download" in request.GET or attachment.detected_type not in SHOWN
    response = _stream(request, path, attachment.detected_type)
    response["Content-Disposition"] = content_disposition_header(is_saved, name)
    return response


@require_GET
@member_required(atomic=False)
def thumbnail(request: MemberRequest, code: UUID) -> HttpResponseBase:
    _attachment, path = _find(request, code, thumbnail=True)
    response = _stream(request, path, filetypes.WEBP)
    response["Content-Disposition"] = "inline"
    return response


@require_POST
@member_required
def media_retry(request: MemberRequest, code: UUID) -> HttpResponse:
    """Fetch a failed file once more."""
    from inbox.views import show_message

    attachment = get_object_or_404(_attachments(request), code=code)
    fetching.retry(attachment)
    message = request.organization.messages.for_thread().get(pk=attachment.message_id)
    return show_message(request, message.conversation, message)


def _find(request: MemberRequest, code: UUID, thumbnail: bool = False) -> tuple[Attachment, Path]:
    with tenant(request.organization):
        attachment = get_object_or_404(
            _attachments(request), code=code, state=Attachment.State.FETCHED
        )
    try:
        path = storing.path_of(attachment, thumbnail)
    except FileNotFoundError:
        raise Http404 from None
    events.give_connections_back()
    return attachment, path


def _attachments(request: MemberRequest) -> QuerySet[Attachment]:
    # What the customer deleted for everyone is not shown any more.
    attachments = request.organization.attachments.filter(message__revoked_at=None)
    return attachments.select_related("message__conversation")


def _extension(attachment: Attachment) -> str:
    return filetypes.EXTENSIONS.get(attachment.detected_type, "bin")


def _stream(request: MemberRequest, path: Path, content_type: str) -> HttpResponseBase:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise Http404 from None
    try:
        part = _part(request.headers.get("Range", ""), size)
    except NotThatPart:
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        return _protected(response)
    first, last = part or (0, size - 1)
    length = last - first + 1
    read = _read_later if isinstance(request, ASGIRequest) else _read
    response = StreamingHttpResponse(
        read(path, first, length), status=206 if part else 200, content_type=content_type
    )
    response["Content-Length"] = str(length)
    if part:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _protected(response)


def _protected(response: HttpResponseBase) -> HttpResponseBase:
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    return response


def _part(header: str, size: int) -> tuple[int, int] | None:
    """Return first and last byte of the one part asked for, or None for the whole file.

    Raises `NotThatPart`. Several parts, or what is no range at all, get the whole file.
    Source: https://www.rfc-editor.org/rfc/rfc9110#section-14
    """
    unit, _, wanted = header.partition("=")
    first, dash, last = (each.strip() for each in wanted.partition("-"))
    numbers = [each for each in (first, last) if each]
    if unit.strip().lower() != "bytes" or not dash or not numbers:
        return None
    if not all(each.isascii() and each.isdecimal() and len(each) < 19 for each in numbers):
        return None
    if not first:
        begin, end = max(size - int(last), 0), size - 1
        if int(last) == 0:
            raise NotThatPart
    else:
        begin = int(first)
        end = min(int(last), size - 1) if last else size - 1
        if last and int(last) < begin:
            return None
    if begin >= size:
        raise NotThatPart
    return begin, end


def _read(path: Path, first: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        while length > 0 and (chunk := file.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk


async def _read_later(path: Path, first: int, length: int) -> AsyncIterator[bytes]:
    """Read in a thread of its own, as the file system may be slow too."""
    chunks = _read(path, first, length)
    try:
        while chunk := await asyncio.to_thread(next, chunks, b""):
            yield chunk
    finally:
        await asyncio.to_thread(chunks.close)
