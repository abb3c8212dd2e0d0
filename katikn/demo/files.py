"""The files that customers of the demonstration sent: drawn, written and recorded here.

They are stored as the product stores what it fetches, so a stranger sees them at once.
"""

import hashlib
import io
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from PIL import Image, ImageDraw

from inbox import filetypes, storing
from inbox.models import Attachment, AttachmentWork, Message
from katikn.demo.content import JSON
from twins.meta import samples

FRAMES_PER_SECOND = 50


def add_files(items: Iterable[tuple[Message, JSON]]) -> None:
    """Give each message that is a photo, voice note or document its file. Inside `tenant()`."""
    for message, line in items:
        made = _make(message.kind, line)
        if made is not None:
            _store(message, line, *made)


def _make(kind: str, line: JSON) -> tuple[bytes, str] | None:
    if kind == Message.Kind.IMAGE:
        return _photo(), filetypes.JPEG
    if kind == Message.Kind.AUDIO:
        frames = line["duration_seconds"] * FRAMES_PER_SECOND
        return samples.voice_note(frames), filetypes.OGG
    if kind == Message.Kind.DOCUMENT:
        title = line["file_name"].removesuffix(".pdf")
        return samples.document(title, ("Payslips", "Reference of the landlord")), filetypes.PDF
    return None


def _store(message: Message, line: JSON, content: bytes, type_: str) -> None:
    extension = filetypes.EXTENSIONS[type_]
    fields = {"stored_name": storing.new_name(extension), "size": len(content)}
    with storing.workplace(message.organization_id) as part:
        part.write_bytes(content)
        if type_ in filetypes.PICTURES:
            fields |= _remake(part, fields["stored_name"], type_)
        else:
            storing.settle(part, fields["stored_name"])
    attachment = Attachment.objects.create(
        organization_id=message.organization_id,
        message=message,
        kind=message.kind,
        state=Attachment.State.FETCHED,
        media_id=f"demo-{message.pk}",
        is_voice=message.kind == Message.Kind.AUDIO,
        file_name=line.get("file_name", ""),
        declared_type=type_,
        detected_type=type_,
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=message.created_at,
        fetched_at=message.created_at + timedelta(seconds=1),
        **fields,
    )
    AttachmentWork.objects.create(
        attachment=attachment,
        organization_id=message.organization_id,
        state=AttachmentWork.State.DONE,
        attempts=1,
    )


def _remake(part: Path, name: str, type_: str) -> JSON:
    made, small = part.with_suffix(".made.part"), part.with_suffix(".small.part")
    thumbnail = storing.new_name("webp")
    picture = filetypes.remake_picture(part, made, small, type_)
    size = made.stat().st_size
    storing.settle(made, name)
    storing.settle(small, thumbnail)
    return {
        "thumbnail_name": thumbnail,
        "width": picture.width,
        "height": picture.height,
        "size": size,
    }


def _photo() -> bytes:
    """A board by the road before a dry hillside, as somebody's phone saw it."""
    picture = Image.new("RGB", (960, 720))
    draw = ImageDraw.Draw(picture)
    for y in range(420):
        draw.line([(0, y), (960, y)], fill=(140 + y // 5, 186 + y // 9, 224 + y // 20))
    hill = [(0, 420), (210, 318), (430, 372), (690, 290), (960, 366), (960, 720), (0, 720)]
    draw.polygon(hill, fill=(186, 165, 116))
    for x, y in ((60, 452), (180, 430), (742, 400), (842, 436), (905, 470), (300, 446)):
        draw.ellipse([x - 34, y - 22, x + 34, y + 22], fill=(104, 122, 74))
    draw.polygon([(0, 600), (960, 540), (960, 720), (0, 720)], fill=(92, 92, 96))
    draw.line([(0, 668), (960, 612)], fill=(226, 222, 206), width=7)
    draw.rectangle([352, 300, 366, 612], fill=(112, 90, 66))
    draw.rectangle([604, 292, 618, 596], fill=(112, 90, 66))
    draw.rectangle([310, 170, 660, 400], fill=(250, 248, 240), outline=(30, 74, 110), width=10)
    draw.rectangle([320, 180, 650, 258], fill=(30, 74, 110))
    draw.text((485, 219), "LITHARIA", font_size=52, fill=(250, 248, 240), anchor="mm")
    draw.text((485, 300), "PLOT FOR SALE", font_size=40, fill=(30, 74, 110), anchor="mm")
    draw.text((485, 358), "L-1015", font_size=46, fill=(186, 92, 52), anchor="mm")
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=86)
    return content.getvalue()
