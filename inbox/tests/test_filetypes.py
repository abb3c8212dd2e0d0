import io
import zipfile

import pytest
from PIL import Image

from inbox import filetypes
from inbox.filetypes import Refused, detect, remake_picture
from twins.meta import samples

MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def picture(format: str = "JPEG", size=(60, 40), mode="RGB", **options) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "orange" if mode != "P" else 1).save(file, format, **options)
    return file.getvalue()


def office(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


def entry(name: str) -> bytes:
    return OLE + name.encode("utf-16-le") + b"\0\0"


@pytest.fixture
def file(tmp_path):
    def write(content: bytes):
        path = tmp_path / "file"
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    ("content", "kind", "type_"),
    [
        (picture("JPEG"), "image", "image/jpeg"),
        (picture("PNG"), "image", "image/png"),
        (picture("WEBP"), "sticker", "image/webp"),
        (picture("JPEG"), "document", "image/jpeg"),
        (samples.voice_note(), "audio", "audio/ogg"),
        (b"ID3\x04\0\0\0\0\0\0", "audio", "audio/mpeg"),
        (b"\xff\xfb\x90\x64" + b"\0" * 40, "audio", "audio/mpeg"),
        (b"\xff\xf1\x50\x80" + b"\0" * 40, "audio", "audio/aac"),
        (b"#!AMR\n" + b"\0" * 40, "audio", "audio/amr"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0", "audio", "audio/mp4"),
        (MP4, "audio", "video/mp4"),
        (MP4, "video", "video/mp4"),
        (b"\0\0\0\x18ftyp3gp5\0\0\0\0", "video", "video/3gpp"),
        (samples.document(), "document", "application/pdf"),
        (office("[Content_Types].xml", "word/document.xml"), "document", filetypes.DOCX),
        (office("[Content_Types].xml", "xl/workbook.xml"), "document", filetypes.XLSX),
        (office("[Content_Types].xml", "ppt/presentation.xml"), "document", filetypes.PPTX),
        (entry("WordDocument"), "document", "application/msword"),
        (entry("Workbook"), "document", "application/vnd.ms-excel"),
        ("Ενοίκιο 900 €\n2 < 3".encode(), "document", "text/plain"),
        ("Bonjour".encode("utf-16"), "document", "text/plain"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_type_is_found_by_the_content(file, content, kind, type_):
    assert detect(file(content), kind) == type_


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (b"MZ\x90\0" + b"\0" * 60, "document", "dangerous"),
        (b"\x7fELF\x02\x01\x01", "document", "dangerous"),
        (b"\xca\xfe\xba\xbe\0\0\0\x34", "document", "dangerous"),
        (b"#!/bin/sh\nrm -rf ~", "document", "dangerous"),
        (samples.web_page(), "document", "dangerous"),
        (samples.web_page(), "image", "dangerous"),
        (samples.web_page().decode().encode("utf-16"), "document", "dangerous"),
        (b"  \n<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image", "dangerous"),
        (b"<?xml version='1.0'?><svg/>", "document", "dangerous"),
        (b"<!-- --><html>", "document", "dangerous"),
        (entry("WordDocument") + entry("_VBA_PROJECT"), "document", "dangerous"),
        # An installer of Windows has the signature of an old Office document.
        (entry("Property"), "document", "dangerous"),
        (
            office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
            "document",
            "dangerous",
        ),
        (office("AndroidManifest.xml", "classes.dex"), "document", "dangerous"),
        (office("holiday.jpg"), "document", "unknown_type"),
        (b"PK\x03\x04 and no archive", "document", "other_type"),
        (b"Rar!\x1a\x07\x01\0", "document", "unknown_type"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "document", "unknown_type"),
        (b"GIF89a\x01\0\x01\0", "image", "unknown_type"),
        (b"", "document", "unknown_type"),
        (b"text\0with a zero", "document", "unknown_type"),
        (samples.document(), "image", "other_type"),
        (picture("PNG"), "audio", "other_type"),
        (samples.voice_note(), "video", "other_type"),
        (b"RIFF\0\0\0\0AVI LIST", "video", "unknown_type"),
        (b"\0\0\0\x18ftypqt  \0\0\0\0", "video", "unknown_type"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_on_the_list_is_refused(file, content, kind, reason):
    with pytest.raises(Refused) as refusal:
        detect(file(content), kind)

    assert refusal.value.reason == reason


def remade(path, tmp_path, type_="image/jpeg"):
    target, thumbnail = tmp_path / "made", tmp_path / "small"
    size = remake_picture(path, target, thumbnail, type_)
    return size, target, thumbnail


def test_a_picture_loses_position_comment_and_what_is_hidden_behind_it(file, tmp_path):
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (34.0, 42.0, 25.0)
    content = picture("JPEG", exif=exif, comment=b"SecretComment") + b"SecretTail<script>"

    _size, target, thumbnail = remade(file(content), tmp_path)

    assert b"Secret" in content
    assert b"Secret" not in target.read_bytes() + thumbnail.read_bytes()
    with Image.open(target) as made:
        assert (dict(made.getexif()), made.format) == ({}, "JPEG")


def test_a_picture_taken_sideways_stands_upright(file, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6

    size, target, _thumbnail = remade(file(picture("JPEG", (60, 40), exif=exif)), tmp_path)

    with Image.open(target) as made:
        assert (size.width, size.height, made.size) == (40, 60, (40, 60))


def test_text_chunks_and_profiles_of_a_png_are_not_written_again(file, tmp_path):
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Secret", "SecretWords")
    content = picture("PNG", pnginfo=info, icc_profile=b"SecretProfile")

    _size, target, _thumbnail = remade(file(content), tmp_path, "image/png")

    assert b"Secret" not in target.read_bytes()


def test_a_large_picture_is_made_smaller_and_gets_a_thumbnail(file, tmp_path):
    size, _target, thumbnail = remade(file(picture("JPEG", (6000, 3000))), tmp_path)

    with Image.open(thumbnail) as small:
        assert (max(size.width, size.height) <= 4096, small.size, small.format) == (
            True,
            (640, 320),
            "WEBP",
        )


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_way_to_store_colours_can_be_remade(file, tmp_path, mode):
    content = io.BytesIO()
    Image.new(mode, (20, 10)).save(content, "PNG")

    size, _target, _thumbnail = remade(file(content.getvalue()), tmp_path, "image/png")

    assert (size.width, size.height) == (20, 10)


def test_a_bomb_is_refused_before_it_is_unpacked(file, tmp_path):
    for side in (30_000, 8_000):
        with pytest.raises(Refused) as refusal:
            remade(file(samples.bomb(side)), tmp_path, "image/png")
        assert refusal.value.reason == "huge_picture"


@pytest.mark.parametrize("end", [10, 200, 700])
def test_a_damaged_picture_is_refused(file, tmp_path, end):
    with pytest.raises(Refused) as refusal:
        remade(file(picture("JPEG", (200, 200))[:end]), tmp_path)

    assert refusal.value.reason == "broken"
