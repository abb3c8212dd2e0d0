"""Small files that customers send: a picture drawn here and a silent voice note."""

import struct
import zlib
from functools import cache


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
def voice_note(frames: int = 150) -> bytes:
    """An Ogg file with `frames` frames of Opus silence, 20 ms each."""
    head = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 312, 48000, 0, 0)
    vendor = b"twin"
    tags = b"OpusTags" + struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", 0)
    silence = [b"\xf8\xff\xfe"] * frames
    return (
        _ogg_page([head], kind=2, position=0, number=0)
        + _ogg_page([tags], kind=0, position=0, number=1)
        + _ogg_page(silence, kind=4, position=frames * 960, number=2)
    )


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
