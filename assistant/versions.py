"""The versions of an assistant's shape: one draft, and all that were ever published.

The one with the highest number answers customers. Everything here runs inside `tenant()`; the
caller has checked who may.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Max, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from assistant import shape as shapes
from assistant.models import AssistantVersion
from assistant.shape import Shape
from inbox import events
from inbox.models import Signal
from organizations import auditing
from organizations.models import Member, Organization


class NothingToPublish(Exception):
    """There is no draft, or it says what is live already."""


class EditedMeanwhile(Exception):
    """Somebody else saved the draft after this member had opened it."""


@dataclass(frozen=True)
class Change:
    """One difference between two versions; an empty side was or is not set."""

    label: str
    before: str
    after: str


def published(organization: Organization) -> QuerySet[AssistantVersion]:
    return organization.assistant_versions.filter(number__isnull=False).order_by("-number")


def live(organization: Organization) -> AssistantVersion | None:
    """Return the version that answers customers, or none where nothing was ever published."""
    return published(organization).first()


def live_shape(organization: Organization) -> Shape:
    found = live(organization)
    return found.shape if found else Shape()


def draft(organization: Organization) -> AssistantVersion | None:
    return organization.assistant_versions.filter(number=None).select_related("author").first()


def save_draft(
    organization: Organization, shape: Shape, by: Member, based_on: str | None = None
) -> AssistantVersion | None:
    """Store the draft and return it; a draft that says what is live is no draft and is removed.

    `based_on` is the stamp that the member had before them. Raises `EditedMeanwhile`.
    """
    found = _locked_draft(organization)
    _require_unchanged(organization, based_on)
    if shape == live_shape(organization):
        if found:
            found.delete()
        return None
    if found is None:
        return AssistantVersion.objects.create(
            organization=organization, content=shape.as_json(), author=by
        )
    found.content, found.author, found.changed_at = shape.as_json(), by, now()
    found.save(update_fields=["content", "author", "changed_at"])
    return found


def stamp(organization: Organization) -> str:
    """Tell one state of the draft, and of what is live, from another."""
    edited, answering = draft(organization), live(organization)
    changed_at = edited.changed_at.isoformat() if edited else ""
    return f"{changed_at}/{answering.number if answering else 0}"


def _require_unchanged(organization: Organization, based_on: str | None) -> None:
    if based_on is not None and based_on != stamp(organization):
        raise EditedMeanwhile


def publish(
    organization: Organization, note: str, by: Member, based_on: str | None = None
) -> AssistantVersion:
    """Let the draft answer customers from now on.

    `based_on` is the stamp that the member had before them. Raises `NothingToPublish` and
    `EditedMeanwhile`.
    """
    found = _locked_draft(organization)
    _require_unchanged(organization, based_on)
    if found is None or found.shape == live_shape(organization):
        raise NothingToPublish
    return _publish(found, note, by)


def discard(organization: Organization, by: Member, based_on: str | None = None) -> bool:
    """Throw the draft away; return whether there was one. Raises `EditedMeanwhile`."""
    found = _locked_draft(organization)
    _require_unchanged(organization, based_on)
    if found is None:
        return False
    found.delete()
    auditing.record(organization, "assistant.draft_discarded", user=by.user)
    return True


def restore(version: AssistantVersion, by: Member) -> AssistantVersion:
    """Publish an earlier version anew, as the next number; a draft stays as it is.

    Raises `NothingToPublish` where it says what is live already.
    """
    organization = version.organization
    _locked_draft(organization)
    if version.shape == live_shape(organization):
        raise NothingToPublish
    copy = AssistantVersion(
        organization=organization, content=version.content, restored_from=version
    )
    note = _("Version %(number)s restored") % {"number": version.number}
    return _publish(copy, note, by)


def diff(before: Shape, after: Shape) -> list[Change]:
    """The differences in words, in the order of the page."""
    first, second = dict(_lines(before)), dict(_lines(after))
    names = list(dict.fromkeys([*first, *second]))
    changes = [Change(name, first.get(name, ""), second.get(name, "")) for name in names]
    return [change for change in changes if change.before != change.after]


def _publish(version: AssistantVersion, note: str, by: Member) -> AssistantVersion:
    organization = version.organization
    last = published(organization).aggregate(last=Max("number"))["last"] or 0
    version.number, version.note, version.author = last + 1, note.strip()[:200], by
    version.published_at = version.changed_at = now()
    version.save()
    action = "assistant.restored" if version.restored_from_id else "assistant.published"
    details = {"version": version.number}
    if version.restored_from:
        details["restored"] = version.restored_from.number
    auditing.record(organization, action, user=by.user, **details)
    events.announce(organization, Signal.Kind.ORGANIZATION)
    return version


def _locked_draft(organization: Organization) -> AssistantVersion | None:
    # The organization's row is the lock: two members must not publish the same number.
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    return organization.assistant_versions.filter(number=None).first()


def _lines(shape: Shape) -> Iterator[tuple[str, str]]:
    for name, label in shapes.LABELS.items():
        value = getattr(shape, name)
        if name == "wording_language":
            value = str(shapes.LANGUAGES.get(value, value))
        yield str(label), value
    for key, label in shapes.SITUATIONS.items():
        yield str(label), shape.situations.get(key, "")
    for kind, label in shapes.KINDS.items():
        asked = shape.questions.get(kind, ())
        yield (
            _("Questions: %(kind)s") % {"kind": label},
            "\n".join(_question(place, question) for place, question in enumerate(asked, 1)),
        )
    yield _("Hours"), _hours(shape)
    names = [str(shapes.LANGUAGES[code]) for code in shape.languages]
    yield _("Languages"), ", ".join(names) or _("All")


def _question(place: int, question: shapes.Question) -> str:
    required = f" ({_('required')})" if question.required else ""
    words = f": “{question.text}”" if question.text else ""
    return f"{place}. {question.label}{required}{words}"


def _hours(shape: Shape) -> str:
    if not shape.hours:
        return _("Always")
    days = (f"{shapes.WEEKDAYS[day]} {first}–{last}" for day, (first, last) in shape.hours.items())
    return "\n".join(days)
