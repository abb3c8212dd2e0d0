"""The demonstration agencies: one that is full of life, and a small one beside it.

The second agency shows that nothing of the first can be seen from it. The first one's owner is
also an agent there, which shows the switcher. Beside them is one person of the operator's staff.
"""

import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.timezone import now

from inbox.models import Channel, ChannelRoute
from katikn.demo.content import FOLDER, JSON, WEEKDAYS, Calendar, Content, read
from katikn.demo.talks import Agency, seed_conversations
from katikn.demo.trying import shape_assistant, try_assistant
from katikn.environment import env
from knowledge.models import Listing, Note
from knowledge.retrieval import index_listing, index_note
from organizations.founding import found_organization
from organizations.models import Member, Organization, User
from organizations.tenancy import tenant
from privacy.purging import remove_organization
from scheduling.models import AppointmentKind, DayOff, WeeklyHours

FOLDERS = (FOLDER, FOLDER / "second")
STAFF = {"email": "support@katikn.example", "name": "Dimitra Support"}


@dataclass(frozen=True)
class Login:
    """What a person types to sign in, and what they are then."""

    email: str
    password: str
    role: str
    organization: str

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass
class People:
    """The users of the demonstration by e-mail, each with the password they got."""

    passwords: dict[str, str] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def user(self, person: JSON) -> User:
        email = person["email"]
        if email not in self.users:
            self.passwords[email] = env.str("DEMO_PASSWORD", "") or secrets.token_urlsafe(12)
            self.users[email] = self._make(person)
        return self.users[email]

    def _make(self, person: JSON) -> User:
        user = User.objects.filter(email=person["email"]).first() or User(email=person["email"])
        user.name, user.language = person["name"], "en"
        user.set_password(self.passwords[person["email"]])
        user.save()
        EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
        return user


def seed(fresh: bool = False, at: datetime | None = None) -> list[Login]:
    """Make both agencies as of `at` (aware; now) and return the logins.

    Does nothing and returns none where the first agency exists, unless `fresh`, which removes both
    first. Raises `HoldStands` where a legal hold forbids that.
    """
    contents = [read(folder) for folder in FOLDERS]
    if fresh:
        for content in contents:
            _remove(content.agency["slug"])
    if Organization.objects.filter(slug=contents[0].agency["slug"]).exists():
        return []
    people, logins = People(), []
    with transaction.atomic():
        for content in contents:
            logins += _seed_agency(content, people, at or now())
        logins.append(_add_staff(people))
    _try_assistant(contents[0])
    return logins


def _try_assistant(content: Content) -> None:
    """Try the first agency's assistant out, which needs what was made so far to be there."""
    organization = Organization.objects.get(slug=content.agency["slug"])
    with tenant(organization):
        owner = organization.members.select_related("user").get(role=Member.Role.OWNER)
        shape_assistant(organization, owner)
    try_assistant(organization, owner, content)


def _add_staff(people: People) -> Login:
    """Make a person of the operator's staff, who sets up a second factor at the first visit."""
    user = people.user(STAFF)
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    return Login(user.email, people.passwords[user.email], "staff", "")


def _remove(slug: str) -> None:
    organization = Organization.objects.filter(slug=slug).first()
    if organization:
        remove_organization(organization)


def _seed_agency(content: Content, people: People, at: datetime) -> list[Login]:
    organization = _found(content.agency, people)
    calendar = Calendar(at, organization.zone)
    with tenant(organization):
        members = _add_members(organization, content.agency, people, calendar)
        channel = _connect(organization, content.agency["channel"])
        kinds = _add_kinds(organization, content.agency["appointment_kinds"])
        listings = _add_listings(organization, content.listings, members, calendar)
        _add_notes(organization, content.notes, members, calendar)
        agency = Agency(organization, channel, members, listings, kinds, calendar)
        seed_conversations(agency, content.conversations)
        return [
            Login(email, people.passwords[email], member.role, organization.slug)
            for email, member in members.items()
        ]


def _found(agency: JSON, people: People) -> Organization:
    owner = next(person for person in agency["members"] if person["role"] == "owner")
    organization = found_organization(
        people.user(owner),
        name=agency["name"],
        phone=agency["phone"],
        agent_count=agency["agent_count"],
        timezone=agency["timezone"],
        currency=agency["currency"],
    )
    organization.slug = agency["slug"]
    organization.save(update_fields=["slug"])
    return organization


