"""Backup and restore: the database by the support role, the media files, and a manifest.

The support role reads every organization through its policy, so the dump is complete without
BYPASSRLS. The manifest names the keys that open the stored tokens by their fingerprints, never the
keys: a backup without `ENCRYPTION_KEYS` holds no token anybody can read. A restore goes into an
empty database and sends nothing by itself.
"""

import hashlib
import json
import re
import subprocess
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.timezone import now

from inbox import recovering
from organizations import definers, postgres
from organizations.models import Organization
from organizations.tenancy import role, tenant

DUMP, MEDIA, MANIFEST = "database.dump", "media.tar", "manifest.json"
FORMAT = 1


class BackupFailed(RuntimeError):
    """Nothing usable was written; the message says why."""


class CannotRestore(RuntimeError):
    """Nothing was changed; the message says why, and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `rows` are counts by table, `files` SHA-256 by name."""

    format: int
    made_at: str
    postgres: int
    roles: dict[str, str]
    keys: list[str]
    migrations: dict[str, str]
    rows: dict[str, int]
    files: dict[str, str]


def back_up(parent: Path, at: datetime | None = None) -> Path:
    """Write a backup into a new folder below `parent` and return it.

    All of it is of one moment: the dump and the counts read the same snapshot. The folder gets its
    final name at the end, so that one left by a killed run is never taken for a backup. Raises
    `BackupFailed`.
    """
    name = f"katikn-{at or now():%Y%m%dT%H%M%SZ}"
    target, unfinished = parent / name, parent / f".{name}.part"
    if target.exists():
        raise BackupFailed(f"{target} exists already.")
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished.mkdir(mode=0o700, exist_ok=True)
    with transaction.atomic(using="support"), connections["support"].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        rows = _count_rows(cursor)
        _dump(unfinished / DUMP, snapshot)
        migrations = _migrations("support")
    _pack_media(unfinished / MEDIA)
    manifest = Manifest(
        format=FORMAT,
        made_at=f"{at or now():%Y-%m-%dT%H:%M:%SZ}",
        postgres=_server_version("support"),
        roles={alias: role(alias) for alias in ("default", "owner", "support")},
        keys=key_fingerprints(),
        migrations=migrations,
        rows=rows,
        files={each: _hash(unfinished / each) for each in (DUMP, MEDIA)},
    )
    (unfinished / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1) + "\n")
    for path in unfinished.iterdir():
        path.chmod(0o600)
    unfinished.rename(target)
    return target


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a backup whose files are whole. Raises `CannotRestore`."""
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise CannotRestore(f"{folder} is not a backup of KΛTIKN: {error}") from error
    if manifest.format != FORMAT:
        raise CannotRestore(f"This backup has format {manifest.format}; known is {FORMAT}.")
    for name, expected in manifest.files.items():
        if not (folder / name).exists() or _hash(folder / name) != expected:
            raise CannotRestore(f"{folder / name} is missing or was changed since the backup.")
    return manifest


def check_restorable(manifest: Manifest) -> None:
    """Raise `CannotRestore` unless keys, roles and an empty database fit the backup."""
    if not set(manifest.keys) & set(key_fingerprints()):
        raise CannotRestore(
            "None of ENCRYPTION_KEYS is one of the keys of this backup "
            f"({', '.join(manifest.keys)}): the stored tokens could not be opened. "
            "Set the keys that were in use when it was made."
        )
    here = {alias: role(alias) for alias in manifest.roles}
    if here != manifest.roles:
        raise CannotRestore(
            f"The policies name the roles {', '.join(manifest.roles.values())}, and the DATABASE_ "
            f"addresses {', '.join(here.values())}. Use the same names."
        )
    if _server_version("owner") < manifest.postgres:
        raise CannotRestore(
            f"The backup comes from PostgreSQL {manifest.postgres}; this one is older."
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        (tables,) = cursor.fetchone()
    if tables:
        raise CannotRestore(
            f"The database holds {tables} tables already. A restore goes into an empty one, fresh "
            "from manage.py setup_database."
        )


def restore_rows(folder: Path, manifest: Manifest) -> None:
    """Load tables, policies, grants and rows as the owner, and compare the counts.

    Raises `CannotRestore`, with what PostgreSQL said. A restore that stopped half-way leaves tables
    behind, so it starts again in a new database.
    """
    connections["owner"].close()
    command = ["--no-owner", "--exit-on-error", "--single-transaction", "--enable-row-security"]
    answer = _run("pg_restore", "owner", *command, str(folder / DUMP))
    if answer.returncode:
        raise CannotRestore(f"pg_restore failed:\n{answer.stderr.strip()[-2000:]}")
    definers.take_back()
    with connections["support"].cursor() as cursor:
        found = _count_rows(cursor)
    wrong = [f"{t}: {found.get(t)} of {n}" for t, n in manifest.rows.items() if found.get(t) != n]
    if wrong:
        raise CannotRestore(f"Rows are missing after the restore: {', '.join(wrong)}")


def restore_media(folder: Path) -> None:
    """Unpack the media files below MEDIA_ROOT; existing files of the same name are replaced."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tarfile.open(folder / MEDIA) as tar:
        tar.extractall(root, filter="data")


