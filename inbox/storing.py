"""The files of attachments, below `MEDIA_ROOT/<organization>/`, under random names.

A row names its file only once the file is whole and on the disk. A file that no row names, left by
a killed process or by rows that were purged, is removed by `remove_orphans`.
"""

import logging
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from inbox.models import Attachment
from organizations.models import Organization
from organizations.tenancy import tenant

logger = logging.getLogger(__name__)

PART = ".part"
# A file younger than this may belong to a row that is about to be committed.
ORPHAN_SECONDS = 3600
# Control characters, and those that change the direction of what follows or cannot be seen.
UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
LONGEST_NAME = 100


def folder_of(organization_id: int) -> Path:
    return Path(settings.MEDIA_ROOT) / str(organization_id)


def path_of(attachment: Attachment, thumbnail: bool = False) -> Path:
    """Return where the file is, or its thumbnail. Only for a fetched attachment."""
    name = attachment.thumbnail_name if thumbnail else attachment.stored_name
    if not name:
        raise FileNotFoundError("This attachment has no such file.")
    return folder_of(attachment.organization_id) / name


@contextmanager
def workplace(organization_id: int) -> Iterator[Path]:
    """Yield the organization's folder and a name for a file in the making, removed at the end."""
    folder = folder_of(organization_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f"{secrets.token_hex(16)}{PART}"
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def new_name(extension: str) -> str:
    return f"{secrets.token_hex(16)}.{extension}"


def settle(part: Path, name: str) -> None:
    """Put a whole file in its place, so that a power cut leaves it whole or absent."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(part, part.with_name(name))
    _sync_folder(part.parent)


def remove(organization_id: int, *names: str) -> None:
    """Remove files that no row names; one that is gone already is no error."""
    for name in filter(None, names):
        (folder_of(organization_id) / name).unlink(missing_ok=True)


def display_name(name: str, extension: str) -> str:
    """Return a name that is safe to show and to save under, with the extension of what it is.

    Nothing of a path, no invisible or direction-changing characters, at most 100 characters.
    """
    base = UNSAFE.sub("", name).replace("\\", "/").rsplit("/", 1)[-1]
    base = re.sub(r'[<>:"|?*]', "", base).strip(" .")
    if base.lower().endswith(f".{extension}"):
        base = base[: -len(extension) - 1].rstrip(" .")
    base = base[: LONGEST_NAME - len(extension) - 1].strip(" .")
    return f"{base}.{extension}" if base else ""


def remove_orphans(organization_id: int | None = None) -> int:
    """Remove files that no row names, of one organization or of all. Returns how many.

    The folder of an organization that is gone goes as a whole.
    """
    root = Path(settings.MEDIA_ROOT)
    folders = [root / str(organization_id)] if organization_id else _folders(root)
    return sum(_clean(folder) for folder in folders if folder.is_dir())


def _folders(root: Path) -> list[Path]:
    if not root.is_dir():
        return []
    return [each for each in root.iterdir() if each.name.isdecimal() and each.is_dir()]


def _clean(folder: Path) -> int:
    organization_id = int(folder.name)
    names = [each for each in folder.iterdir() if each.is_file()]
    if not Organization.objects.filter(pk=organization_id).exists():
        shutil.rmtree(folder, ignore_errors=True)
        return len(names)
    before = time.time() - ORPHAN_SECONDS
    old = []
    for each in names:
        with suppress(FileNotFoundError):
            if each.stat().st_mtime < before:
                old.append(each)
    known = _known_names(organization_id) if old else set()
    orphans = [each for each in old if each.name not in known]
    for each in orphans:
        each.unlink(missing_ok=True)
    if orphans:
        logger.info("Removed %d files of organization %s without a row", len(orphans), folder.name)
    return len(orphans)


def _known_names(organization_id: int) -> set[str]:
    with tenant(organization_id) as organization:
        fetched = organization.attachments.filter(state=Attachment.State.FETCHED)
        pairs = fetched.values_list("stored_name", "thumbnail_name")
        return {name for pair in pairs.iterator() for name in pair}


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
