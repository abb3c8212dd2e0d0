"""Factories. A factory of a tenant table enters `tenant()` itself."""

from datetime import timedelta
from typing import Any

import factory
from django.utils.timezone import now

from organizations.founding import found_organization
from organizations.models import Invitation, Member, Organization, User
from organizations.tenancy import tenant


class TenantFactory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        with tenant(kwargs["organization"]):
            return super()._create(model_class, *args, **kwargs)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@agency.example")
    name = factory.Faker("name")

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> User:
        return User.objects.create_user(
            password=kwargs.pop("password", "a-long-test-password"), **kwargs
        )


class OrganizationFactory(factory.django.DjangoModelFactory):
    """An organization with its owner (`.owner`, a Member) and its first data key."""

    class Meta:
        model = Organization

    name = factory.Sequence(lambda n: f"Agency {n}")
    phone = "+357 25 000001"
    agent_count = 3
    timezone = "Asia/Nicosia"

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Organization:
        organization = found_organization(kwargs.pop("owner", None) or UserFactory(), **kwargs)
        with tenant(organization):
            organization.owner = organization.members.select_related("user").get(role="owner")
        return organization


class MemberFactory(TenantFactory):
    class Meta:
        model = Member

    organization = factory.SubFactory(OrganizationFactory)
    user = factory.SubFactory(UserFactory)
    role = Member.Role.AGENT


class InvitationFactory(TenantFactory):
    class Meta:
        model = Invitation

    organization = factory.SubFactory(OrganizationFactory)
    email = factory.Sequence(lambda n: f"invited{n}@agency.example")
    invited_by = factory.LazyAttribute(lambda it: it.organization.owner)
    expires_at = factory.LazyFunction(lambda: now() + timedelta(days=7))
