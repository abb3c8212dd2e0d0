"""A short film made here: H.264 in MP4, without a library and small enough to read.

Each frame is one slice of macroblocks that carry their samples plainly (I_PCM), which every decoder
plays. Source: ITU-T H.264 §7.3 (syntax), ISO/IEC 14496-12 and -15 (boxes).
"""

import struct
from collections.abc import Callable
from functools import cache

Colour = Callable[[float, float, float], tuple[int, int, int]]

FRAMES_A_SECOND = 4
I_SLICE, I_PCM = 7, 25


@cache
def film(width: int = 96, height: int = 64, frames: int = 8) -> bytes:
    """An MP4 of the sun rising behind a house; the sides are multiples of 16."""
    pictures = [
        _annexed(_frame(width, height, number / max(frames - 1, 1), number))
        for number in range(frames)
    ]
    return _mp4(pictures, width, height)


def _scene(x: float, y: float, time: float) -> tuple[int, int, int]:
    """Red, green and blue of a point; `x`, `y` and `time` run from 0 to 1."""
    if 0.45 <= y < 0.8 and abs(x - 0.6) < 0.18:
        return (44, 98, 140) if abs(x - 0.6) < 0.04 and y > 0.6 else (250, 244, 232)
    if 0.28 <= y < 0.45 and abs(x - 0.6) < (y - 0.28) * 1.5:
        return (196, 106, 74)
    if y > 0.72:
        return (120, 150, 90)
    sun_y = 0.7 - 0.5 * time
    if (x - 0.22) ** 2 * 2.25 + (y - sun_y) ** 2 < 0.012:
        return (255, 214, 120)
    return (int(120 + 60 * time), int(170 + 40 * time), 225)


