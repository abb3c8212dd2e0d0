"""How an organization begins."""

import secrets
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.text import slugify

from organizations import auditing
from organizations.models import Member, Organization, OrganizationKey, User
from organizations.secrets import new_key_text
from organizations.tenancy import tenant

# What no address begins with yet but will, or what a reader would take for a part of the product.
RESERVED = {
    *(
        "accounts",
        "admin",
        "api",
        "assets",
        "billing",
        "calendar",
        "docs",
        "healthz",
        "help",
        "invitations",
    ),
    *("login", "logout", "media", "privacy", "readyz", "signup", "static", "styleguide", "support"),
    *("terms", "webhooks", "www", "ar", "de", "el", "en", "es", "fr"),
}
GREEK = str.maketrans(
    "αάβγδεέζηήιίϊΐκλμνξοόπρσςτυύϋΰωώ",
    "aavgdeeziiiiiiklmnxooprsstyyyyoo",
) | {ord("θ"): "th", ord("φ"): "f", ord("χ"): "ch", ord("ψ"): "ps"}


def found_organization(
    owner: User, name: str, phone: str, agent_count: int, **fields: object
) -> Organization:
    """Create an organization with its owner as first member and its first data key."""
    with transaction.atomic():
        organization = _create_with_free_slug(
            name=name, phone=phone, agent_count=agent_count, **fields
        )
        with tenant(organization):
            OrganizationKey.objects.create(organization=organization, wrapped=new_key_text())
            member = Member.objects.create(
                organization=organization, user=owner, role=Member.Role.OWNER
            )
            auditing.record(organization, "organization.founded", user=owner, subject=member)
        owner.last_organization = organization
        owner.save(update_fields=["last_organization"])
    return organization


def reserved_slugs() -> set[str]:
    """Return every first part of an address, and every language code."""
    languages = {code.lower() for code, _ in settings.LANGUAGES}
    return RESERVED | languages | set(_first_parts(get_resolver().url_patterns))


def _create_with_free_slug(**fields: object) -> Organization:
    wanted = slugify(str(fields["name"]).lower().translate(GREEK))[:48].strip("-") or "agency"
    slug = wanted if wanted not in reserved_slugs() else f"{wanted}-agency"
    for _attempt in range(8):
        try:
            with transaction.atomic():
                return Organization.objects.create(slug=slug, **fields)
        except IntegrityError:
            # A random ending does not tell how many others chose the same name.
            slug = f"{wanted}-{secrets.token_hex(2)}"
    raise RuntimeError("No free slug was found in eight attempts.")


def _first_parts(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        part = str(pattern.pattern).lstrip("^").split("/")[0].rstrip("$")
        if part and not part.startswith("<"):
            yield part
        elif not part and isinstance(pattern, URLResolver):
            yield from _first_parts(pattern.url_patterns)
