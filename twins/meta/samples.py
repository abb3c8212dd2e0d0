"""Small files that customers send, all made here: pictures, stickers, sounds, a page of PDF.

And files that nobody should take: a picture that unpacks to gigabytes, a web page in disguise.
"""

import io
import struct
import zlib
from functools import cache

from PIL import Image, ImageDraw

FRAMES_A_PAGE = 250


@cache
def picture(width: int = 240, height: int = 160) -> bytes:
    """A PNG, 8-bit RGB: sky over a hillside with a house."""
    rows = b"".join(
        b"\0" + b"".join(_colour(x / width, y / height) for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


@cache
def sticker(side: int = 512) -> bytes:
    """A WebP with a clear ground, as stickers are: a house that smiles."""
    big = Image.new("RGBA", (side * 2, side * 2))
    draw, u = ImageDraw.Draw(big), side * 2 / 16
    ink, white = (52, 58, 70), (255, 255, 255)
    draw.polygon([(1.2 * u, 8 * u), (8 * u, 1.4 * u), (14.8 * u, 8 * u)], fill=(210, 110, 76))
    draw.rounded_rectangle((3 * u, 7.4 * u, 13 * u, 14.6 * u), u / 2, fill=(250, 240, 220))
    for x in (5.6, 8.9):
        draw.ellipse((x * u, 9 * u, (x + 1.5) * u, 10.5 * u), fill=white, outline=ink, width=6)
        draw.ellipse(((x + 0.5) * u, 9.5 * u, (x + 1.1) * u, 10.1 * u), fill=ink)
    draw.arc((6 * u, 9.6 * u, 10 * u, 13.2 * u), 20, 160, fill=ink, width=round(u / 3))
    file = io.BytesIO()
    big.resize((side, side), Image.Resampling.LANCZOS).save(file, "WEBP", quality=80)
    return file.getvalue()


@cache
def bomb(side: int = 30_000) -> bytes:
    """A PNG of some kilobytes whose picture has `side` times `side` pixels, all black."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    row = b"\0" * (1 + (side + 7) // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    chunks = [(b"IHDR", header), (b"IDAT", packed), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


@cache
def web_page() -> bytes:
    """HTML that would run a script if a browser took it for a page."""
    return b"<!doctype html><title>x</title><script>document.title = 'run'</script>"


@cache
def document(
    title: str = "Floor plan", lines: tuple[str, ...] = ("Living room", "Terrace")
) -> bytes:
    """A PDF of one page: a title, a drawn plan and some lines. Latin letters only."""
    words = [f"BT /F1 20 Tf 60 770 Td ({title}) Tj ET"]
    words += [f"BT /F1 12 Tf 60 {400 - 20 * i} Td ({line}) Tj ET" for i, line in enumerate(lines)]
    plan = "2 w 60 440 300 300 re S 60 590 m 230 590 l S 230 440 m 230 660 l S 290 740 60 -3 re S"
    stream = "\n".join([plan, *words]).encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return body + head + table + tail % (len(objects) + 1, len(body))


@cache
def voice_note(frames: int = 150) -> bytes:
    """An Ogg file with `frames` frames of Opus silence, 20 ms each."""
    head = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 312, 48000, 0, 0)
    vendor = b"twin"
    tags = b"OpusTags" + struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", 0)
    pages = [
        _ogg_page([head], kind=2, position=0, number=0),
        _ogg_page([tags], kind=0, position=0, number=1),
    ]
    for first in range(0, frames, FRAMES_A_PAGE):
        last = min(first + FRAMES_A_PAGE, frames)
        silence = [b"\xf8\xff\xfe"] * (last - first)
        kind = 4 if last == frames else 0
        pages.append(_ogg_page(silence, kind=kind, position=last * 960, number=len(pages)))
    return b"".join(pages)


def _colour(x: float, y: float) -> bytes:
    roof = 0.30 <= y < 0.45 and abs(x - 0.55) < (y - 0.30) * 1.5
    wall = 0.45 <= y < 0.75 and abs(x - 0.55) < 0.18
    door = 0.58 <= y < 0.75 and abs(x - 0.55) < 0.035
    if door:
        return bytes((44, 98, 140))
    if roof:
        return bytes((196, 106, 74))
    if wall:
        return bytes((250, 244, 232))
    if y > 0.66 + 0.1 * (x - 0.5):
        return bytes((int(146 - 40 * y), 152, int(96 - 30 * y)))
    return bytes((int(150 + 70 * y), int(198 + 30 * y), int(224 + 12 * y)))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _ogg_page(packets: list[bytes], *, kind: int, position: int, number: int) -> bytes:
    lacing = bytes(len(packet) for packet in packets)
    header = b"OggS" + struct.pack("<BBqIII", 0, kind, position, 1, number, 0)
    page = header + bytes([len(lacing)]) + lacing + b"".join(packets)
    return page[:22] + struct.pack("<I", _ogg_crc(page)) + page[26:]


def _ogg_crc(page: bytes) -> int:
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1) ^ (0x04C11DB7 if crc & 0x80000000 else 0)
        crc &= 0xFFFFFFFF
    return crc


ADVERTISEMENT = {
    "source_url": "https://fb.me/example",
    "source_id": "120200000000001",
    "source_type": "ad",
    "headline": "New homes by the sea",
    "body": "Book a viewing today.",
    "media_type": "image",
    "ctwa_clid": "ARAkExampleClick",
}

ORDER = {
    "catalog_id": "120200000000002",
    "text": "I would like to see these two.",
    "product_items": [
        {
            "product_retailer_id": "LIM-204",
            "quantity": 1,
            "item_price": 1450,
            "currency": "EUR",
        },
        {
            "product_retailer_id": "PAF-118",
            "quantity": 1,
            "item_price": 320000,
            "currency": "EUR",
        },
    ],
}
