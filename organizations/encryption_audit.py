"""Looks whether every stored secret is encrypted, opens, and opens in its own place only.

Runs on the support alias, because a value moved to another organization opens there alone. Never
shows a value.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import models
from django.db.models.functions import Cast

from organizations import auditing
from organizations.models import Organization, OrganizationKey
from organizations.second_factor import SECRET_NAMES
from organizations.secret_fields import sealed_fields, wrapped_fields
from organizations.secrets import (
    NONCE_BYTES,
    SealedField,
    SecretUnreadable,
    bind,
    open_for_user,
    open_sealed,
    unwrap,
    version_of,
    wrapped_by,
)
from organizations.tenancy import tenant

ALIAS = "support"
KEY_BYTES = 32
SHORTEST = 2 + NONCE_BYTES + 16  # version, nonce and the tag of an empty text
PLAINTEXT = "is not encrypted"
UNREADABLE = "does not open"
# A value that does not open is tried in every place, so an attack of many must not take for ever.
MOST_SEARCHES = 200


@dataclass(frozen=True)
class Place:
    """One stored secret: where a sealed value may have come from."""

    organization_id: int
    label: str
    pk: object
    of: str


@dataclass
class Report:
    """`counts` are lines by field and key, `findings` what is wrong, `notes` what may be."""

    counts: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def audit() -> Report:
    """Open every stored secret of all organizations, and say what is wrong."""
    report = Report()
    keys = _check_keys(report)
    used = _check_sealed(report, keys)
    _check_versions(report, keys, used)
    _check_factors(report)
    _check_order(report)
    for organization in Organization.objects.order_by("pk"):
        with tenant(organization):
            auditing.record(organization, "support.encryption_checked")
    return report


Keys = dict[tuple[int, int], bytes]


def _check_keys(report: Report) -> Keys:
    """Open the wrapped fields; return the data keys by organization and version."""
    opened: Keys = {}
    for model, column in wrapped_fields():
        name = f"{model._meta.label}.{column.name}"
        for row in _texts(model, column):
            position = wrapped_by(row["text"])
            if position is None:
                says = UNREADABLE if _looks_wrapped(row["text"]) else PLAINTEXT
                report.findings.append(f"{name} {row['pk']} {says}.")
                continue
            report.counts[f"{name}: by {_key_name(position)}"] += 1
            if model is OrganizationKey:
                _keep_key(report, opened, row)
    return opened


def _texts(model: type[models.Model], column: models.Field) -> Iterator[dict]:
    rows = model._base_manager.using(ALIAS).exclude(**{f"{column.name}__isnull": True})
    more = ("organization_id", "version") if model is OrganizationKey else ()
    return rows.order_by("pk").values("pk", *more, text=Cast(column.name, models.TextField()))


def _keep_key(report: Report, opened: Keys, row: dict) -> None:
    name = f"{OrganizationKey._meta.label} {row['pk']}"
    try:
        raw = bytes.fromhex(unwrap(row["text"]))
    except ValueError:
        raw = b""
    if len(raw) != KEY_BYTES:
        report.findings.append(f"{name} holds no key of {KEY_BYTES} bytes.")
        return
    if raw in opened.values():
        report.findings.append(f"{name} is the same key as another one.")
    opened[row["organization_id"], row["version"]] = raw


def _check_sealed(report: Report, keys: Keys) -> set[tuple[int, int]]:
    """Open the sealed fields; return which keys, by organization and version, are named."""
    used = set()
    failures = []
    for model, column in sealed_fields():
        name = f"{model._meta.label}.{column.name}"
        for pk, organization_id, sealed in _sealed(model, column):
            place = Place(organization_id, model._meta.label, pk, column.of)
            version = version_of(sealed)
            used.add((organization_id, version))
            if _opens(keys, place, sealed):
                report.counts[f"{name}: by data key version {version}"] += 1
            elif len(sealed) < SHORTEST or _looks_readable(sealed):
                report.findings.append(f"{name} {pk} {PLAINTEXT}.")
            else:
                failures.append((name, place, sealed))
    for name, place, sealed in failures[:MOST_SEARCHES]:
        report.findings.append(f"{name} {place.pk} {_explain(keys, place, sealed)}.")
    if len(failures) > MOST_SEARCHES:
        report.findings.append(f"{len(failures) - MOST_SEARCHES} more values do not open.")
    return used


def _sealed(model: type[models.Model], column: SealedField) -> Iterator[tuple]:
    rows = model._base_manager.using(ALIAS).exclude(**{f"{column.name}__isnull": True})
    return rows.order_by("pk").values_list("pk", "organization_id", column.attname).iterator()


def _opens(keys: Keys, place: Place, sealed: bytes) -> bool:
    version = version_of(sealed)
    key = keys.get((place.organization_id, version))
    binding = bind(place.organization_id, place.label, place.pk, place.of, version)
    if key is None:
        return False
    try:
        open_sealed(key, sealed, binding)
    except SecretUnreadable:
        return False
    return True


def _explain(keys: Keys, place: Place, sealed: bytes) -> str:
    for model, column in sealed_fields():
        rows = model._base_manager.using(ALIAS).order_by("pk")
        for pk, organization_id in rows.values_list("pk", "organization_id").iterator():
            other = Place(organization_id, model._meta.label, pk, column.of)
            if other != place and _opens(keys, other, sealed):
                return f"belongs to {other.label} {other.pk} of organization {organization_id}"
    if (place.organization_id, version_of(sealed)) not in keys:
        return f"names data key version {version_of(sealed)}, which does not open or is not there"
    return UNREADABLE


def _check_versions(report: Report, keys: Keys, used: set[tuple[int, int]]) -> None:
    rows = OrganizationKey._base_manager.using(ALIAS).order_by("organization_id", "version")
    current = set()
    for organization_id, version, retired_at in rows.values_list(
        "organization_id", "version", "retired_at"
    ):
        is_used = (organization_id, version) in used
        if retired_at is None:
            current.add(organization_id)
            report.counts["Organizations that keep no secret"] += not is_used
        elif is_used:
            report.findings.append(
                f"Organization {organization_id} still uses its retired data key {version}: "
                "run rotate_keys --new-data-key again."
            )
        else:
            report.findings.append(
                f"Organization {organization_id} has a retired data key {version} without use: "
                "run rotate_keys --new-data-key again."
            )
    for pk in Organization._base_manager.using(ALIAS).order_by("pk").values_list("pk", flat=True):
        if pk not in current:
            report.findings.append(f"Organization {pk} has no data key.")


def _check_factors(report: Report) -> None:
    name = Authenticator._meta.label
    for pk, user_id, data in (
        Authenticator.objects.using(ALIAS).order_by("pk").values_list("pk", "user_id", "data")
    ):
        for secret in SECRET_NAMES:
            if secret not in data:
                continue
            text = str(data[secret])
            position = wrapped_by(text)
            if position is None:
                says = UNREADABLE if _looks_wrapped(text) else PLAINTEXT
                report.findings.append(f"{name}.data {pk} {secret} {says}.")
                continue
            report.counts[f"{name}.data: by {_key_name(position)}"] += 1
            try:
                open_for_user(user_id, text)
            except SecretUnreadable:
                report.findings.append(f"{name}.data {pk} {secret} belongs to somebody else.")


def _check_order(report: Report) -> None:
    """Note when an older key was used after the newest one: then the order may be wrong."""
    latest: dict[int, int] = {}
    for model, column in wrapped_fields():
        for row in _texts(model, column):
            position = wrapped_by(row["text"])
            if position is not None:
                made = Fernet(settings.ENCRYPTION_KEYS[position]).extract_timestamp(row["text"])
                latest[position] = max(made, latest.get(position, 0))
    later = [position for position, made in latest.items() if made > latest.get(0, made)]
    for position in sorted(later):
        report.notes.append(
            f"{_key_name(position)} was used after {_key_name(0)}. ENCRYPTION_KEYS stand newest "
            "first, in every process alike."
        )


def _key_name(position: int) -> str:
    return f"ENCRYPTION_KEYS[{position + 1}]" + (" (the newest)" if position == 0 else "")


def _looks_wrapped(text: str) -> bool:
    """Whether the text has the form of a Fernet token, whatever key may open it."""
    return text.startswith("gAAAAA") and len(text) >= 100


def _looks_readable(sealed: bytes) -> bool:
    try:
        return bytes(sealed).decode().isprintable()
    except UnicodeDecodeError:
        return False