def _add_members(
    organization: Organization, agency: JSON, people: People, calendar: Calendar
) -> dict[str, Member]:
    members = {}
    for person in agency["members"]:
        user = people.user(person)
        member, _ = Member.objects.update_or_create(
            organization=organization,
            user=user,
            defaults={
                "role": person["role"],
                "title": person["title"],
                "phone": person["phone"],
            },
        )
        members[user.email] = member
        if user.last_organization is None:
            user.last_organization = organization
            user.save(update_fields=["last_organization"])
        _add_hours(member, person, calendar)
    return members


def _add_hours(member: Member, person: JSON, calendar: Calendar) -> None:
    WeeklyHours.objects.bulk_create(
        WeeklyHours(
            organization=member.organization,
            member=member,
            weekday=WEEKDAYS.index(name),
            starts=starts,
            ends=ends,
        )
        for name, stretches in person["weekly_hours"].items()
        for starts, ends in stretches
    )
    DayOff.objects.bulk_create(
        DayOff(
            organization=member.organization,
            member=member,
            first=calendar.day(first),
            last=calendar.day(last),
        )
        for first, last in _stretches(person["days_off"])
    )


def _stretches(days: list[int]) -> list[tuple[int, int]]:
    """Join days that follow each other: [17, 18, -24] is from -24 to -24 and from 17 to 18."""
    stretches: list[tuple[int, int]] = []
    for day in sorted(days):
        if stretches and stretches[-1][1] == day - 1:
            stretches[-1] = (stretches[-1][0], day)
        else:
            stretches.append((day, day))
    return stretches


def _connect(organization: Organization, data: JSON) -> Channel:
    # Without an address of its own it follows the settings, as bin/demo may move the twin to
    # another port.
    channel = Channel(organization=organization, **data)
    channel.set_access_token(env.str("DEMO_WHATSAPP_TOKEN", "") or "demo-token")
    channel.save()
    ChannelRoute.objects.create(
        phone_number_id=channel.phone_number_id, organization=organization, channel=channel
    )
    return channel


def _add_kinds(organization: Organization, kinds: list[JSON]) -> dict[str, AppointmentKind]:
    rows = [
        AppointmentKind(
            organization=organization,
            kind=kind["key"],
            minutes=kind["minutes"],
            buffer_minutes=kind["buffer_minutes"],
            notice_hours=kind["minimum_notice_hours"],
            window_days=kind["booking_window_days"],
        )
        for kind in kinds
    ]
    return {row.kind: row for row in AppointmentKind.objects.bulk_create(rows)}


def _add_listings(
    organization: Organization,
    listings: list[JSON],
    members: dict[str, Member],
    calendar: Calendar,
) -> dict[str, Listing]:
    rows = [_listing(organization, data, members, calendar) for data in listings]
    for row in Listing.objects.bulk_create(rows):
        index_listing(row)
    return {row.reference: row for row in rows}


def _listing(
    organization: Organization, data: JSON, members: dict[str, Member], calendar: Calendar
) -> Listing:
    data = dict(data)
    agent, days_ago = data.pop("agent"), data.pop("listed_days_ago")
    available = data.pop("available_from")
    listed = calendar.now - timedelta(days=days_ago)
    # The agency looks its stock through every three weeks.
    confirmed = calendar.now - timedelta(days=days_ago % 21)
    row = Listing(organization=organization, as_of=confirmed, created_at=listed)
    for name, value in data.items():
        is_text = Listing._meta.get_field(name).empty_strings_allowed
        setattr(row, name, "" if value is None and is_text else _exact(value))
    row.agent = members.get(agent)
    row.available_from = None if available is None else calendar.day(available)
    return row


def _exact(value: object) -> object:
    return Decimal(str(value)) if isinstance(value, float) else value


def _add_notes(
    organization: Organization, notes: list[JSON], members: dict[str, Member], calendar: Calendar
) -> None:
    owner = next(m for m in members.values() if m.role == Member.Role.OWNER)
    written = calendar.now - timedelta(days=30)
    rows = Note.objects.bulk_create(
        Note(
            organization=organization,
            title=note["title"],
            body=note["body"],
            author=owner,
            as_of=written,
            created_at=written,
        )
        for note in notes
    )
    for row in rows:
        index_note(row)
