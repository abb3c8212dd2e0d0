"""Replaces keys while everything runs.

`rewrap` brings the data keys and the second factors under the newest of `ENCRYPTION_KEYS`; no token
is touched. `renew_data_key` gives one organization a new data key, seals its secrets again, and
deletes the old key once nothing uses it. Each step is a transaction of its own and looks at what is
there: killed anywhere, the next run goes on; two runs at once do each row once.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from allauth.mfa.models import Authenticator
from django.db import models, transaction
from django.db.models.functions import Cast
from django.utils.timezone import now

from organizations import auditing
from organizations.models import Organization, OrganizationKey
from organizations.second_factor import SECRET_NAMES
from organizations.secret_fields import sealed_fields
from organizations.secrets import (
    SealedField,
    SecretUnreadable,
    new_key_text,
    seal,
    unseal,
    unwrap,
    version_of,
    wrap,
    wrapped_by,
)
from organizations.tenancy import tenant

# A writer may have sealed with the old key just before it was retired.
PASSES = 3
LATEST_VERSION = 32_767


@dataclass
class Renewal:
    """What became of one organization's data key."""

    version: int
    is_new: bool
    sealed: int = 0
    unreadable: list[str] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)


def rewrap(dry_run: bool = False) -> Counter[str]:
    """Bring everything that `ENCRYPTION_KEYS` encrypt under the newest one.

    Returns how many `keys` and `factors` were `rewrapped`, are `current` or `unreadable`.
    """
    counts: Counter[str] = Counter()
    for organization_id in _organizations():
        with tenant(organization_id) as organization:
            for pk, text in _key_texts(organization):
                counts[f"keys {_rewrap_key(pk, text, dry_run)}"] += 1
    for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        counts.update(f"factors {outcome}" for outcome in _rewrap_factor(pk, dry_run))
    return counts


def renew_data_key(organization: Organization, dry_run: bool = False) -> Renewal:
    """Give the organization a new data key, or finish what an earlier run began.

    A value that does not open stays as it is, and so does its key.
    """
    renewal = _plan(organization) if dry_run else _begin(organization)
    for _pass in range(1 if dry_run else PASSES):
        renewal.unreadable = []
        for model, column in sealed_fields():
            for pk in _outdated(organization, model, column, renewal.version):
                _seal_again(organization, model, column, pk, renewal, dry_run)
        if dry_run or _delete_unused(organization, renewal):
            break
    return renewal


def used_versions(organization: Organization) -> set[int]:
    """Return the versions that sealed values of the organization name. Runs inside `tenant()`."""
    return {
        version_of(sealed)
        for model, column in sealed_fields()
        for sealed in _values(organization, model, column).values_list(column.attname, flat=True)
    }


def _organizations() -> list[int]:
    return list(Organization.objects.order_by("pk").values_list("pk", flat=True))


def _key_texts(organization: Organization) -> list[tuple[int, str]]:
    keys = organization.keys.select_for_update().order_by("version")
    return list(keys.values_list("pk", Cast("wrapped", models.TextField())))


def _rewrap_key(pk: int, text: str, dry_run: bool) -> str:
    position = wrapped_by(text)
    if position is None:
        return "unreadable"
    if position == 0:
        return "current"
    if not dry_run:
        OrganizationKey.objects.filter(pk=pk).update(wrapped=unwrap(text))
    return "rewrapped"


def _rewrap_factor(pk: int, dry_run: bool) -> Iterator[str]:
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            return
        for name in SECRET_NAMES:
            if name not in row.data:
                continue
            position = wrapped_by(str(row.data[name]))
            if position is None:
                yield "unreadable"
            elif position == 0:
                yield "current"
            else:
                row.data[name] = wrap(unwrap(str(row.data[name])))
                if not dry_run:
                    row.save(update_fields=["data"])
                yield "rewrapped"


def _plan(organization: Organization) -> Renewal:
    with tenant(organization):
        latest = organization.keys.latest("version")
        is_unfinished = organization.keys.exclude(retired_at=None).exists()
        return Renewal(latest.version + (not is_unfinished), is_new=not is_unfinished)


def _begin(organization: Organization) -> Renewal:
    with tenant(organization):
        # Locked, so that of two runs the second one finds the key that the first one made.
        list(organization.keys.select_for_update().order_by("version").values("pk"))
        latest = organization.keys.order_by("version").values_list("version", flat=True).last() or 0
        if organization.keys.exclude(retired_at=None).exists():
            return Renewal(latest, is_new=False)
        if latest >= LATEST_VERSION:
            raise OverflowError(f"{organization.slug} has used all versions of its data key.")
        organization.keys.update(retired_at=now())
        OrganizationKey.objects.create(
            organization=organization, version=latest + 1, wrapped=new_key_text()
        )
        auditing.record(organization, "key.renewed", version=latest + 1)
        return Renewal(latest + 1, is_new=True)


def _values(
    organization: Organization, model: type[models.Model], column: SealedField
) -> models.QuerySet:
    rows = model._base_manager.filter(organization_id=organization.pk)
    return rows.exclude(**{f"{column.name}__isnull": True}).order_by("pk")


def _outdated(
    organization: Organization, model: type[models.Model], column: SealedField, version: int
) -> list[object]:
    with tenant(organization):
        rows = _values(organization, model, column).values_list("pk", column.attname)
        return [pk for pk, sealed in rows if version_of(sealed) != version]


def _seal_again(
    organization: Organization,
    model: type[models.Model],
    column: SealedField,
    pk: object,
    renewal: Renewal,
    dry_run: bool,
) -> None:
    with tenant(organization):
        rows = model._base_manager.select_for_update(no_key=True, of=("self",))
        row = rows.filter(pk=pk).exclude(**{f"{column.name}__isnull": True}).first()
        if row is None or version_of(getattr(row, column.attname)) == renewal.version:
            return  # disconnected, or sealed anew by another process
        try:
            secret = unseal(row, column.of, getattr(row, column.attname))
        except SecretUnreadable:
            renewal.unreadable.append(f"{model._meta.label} {pk} {column.name}")
            return
        renewal.sealed += 1
        if not dry_run:
            setattr(row, column.attname, seal(row, column.of, secret))
            row.save(update_fields=[column.attname])


def _delete_unused(organization: Organization, renewal: Renewal) -> bool:
    """Delete the retired keys that nothing uses; whether none is left but for what cannot open."""
    with tenant(organization):
        # Waits for whoever stores a value under one of them; what was stored is seen below.
        retired = organization.keys.exclude(retired_at=None).select_for_update()
        retired = list(retired.order_by("version").values_list("version", flat=True))
        used = used_versions(organization)
        unused = [version for version in retired if version not in used]
        if unused:
            organization.keys.filter(version__in=unused).delete()
            auditing.record(organization, "key.deleted", versions=unused)
        renewal.deleted += unused
        renewal.kept = [version for version in retired if version in used]
        return not renewal.kept
