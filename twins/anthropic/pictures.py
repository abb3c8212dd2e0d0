"""Pictures as the twin takes them: the checks of the API, their tokens, and words in their pixels.

The twin cannot read handwriting. For tests of what a model does with words in a picture, `draw`
writes them as black and white squares, and `read` finds them there, also after the picture was made
smaller or saved anew as JPEG. Nothing but pixels counts: no header, no metadata.
Source: https://platform.claude.com/docs/en/build-with-claude/vision
"""

import base64
import binascii
import io
import math
from typing import Any

from PIL import Image

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
LARGEST = 5 * 1024 * 1024  # bytes of base64
LONGEST_SIDE, LONGEST_SIDE_OF_MANY, MANY = 8000, 2000, 20
MOST = 100
PIXELS_PER_TOKEN, MOST_TOKENS = 750, 1600
COLUMNS, SQUARE = 64, 12
MARK = bytes([0xA5] * 8)


def problem(source: dict[str, Any], of_many: bool = False) -> str:
    """Return why the API would refuse a picture in base64, or nothing."""
    data, media_type = source.get("data"), source.get("media_type")
    if media_type not in FORMATS:
        return f"media_type must be one of {sorted(FORMATS)}"
    if not isinstance(data, str) or not data:
        return "data is required"
    if len(data) > LARGEST:
        return f"image exceeds 5 MB maximum: {len(data)} bytes > {LARGEST} bytes"
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return "data is not valid base64"
    try:
        with Image.open(io.BytesIO(content)) as opened:
            found, size = opened.format, opened.size
            opened.verify()
    except Exception:
        return "Could not process image"
    if found != FORMATS[media_type]:
        return f"the image appears to be {found}, not {media_type}"
    longest = LONGEST_SIDE_OF_MANY if of_many else LONGEST_SIDE
    if max(size) > longest:
        return f"a side of the image exceeds {longest} pixels"
    return ""


def tokens_of(source: dict[str, Any]) -> int:
    picture = _opened(source)
    if picture is None:
        return MOST_TOKENS
    return min(MOST_TOKENS, math.ceil(picture.width * picture.height / PIXELS_PER_TOKEN))


def draw(words: str) -> bytes:
    """Return a PNG that says these words to the twin."""
    said = words.encode()
    content = MARK + len(said).to_bytes(8, "big") + said
    bits = [byte >> (7 - place) & 1 for byte in content for place in range(8)]
    rows = math.ceil(len(bits) / COLUMNS)
    bits += [0] * (rows * COLUMNS - len(bits))
    small = Image.new("L", (COLUMNS, rows))
    small.putdata([0 if bit else 255 for bit in bits])
    made = io.BytesIO()
    large = small.resize((COLUMNS * SQUARE, rows * SQUARE), Image.Resampling.NEAREST)
    large.convert("RGB").save(made, "PNG")
    return made.getvalue()


def read(source: dict[str, Any]) -> str:
    """Return the words in the pixels, or nothing."""
    picture = _opened(source)
    if picture is None or picture.width < COLUMNS * 3:
        return ""
    square = picture.width / COLUMNS
    rows = round(picture.height / square)
    grey = picture.convert("L")
    bits = [
        grey.getpixel(
            (
                min(int((column + 0.5) * square), picture.width - 1),
                min(int((row + 0.5) * picture.height / rows), picture.height - 1),
            )
        )
        < 128
        for row in range(rows)
        for column in range(COLUMNS)
    ]
    content = bytes(
        sum(bit << (7 - place) for place, bit in enumerate(bits[start : start + 8]))
        for start in range(0, len(bits), 8)
    )
    if not content.startswith(MARK):
        return ""
    length = int.from_bytes(content[8:16], "big")
    return content[16 : 16 + length].decode("utf-8", "replace")


def _opened(source: dict[str, Any]) -> Image.Image | None:
    try:
        picture = Image.open(io.BytesIO(base64.b64decode(source.get("data", ""))))
        picture.load()
    except Exception:
        return None
    return picture