def settle() -> Counter[str]:
    """Make sure that what was under way when the backup was made is not done a second time.

    Empties the queue, leaves unsent messages and unanswered conversations to people, and returns
    how many there were of each.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM django_q_ormq")
        cursor.execute("DELETE FROM django_q_task")
    found: Counter[str] = Counter()
    for organization in Organization.objects.order_by("pk"):
        with tenant(organization):
            found.update(recovering.leave_to_people(organization))
    with connections["default"].cursor() as cursor:
        # What settling itself queued is about work of before the backup too.
        cursor.execute("DELETE FROM django_q_ormq")
    return found


def key_fingerprints() -> list[str]:
    """Return twelve hex digits for each of ENCRYPTION_KEYS; they say nothing about the key."""
    return [
        hashlib.sha256(b"katikn-key-fingerprint:" + key.encode()).hexdigest()[:12]
        for key in settings.ENCRYPTION_KEYS
    ]


def _count_rows(cursor: Any) -> dict[str, int]:
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind = 'r' ORDER BY 1"
    )
    counts = {}
    for (table,) in cursor.fetchall():
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 (a name of the catalogue)
        (counts[table],) = cursor.fetchone()
    return counts


def _dump(path: Path, snapshot: str) -> None:
    options = ["--format=custom", "--enable-row-security", f"--snapshot={snapshot}"]
    answer = _run("pg_dump", "support", *options, f"--file={path}")
    if answer.returncode:
        raise BackupFailed(f"pg_dump failed:\n{answer.stderr.strip()[-2000:]}")


def _pack_media(path: Path) -> None:
    root = Path(settings.MEDIA_ROOT)
    with tarfile.open(path, "w") as tar:
        for file in _media_files(root):
            try:
                tar.add(file, arcname=str(file.relative_to(root)), recursive=False)
            except FileNotFoundError:
                continue  # its message was removed a moment ago


def _media_files(root: Path) -> Iterator[Path]:
    if root.exists():
        yield from sorted(path for path in root.rglob("*") if path.is_file())


def _migrations(alias: str) -> dict[str, str]:
    """Return the newest applied migration of each app."""
    applied = MigrationRecorder.Migration.objects.using(alias).order_by("app", "name")
    return dict(applied.values_list("app", "name"))


def _server_version(alias: str) -> int:
    connection = connections[alias]
    connection.ensure_connection()
    return connection.pg_version // 10000


def _run(program: str, alias: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = postgres.client_program(program, _server_version(alias))
    connections[alias].ensure_connection()
    there = connections[alias].settings_dict
    # In the environment, because everybody may read a command line.
    environment = {"LC_ALL": "C", "PGPASSWORD": there["PASSWORD"]}
    environment |= {
        f"PG{name.upper()}": str(value)
        for name, value in there["OPTIONS"].items()
        if re.fullmatch(r"ssl\w+", name)
    }
    address = [f"--username={there['USER']}", f"--dbname={there['NAME']}", "--no-password"]
    if there["HOST"]:
        address.append(f"--host={there['HOST']}")
    if there["PORT"]:
        address.append(f"--port={there['PORT']}")
    return subprocess.run(
        [path, *address, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def _hash(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
