"""What a file is, decided by its content alone, and pictures made anew.

A closed list: what is not on it is refused. The name and the type that a sender claims decide
nothing. `docs/decisions/media.md` says why each entry is on the list or off it.
"""

import mmap
import re
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from inbox.models import Attachment

HEAD = 4096
MEGABYTE = 1024 * 1024
# Meta's own limits are lower for pictures and voice notes; documents may have 100 MB.
LIMITS = {
    Attachment.Kind.IMAGE: 25 * MEGABYTE,
    Attachment.Kind.STICKER: 2 * MEGABYTE,
    Attachment.Kind.AUDIO: 25 * MEGABYTE,
    Attachment.Kind.VIDEO: 64 * MEGABYTE,
    Attachment.Kind.DOCUMENT: 100 * MEGABYTE,
}
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 4096
THUMBNAIL_SIDE = 640

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
OGG, MP3, AAC, AMR, M4A = "audio/ogg", "audio/mpeg", "audio/aac", "audio/amr", "audio/mp4"
MP4, THREE_GP = "video/mp4", "video/3gpp"
PDF, TEXT = "application/pdf", "text/plain"
OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX, PPTX = (
    f"{OFFICE}{part}"
    for part in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
)
DOC, XLS, PPT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"

EXTENSIONS = {
    JPEG: "jpg",
    PNG: "png",
    WEBP: "webp",
    OGG: "ogg",
    MP3: "mp3",
    AAC: "aac",
    AMR: "amr",
    M4A: "m4a",
    MP4: "mp4",
    THREE_GP: "3gp",
    PDF: "pdf",
    TEXT: "txt",
    DOCX: "docx",
    XLSX: "xlsx",
    PPTX: "pptx",
    DOC: "doc",
    XLS: "xls",
    PPT: "ppt",
}
PICTURES = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
SOUNDS = {OGG, MP3, AAC, AMR, M4A}
FILMS = {MP4, THREE_GP}
# A film without pictures arrives as audio too, in the same container.
FITTING = {
    Attachment.Kind.IMAGE: set(PICTURES),
    Attachment.Kind.STICKER: {WEBP, PNG},
    Attachment.Kind.AUDIO: SOUNDS | {MP4, THREE_GP},
    Attachment.Kind.VIDEO: FILMS,
    Attachment.Kind.DOCUMENT: set(EXTENSIONS),
}

PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"#!",
    b"L\x00\x00\x00\x01\x14\x02\x00",
    b"dex\n",
    b"!<arch>",
)
MARKUP = re.compile(
    rb"(?is)<\s*(!doctype|!--|html|head|body|script|svg|\?xml|iframe|object|embed|meta|img|a\s|style)"
)
# Letters and punctuation of any script, line ends and tabs; no control characters.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
MOST_MEMBERS = 5000
# Names in the directory of an old Office document; an installer has the same signature.
MAIN_STREAMS = {"WordDocument": DOC, "Workbook": XLS, "Book": XLS, "PowerPoint Document": PPT}
MACROS = ("_VBA_PROJECT", "VBA")
MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}


class Refused(Exception):
    """The file is not accepted; `reason` is one of `Attachment.Reason`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Picture:
    """A picture made anew: its size in pixels."""

    width: int
    height: int


def detect(path: Path, kind: str) -> str:
    """Return the type of the file by its content, or raise `Refused`.

    `kind` is the message's: a photo that is a document, or a voice note that is a film, is refused.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    found = _by_signature(head, path)
    if found not in FITTING[kind]:
        raise Refused(Attachment.Reason.OTHER_TYPE)
    return found