def _frame(width: int, height: int, time: float, number: int) -> bytes:
    """One instantaneous decoding refresh: every frame stands for itself."""
    bits = _Bits()
    bits.unsigned(0).unsigned(I_SLICE).unsigned(0)  # first macroblock, type, parameter set
    bits.fixed(0, 4).unsigned(number % 2)  # frame number, picture id
    bits.fixed(0, 2).signed(0).unsigned(1)  # reference marking, quantizer, no deblocking
    for row in range(height // 16):
        for column in range(width // 16):
            bits.unsigned(I_PCM).align()
            bits.bytes(_block(column * 16, row * 16, width, height, time))
    return b"\x65" + _escaped(bits.ended())


def _block(left: int, top: int, width: int, height: int, time: float) -> bytes:
    """256 samples of brightness, then 64 of each colour difference, at half the resolution."""
    luma, blue, red = bytearray(), bytearray(), bytearray()
    for y in range(top, top + 16):
        for x in range(left, left + 16):
            r, g, b = _scene(x / width, y / height, time)
            luma.append(int(16 + (65.7 * r + 129.1 * g + 25.1 * b) / 256))
            if x % 2 == 0 and y % 2 == 0:
                blue.append(int(128 + (-37.9 * r - 74.5 * g + 112.4 * b) / 256))
                red.append(int(128 + (112.4 * r - 94.2 * g - 18.3 * b) / 256))
    return bytes(luma + blue + red)


def _parameters(width: int, height: int) -> tuple[bytes, bytes]:
    """The sequence and the picture parameter set of the constrained baseline profile."""
    sequence = _Bits().fixed(66, 8).fixed(0xC0, 8).fixed(10, 8)
    sequence.unsigned(0).unsigned(0).unsigned(2).unsigned(0).fixed(0, 1)
    sequence.unsigned(width // 16 - 1).unsigned(height // 16 - 1)
    sequence.fixed(1, 1).fixed(1, 1).fixed(0, 1).fixed(0, 1)  # frames, direct 8x8, no crop, no VUI
    picture = _Bits().unsigned(0).unsigned(0).fixed(0, 2).unsigned(0).unsigned(0).unsigned(0)
    picture.fixed(0, 3).signed(0).signed(0).signed(0).fixed(0b100, 3)
    return b"\x67" + _escaped(sequence.ended()), b"\x68" + _escaped(picture.ended())


class _Bits:
    """Bits in the order of the standard, with its exponential Golomb numbers."""

    def __init__(self) -> None:
        self.written = bytearray()
        self.rest = ""

    def fixed(self, value: int, count: int) -> "_Bits":
        self.rest += format(value, f"0{count}b")
        whole = len(self.rest) // 8 * 8
        self.written += bytes(int(self.rest[i : i + 8], 2) for i in range(0, whole, 8))
        self.rest = self.rest[whole:]
        return self

    def unsigned(self, value: int) -> "_Bits":
        return self.fixed(value + 1, 2 * (value + 1).bit_length() - 1)

    def signed(self, value: int) -> "_Bits":
        return self.unsigned(2 * value - 1 if value > 0 else -2 * value)

    def align(self) -> "_Bits":
        return self.fixed(0, -len(self.rest) % 8) if self.rest else self

    def bytes(self, content: bytes) -> "_Bits":
        self.written += content
        return self

    def ended(self) -> bytes:
        self.fixed(1, 1).align()
        return bytes(self.written)


def _escaped(content: bytes) -> bytes:
    """Break up what would look like the start of another unit."""
    out, zeros = bytearray(), 0
    for byte in content:
        if zeros >= 2 and byte <= 3:
            out.append(3)
            zeros = 0
        out.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(out)


def _annexed(unit: bytes) -> bytes:
    return struct.pack(">I", len(unit)) + unit


def _mp4(frames: list[bytes], width: int, height: int) -> bytes:
    start = _box("ftyp", b"isom", struct.pack(">I", 512), b"isomiso2avc1mp41")
    content = _box("mdat", *frames)
    header = _movie([len(frame) for frame in frames], width, height, len(start) + 8)
    return start + content + header


def _movie(sizes: list[int], width: int, height: int, offset: int) -> bytes:
    count, matrix = len(sizes), struct.pack(">9I", 65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
    times = struct.pack(">IIII", 0, 0, FRAMES_A_SECOND, count)
    sequence, picture = _parameters(width, height)
    configuration = _box(
        "avcC",
        b"\x01" + sequence[1:4] + b"\xff\xe1",
        struct.pack(">H", len(sequence)) + sequence,
        b"\x01" + struct.pack(">H", len(picture)) + picture,
    )
    entry = struct.pack(">6xH16xHHIIIH32xHh", 1, width, height, 72 << 16, 72 << 16, 0, 1, 24, -1)
    table = _box(
        "stbl",
        _full("stsd", struct.pack(">I", 1), _box("avc1", entry, configuration)),
        _full("stts", struct.pack(">III", 1, count, 1)),
        _full("stsc", struct.pack(">IIII", 1, 1, count, 1)),
        _full("stsz", struct.pack(f">II{count}I", 0, count, *sizes)),
        _full("stco", struct.pack(">II", 1, offset)),
    )
    where = _box("dinf", _full("dref", struct.pack(">I", 1), _full("url ", flags=1)))
    media = _box(
        "mdia",
        _full("mdhd", times, struct.pack(">HH", 0x55C4, 0)),
        _full("hdlr", b"\0\0\0\0vide" + b"\0" * 12 + b"film\0"),
        _box("minf", _full("vmhd", b"\0" * 8, flags=1), where, table),
    )
    track = struct.pack(">IIIII", 0, 0, 1, 0, count) + b"\0" * 16 + matrix
    track += struct.pack(">II", width << 16, height << 16)
    movie = times + struct.pack(">IH10x", 65536, 256) + matrix + b"\0" * 24 + struct.pack(">I", 2)
    return _box("moov", _full("mvhd", movie), _box("trak", _full("tkhd", track, flags=3), media))


def _full(kind: str, *parts: bytes, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", flags), *parts)


def _box(kind: str, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I", len(content) + 8) + kind.encode() + content
