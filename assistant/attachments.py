"""What came beside the words: photos for Claude to look at, voice messages as words.

A file is fetched, and a voice message written down, by jobs of their own. A turn waits for those of
the messages it answers, shortly and outside transactions, and goes on without what is late.
"""

import base64
import io
import logging
import math
from datetime import timedelta
from functools import lru_cache
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.timezone import now
from PIL import Image

from inbox import storing, transcribing
from inbox.models import Attachment, AttachmentWork, Message
from organizations.tenancy import tenant

if TYPE_CHECKING:
    from assistant.turn import Turn

logger = logging.getLogger(__name__)

LONGEST_WAIT = 10.0  # seconds
PAUSE = 0.2
# What a turn still needs after having waited: one call to Claude, and the built-in assistant.
NEEDED = 25.0
MOST_PICTURES = 4
# Claude makes larger pictures smaller itself, so they would only cost time.
LONGEST_SIDE = 1568
MOST_PIXELS = 1_150_000
PIXELS_PER_TOKEN = 750
TOKENS_PER_PICTURE = math.ceil(MOST_PIXELS / PIXELS_PER_TOKEN) + 100
LARGEST_FILE = 25 * 1024 * 1024
LARGEST_PICTURE = 3 * 1024 * 1024
MEDIA_TYPE = "image/jpeg"
PICTURES = (Message.Kind.IMAGE, Message.Kind.STICKER)
KINDS = (*PICTURES, Message.Kind.AUDIO)


def gather(turn: "Turn") -> None:
    """Wait for what the new messages brought, and let the turn read it. Outside transactions."""
    if not any(message.kind in KINDS for message in turn.messages):
        return
    wanted = _wanted(turn)
    until = min(monotonic() + LONGEST_WAIT, turn.deadline - NEEDED)
    while wanted and monotonic() < until:
        with tenant(turn.organization):
            if not _are_pending(turn, wanted):
                break
        sleep(PAUSE)
    with tenant(turn.organization):
        read(turn)


def read(turn: "Turn") -> None:
    """Note the fetched pictures, and put transcripts where words are. Runs inside `tenant()`."""
    by_message = {
        message.pk: message
        for message in turn.messages
        if message.is_inbound and message.kind in KINDS
    }
    if not by_message:
        return
    found = Attachment.objects.filter(
        organization=turn.organization,
        message__in=by_message,
        message__revoked_at=None,
        state=Attachment.State.FETCHED,
    )
    fetched = {attachment.message_id: attachment for attachment in found}
    pictures = [pk for pk in by_message if pk in fetched and by_message[pk].kind in PICTURES]
    if not _may_be_shown(turn):
        pictures = []
    turn.pictures = {pk: fetched[pk] for pk in pictures[-MOST_PICTURES:]}
    for pk, message in by_message.items():
        heard = fetched[pk].transcript if pk in fetched else ""
        if message.kind == Message.Kind.AUDIO and heard and not message.body:
            # In memory; the stored message stays what it was.
            message.body, message.kind = heard, Message.Kind.TEXT
            turn.heard.add(pk)


def were_heard_meanwhile(turn: "Turn") -> bool:
    """Whether the words of a new voice message came after the turn had read. In `tenant()`."""
    unheard = [m.pk for m in turn.new if m.kind == Message.Kind.AUDIO and m.pk not in turn.heard]
    if not unheard:
        return False
    written = Attachment.objects.filter(organization=turn.organization, message__in=unheard)
    return written.exclude(transcript="").exists()


def is_understood(turn: "Turn", message: Message, sees: bool = False) -> bool:
    """Whether the words of a voice message, or with `sees` the picture, are before the backend."""
    return message.pk in turn.heard or (sees and message.pk in turn.pictures)


def as_block(attachment: Attachment) -> dict[str, Any] | None:
    """Return a picture as a block of a request, or None if it cannot be read."""
    data = _encoded(str(storing.path_of(attachment)))
    if data is None:
        return None
    source = {"type": "base64", "media_type": MEDIA_TYPE, "data": data}
    return {"type": "image", "source": source}


def size_of(request: dict[str, Any]) -> tuple[int, int]:
    """Return how many pictures a request has, and how many characters of it they are."""
    sizes = [
        len(block["source"]["data"])
        for message in request["messages"]
        for block in message["content"]
        if block["type"] == "image"
    ]
    return len(sizes), sum(sizes)


@lru_cache(maxsize=16)
def _encoded(path: str) -> str | None:
    """The picture anew, without anything but its pixels, and no larger than it is looked at."""
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            return None
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as opened:
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture = _smaller(opened)
        made = io.BytesIO()
        _on_white(picture).save(made, "JPEG", quality=85)
    except Exception as error:
        # A file that is gone or damaged makes a decoder raise almost anything.
        logger.warning("A picture could not be shown to Claude: %s", type(error).__name__)
        return None
    if made.tell() > LARGEST_PICTURE:
        return None
    return base64.b64encode(made.getvalue()).decode()


def _smaller(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    scale = min(1, LONGEST_SIDE / max(width, height), math.sqrt(MOST_PIXELS / (width * height)))
    size = (max(1, math.floor(width * scale)), max(1, math.floor(height * scale)))
    return picture.resize(size) if scale < 1 else picture.copy()


def _on_white(picture: Image.Image) -> Image.Image:
    clear = picture.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    made = Image.alpha_composite(white, clear).convert("RGB")
    made.info = {}
    return made


def _wanted(turn: "Turn") -> list[int]:
    """The new messages whose file would be of use to whoever answers."""
    kinds = [Message.Kind.AUDIO] if transcribing.is_configured() else []
    kinds += PICTURES if _may_be_shown(turn) else []
    return [message.pk for message in turn.new if message.kind in kinds]


def _may_be_shown(turn: "Turn") -> bool:
    """Whether the owner lets photos leave this server."""
    return turn.settings.claude_enabled and turn.settings.claude_sees_photos


def _are_pending(turn: "Turn", messages: list[int]) -> bool:
    work = AttachmentWork.objects.filter(
        organization_id=turn.organization.pk, attachment__message__in=messages
    )
    # One that failed and rests before its next attempt does not come in time.
    resting = Q(claim_token=None, next_attempt_at__gt=now() + timedelta(seconds=LONGEST_WAIT))
    return work.exclude(state=AttachmentWork.State.DONE).exclude(resting).exists()
