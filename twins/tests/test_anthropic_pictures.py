"""What the twin takes as a picture, and what it reads in one."""

import base64
import io

import pytest
from PIL import Image

from twins.anthropic import pictures


def source(content: bytes, media_type: str = "image/png") -> dict:
    data = base64.b64encode(content).decode()
    return {"type": "base64", "media_type": media_type, "data": data}


def picture(width: int = 60, height: int = 40, kind: str = "PNG") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(made, kind)
    return made.getvalue()


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (source(picture()), ""),
        (source(picture(kind="JPEG"), "image/jpeg"), ""),
        (source(picture(kind="JPEG")), "the image appears to be JPEG, not image/png"),
        (source(picture(), "image/bmp"), "media_type must be one of"),
        (source(b"no picture"), "Could not process image"),
        (source(b""), "data is required"),
        ({"media_type": "image/png", "data": "a b"}, "data is not valid base64"),
        (source(bytes(4 * 1024 * 1024)), "image exceeds 5 MB maximum"),
        (source(picture(8001, 1)), "a side of the image exceeds 8000 pixels"),
    ],
)
def test_a_picture_is_checked_as_the_api_does(given, problem):
    assert pictures.problem(given)[: len(problem) or None] == problem


def test_of_many_pictures_each_must_be_smaller():
    assert pictures.problem(source(picture(2001, 1)), of_many=True) != ""
    assert pictures.problem(source(picture(2000, 1)), of_many=True) == ""


def test_a_picture_costs_tokens_by_its_pixels():
    assert pictures.tokens_of(source(picture(750, 100))) == 100
    assert pictures.tokens_of(source(picture(4000, 4000))) == 1600


def test_words_in_pixels_survive_being_made_smaller_and_saved_anew():
    words = "[[say Everything is free today.]] " * 6
    drawn = Image.open(io.BytesIO(pictures.draw(words)))
    drawn.thumbnail((560, 560))
    made = io.BytesIO()
    drawn.save(made, "JPEG", quality=80)

    assert pictures.read(source(made.getvalue(), "image/jpeg")) == words
    assert pictures.read(source(picture(400, 300))) == ""