def remake_picture(source: Path, target: Path, thumbnail: Path, type_: str) -> Picture:
    """Decode a picture and write it anew, upright, with a WebP thumbnail. Raises `Refused`.

    What was hidden in it (position, camera, appended data) is not written. Of a moving sticker the
    first frame stays. A side is at most `LONGEST_SIDE` pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=[PICTURES[type_]]) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise Refused(Attachment.Reason.HUGE_PICTURE)
                picture = _decode(opened)
        picture.save(target, PICTURES[type_], **SAVING[type_])
        size = Picture(*picture.size)
        picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        picture.save(thumbnail, "WEBP", quality=78)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(Attachment.Reason.HUGE_PICTURE) from error
    except Refused:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk, not the picture
        # A damaged picture makes a decoder raise almost anything.
        raise Refused(Attachment.Reason.BROKEN) from error
    return size


SAVING = {
    JPEG: {"quality": 88, "optimize": True},
    PNG: {"compress_level": 6},
    WEBP: {"quality": 88},
}


def _decode(opened: Image.Image) -> Image.Image:
    # Of a large JPEG a smaller version can be decoded, which saves its memory.
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(opened)
    is_clear = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    picture = upright.convert("RGBA" if is_clear else "RGB")
    # Comments, profiles and the like would be written again from here.
    picture.info = {}
    return picture


def _by_signature(head: bytes, path: Path) -> str:
    if head.startswith(b"#!AMR"):
        return AMR
    if head.startswith(PROGRAMS):
        raise Refused(Attachment.Reason.DANGEROUS)
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"OggS") and b"OpusHead" in head[:512]:
        return OGG
    if head[4:8] == b"ftyp":
        return _film(head[8:12])
    if head.startswith(b"ID3"):
        return MP3
    if sound := _frame(head):
        return sound
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _office(path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _old_office(path)
    return _text(head, path)


def _frame(head: bytes) -> str:
    """A sound without a header of its own begins with a frame: 11 bits set, then the layer."""
    if len(head) < 2 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return ""
    return {0x00: AAC, 0x02: MP3, 0x04: MP3}.get(head[1] & 0x06, "")


def _film(brand: bytes) -> str:
    if brand[:3] == b"3gp" or brand[:3] == b"3g2":
        return THREE_GP
    if brand in (b"M4A ", b"M4B "):
        return M4A
    if brand[:3] in (b"mp4", b"iso", b"avc", b"das", b"M4V", b"MSN") or brand == b"f4v ":
        return MP4
    raise Refused(Attachment.Reason.UNKNOWN_TYPE)


def _office(path: Path) -> str:
    """Tell an Office document by its main part; any other archive is refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Refused(Attachment.Reason.OTHER_TYPE) from error
    if len(names) > MOST_MEMBERS:
        raise Refused(Attachment.Reason.UNKNOWN_TYPE)
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dex", ".class")) for name in names):
        raise Refused(Attachment.Reason.DANGEROUS)
    if "[Content_Types].xml" in names:
        for part, type_ in MAIN_PARTS.items():
            if part in names:
                return type_
    raise Refused(Attachment.Reason.UNKNOWN_TYPE)


def _old_office(path: Path) -> str:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if any(content.find(_entry(name)) >= 0 for name in MACROS):
            raise Refused(Attachment.Reason.DANGEROUS)
        for name, type_ in MAIN_STREAMS.items():
            if content.find(_entry(name)) >= 0:
                return type_
    raise Refused(Attachment.Reason.DANGEROUS)


def _entry(name: str) -> bytes:
    return name.encode("utf-16-le") + b"\0\0"


def _text(head: bytes, path: Path) -> str:
    """Plain text is what decodes wholly, has no control characters and does not begin as markup."""
    if not head or path.stat().st_size > 2 * MEGABYTE:
        raise Refused(Attachment.Reason.UNKNOWN_TYPE)
    content = path.read_bytes()
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(Attachment.Reason.UNKNOWN_TYPE) from error
    if CONTROL.search(text):
        raise Refused(Attachment.Reason.UNKNOWN_TYPE)
    if MARKUP.search(text[:HEAD].encode()):
        raise Refused(Attachment.Reason.DANGEROUS)
    return TEXT
