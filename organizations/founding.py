"""How an organization begins."""

import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import URLResolver, get_resolver
from django.utils.text import slugify

from organizations import auditing
from organizations.models import Member, Organization, OrganizationKey, User
from organizations.secrets import new_key_text
from organizations.tenancy import tenant


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
    first_parts = {
        str(pattern.pattern).split("/")[0].strip("^$")
        for pattern in get_resolver().url_patterns
        if not (isinstance(pattern, URLResolver) and str(pattern.pattern).startswith("<"))
    }
    languages = {code.lower() for code, _ in settings.LANGUAGES} | {
        "ar",
        "de",
        "el",
        "en",
        "es",
        "fr",
    }
    return first_parts | languages | {"static", "media", "admin", "api", "www", "styleguide"}


def validate_slug(slug: str) -> None:
    if slug in reserved_slugs():
        raise ValidationError(f"{slug} is reserved.")


def _create_with_free_slug(**fields: object) -> Organization:
    wanted = slugify(str(fields["name"]), allow_unicode=False)[:48] or "agency"
    slug = wanted if wanted not in reserved_slugs() else f"{wanted}-agency"
    for _attempt in range(8):
        try:
            with transaction.atomic():
                return Organization.objects.create(slug=slug, **fields)
        except IntegrityError:
            # A random ending does not tell how many others chose the same name.
            slug = f"{wanted}-{secrets.token_hex(2)}"
    raise RuntimeError("No free slug was found in eight attempts.")
