"""The agenda, working hours, days off, kinds, and booking by hand."""

import hashlib
from collections.abc import Callable
from itertools import groupby
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from inbox.models import Message
from inbox.sending import CannotSend
from organizations.models import Member
from organizations.pages import MemberRequest, member_required, render_page
from scheduling import booking, ics, links, planning, showing, telling
from scheduling.forms import (
    BookingForm,
    CancellationForm,
    DayOffForm,
    KindForm,
    OutcomeForm,
    Week,
    WeekForms,
    edited_week,
    week_of,
)
from scheduling.hours import Stretch, day_bounds
from scheduling.models import Appointment, AppointmentKind, AppointmentQuerySet, DayOff
from scheduling.slots import kind_rules

APPOINTMENTS_PER_PAGE = 50
EARLIER_IN_PANEL = 2
# A customer opens the link once or twice; more comes from somebody who guesses.
FILES_PER_PERIOD, PERIOD_SECONDS = 60, 600
require_form = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@member_required
def index(request: MemberRequest) -> HttpResponse:
    """Appointments by day: from today on, or `?when=past`; all, or `?who=mine`."""
    is_past, is_mine = request.GET.get("when") == "past", request.GET.get("who") == "mine"
    today = day_bounds(timezone.localdate(timezone=request.organization.zone), _zone(request))[0]
    rows = _appointments(request)
    if is_mine:
        rows = rows.filter(member=request.member)
    rows = _before(rows, today) if is_past else _from(rows, today)
    page = Paginator(rows, APPOINTMENTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "days": _by_day(request, page),
        "is_past": is_past,
        "is_mine": is_mine,
        "query": f"when={'past' if is_past else ''}&who={'mine' if is_mine else ''}&",
        "now": timezone.now(),
    }
    return _page(request, "index", context, piece="scheduling/_agenda.html")


@require_GET
@member_required
def panel(request: MemberRequest, code: UUID) -> HttpResponse:
    """The appointments of a conversation, fetched by the inbox; `code` is the conversation's."""
    conversation = get_object_or_404(request.organization.conversations, code=code)
    appointments = conversation.appointments.select_related("member__user", "listing")
    is_over = Q(ends_at__lte=timezone.now()) | ~Q(status__in=("booked", "hold"))
    context = {
        "conversation": conversation,
        "coming": [
            showing.as_slot(appointment, request.organization)
            for appointment in appointments.standing().exclude(is_over).order_by("starts_at")
        ],
        "earlier": [
            showing.as_slot(appointment, request.organization)
            for appointment in appointments.filter(is_over)
            .exclude(status=Appointment.Status.EXPIRED)
            .exclude(status=Appointment.Status.HOLD)
            .order_by("-starts_at")[:EARLIER_IN_PANEL]
        ],
        "offers": booking.open_offers(conversation),
    }
    return render(request, "scheduling/_panel.html", context)


@require_safe
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:
    """The customer's calendar file, for whoever holds the link; anything else is not found."""
    if _is_guessing(request):
        return HttpResponse(status=429, headers={"Retry-After": str(PERIOD_SECONDS)})
    appointment = links.find_appointment(token)
    if appointment is None:
        raise Http404
    return _as_file(appointment)


@require_GET
@member_required
def appointment_file(request: MemberRequest, code: UUID) -> HttpResponse:
    """The same file for a member."""
    return _as_file(_find_appointment(request, code))


@require_form
@member_required
def new(request: MemberRequest) -> HttpResponse:
    """Book a time by hand, `?conversation=<code>` chooses the customer."""
    chosen = _uuid_or_nothing(request.GET.get("conversation", ""))
    initial = {"conversation": chosen, "member": request.member.pk}
    form = BookingForm(
        _posted(request), organization=request.organization, chosen=chosen, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            appointment = booking.book_by_hand(
                data["conversation"],
                data["kind"],
                data["member"],
                data["starts_at"],
                by=request.member,
                listing=data["listing"],
            )
        except booking.SlotTaken as error:
            form.add_error("time", str(error))
        else:
            text = _("Booked: %(what)s.") % {"what": booking.describe(appointment)}
            messages.success(request, text)
            _tell(request, form, telling.tell_of_booking, appointment)
            return redirect("scheduling:index", slug=request.organization.slug)
    status = 422 if form.is_bound else 200
    return _page(request, "new", {"form": form}, status=status)


def _tell(
    request: MemberRequest,
    form: BookingForm | CancellationForm,
    tell: Callable[..., Message],
    appointment: Appointment,
) -> None:
    if not form.cleaned_data.get("tell_customer"):
        return
    try:
        tell(appointment, by=request.member)
    except CannotSend as refusal:
        text = _("The customer was not told: %(why)s") % {"why": refusal}
        messages.warning(request, text)
    else:
        messages.success(request, _("The customer is being told."))


@require_form
@member_required
def appointment_cancel(request: MemberRequest, code: UUID) -> HttpResponse:
    """Ask for a reason, then cancel."""
    appointment = _find_appointment(request, code)
    form = CancellationForm(_posted(request), has_customer=bool(appointment.conversation))
    if request.method == "POST" and form.is_valid():
        try:
            booking.cancel(appointment, form.cleaned_data["reason"], by=request.member)
        except booking.AppointmentOver as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The appointment is cancelled."))
            _tell(request, form, telling.tell_of_cancellation, appointment)
            return redirect("scheduling:index", slug=request.organization.slug)
    context = {"form": form, "appointment": appointment, "what": booking.describe(appointment)}
    return _page(request, "cancel", context, status=422 if form.is_bound else 200)


@require_POST
@member_required
def appointment_outcome(request: MemberRequest, code: UUID) -> HttpResponse:
    appointment = _find_appointment(request, code)
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose what came of the appointment."))
    else:
        try:
            booking.set_outcome(appointment, form.cleaned_data["outcome"], by=request.member)
        except (booking.NotOverYet, booking.AppointmentOver) as error:
            messages.error(request, str(error))
    return redirect("scheduling:index", slug=request.organization.slug)


@require_form
@member_required
def hours(request: MemberRequest) -> HttpResponse:
    return _hours_page(request, request.member)


@require_form
@member_required
def member_hours(request: MemberRequest, pk: int) -> HttpResponse:
    return _hours_page(request, _find_colleague(request, pk))


@require_POST
@member_required
def day_off_add(request: MemberRequest, pk: int) -> HttpResponse:
    person = _find_colleague(request, pk)
    if not _may_plan(request, person):
        return _forbidden(request)
    day_off = DayOff(organization=request.organization, member=person)
    form = DayOffForm(request.POST, instance=day_off)
    if not form.is_valid():
        return _show_hours(request, person, day_off_form=form, status=422)
    affected = planning.add_day_off(form.instance, by=request.member)
    messages.success(request, _("The days off are saved."))
    if affected:
        text = ngettext(
            "%(count)s appointment lies on these days and stays booked.",
            "%(count)s appointments lie on these days and stay booked.",
            len(affected),
        )
        messages.warning(request, text % {"count": len(affected)})
    return _back_to_hours(request, person)


@require_POST
@member_required
def day_off_remove(request: MemberRequest, pk: int) -> HttpResponse:
    day_off = get_object_or_404(
        request.organization.days_off.select_related("member__user", "organization"), pk=pk
    )
    if not _may_plan(request, day_off.member):
        return _forbidden(request)
    planning.remove_day_off(day_off, by=request.member)
    messages.success(request, _("The days off are removed."))
    return _back_to_hours(request, day_off.member)


@require_form
@member_required(managers_only=True)
def kinds(request: MemberRequest) -> HttpResponse:
    forms = [
        KindForm(_posted(request), instance=kind_rules(request.organization, kind), prefix=kind)
        for kind in AppointmentKind.Kind.values
    ]
    if request.method == "POST" and all(form.is_valid() for form in forms):
        changed = [form.instance for form in forms if form.has_changed() or not form.instance.pk]
        planning.save_kinds(changed, by=request.member)
        messages.success(request, _("The appointment kinds are saved."))
        return redirect("scheduling:kinds", slug=request.organization.slug)
    status = 422 if request.method == "POST" else 200
    return _page(request, "kinds", {"forms": forms}, status=status)


def _as_file(appointment: Appointment) -> HttpResponse:
    return HttpResponse(
        ics.calendar_file(appointment),
        content_type=ics.content_type(appointment),
        headers={
            "Content-Disposition": f'inline; filename="{ics.file_name(appointment)}"',
            "Cache-Control": "private, no-store",
            "X-Robots-Tag": "noindex",
        },
    )


def _is_guessing(request: HttpRequest) -> bool:
    """Count the requests of an address in ten minutes; only a keyed hash of it is kept."""
    seed = f"{settings.SECRET_KEY}{get_adapter(request).get_client_ip(request)}"
    key = f"calendar-file:{hashlib.sha256(seed.encode()).hexdigest()}"
    cache.add(key, 0, PERIOD_SECONDS)
    try:
        return cache.incr(key) > FILES_PER_PERIOD
    except ValueError:
        return False  # the period ended in between


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _zone(request: MemberRequest) -> Any:
    return request.organization.zone


def _appointments(request: MemberRequest) -> AppointmentQuerySet:
    return (
        request.organization.appointments.exclude(status=Appointment.Status.EXPIRED)
        .select_related("member__user", "listing", "conversation__contact")
        .prefetch_related("conversation__contact__identities")
    )


def _from(rows: AppointmentQuerySet, moment: Any) -> AppointmentQuerySet:
    stale = rows.filter(status=Appointment.Status.HOLD, hold_expires_at__lte=timezone.now())
    return rows.filter(ends_at__gt=moment).exclude(pk__in=stale).order_by("starts_at", "pk")


def _before(rows: AppointmentQuerySet, moment: Any) -> AppointmentQuerySet:
    rows = rows.filter(ends_at__lte=moment).exclude(status=Appointment.Status.HOLD)
    return rows.order_by("-starts_at", "-pk")


def _by_day(request: MemberRequest, page: Any) -> list[tuple[Any, list[Appointment]]]:
    """The appointments of the page under their local day; also where each stands in words."""
    zone = _zone(request)
    for appointment in page:
        appointment.organization = request.organization
        appointment.is_over = appointment.ends_at <= timezone.now()
    days = groupby(page, key=lambda row: row.starts_at.astimezone(zone).date())
    return [(day, list(rows)) for day, rows in days]


def _uuid_or_nothing(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _find_appointment(request: MemberRequest, code: UUID) -> Appointment:
    appointment = get_object_or_404(_appointments(request), code=code)
    appointment.organization = request.organization
    return appointment


def _find_colleague(request: MemberRequest, pk: int) -> Member:
    """A member of this organization, by id. One who left keeps hours that nobody reads."""
    person = request.organization.members.active().with_people().filter(pk=pk).first()
    if person is None:
        raise Http404
    person.organization = request.organization
    return person


def _may_plan(request: MemberRequest, person: Member) -> bool:
    return request.member.can_manage or person.pk == request.member.pk


def _forbidden(request: MemberRequest) -> HttpResponse:
    return render(request, "403.html", status=403)


def _hours_page(request: MemberRequest, person: Member) -> HttpResponse:
    """Show the week; keep what is typed while rows come and go; store it with `save`."""
    if not _may_plan(request, person):
        return _forbidden(request)
    if request.method != "POST":
        return _show_hours(request, person)
    if "save" not in request.POST and {"add", "remove"} & request.POST.keys():
        return _show_hours(request, person, week=edited_week(request.POST), is_edited=True)
    week = Week(request.POST, prefix="hours")
    if not week.is_valid():
        return _show_hours(request, person, week=week, status=422)
    planning.set_hours(person, week.stretches, by=request.member)
    messages.success(request, _("The working hours are saved."))
    return _back_to_hours(request, person)


def _show_hours(
    request: MemberRequest,
    person: Member,
    *,
    week: WeekForms | None = None,
    day_off_form: DayOffForm | None = None,
    is_edited: bool = False,
    status: int = 200,
) -> HttpResponse:
    organization = request.organization
    today = timezone.localdate(timezone=organization.zone)
    context = {
        "person": person,
        "week": week or week_of(_stretches_of(person)),
        "day_off_form": day_off_form or DayOffForm(),
        "days_off": organization.days_off.filter(member=person, last__gte=today).order_by("first"),
        "colleagues": _colleagues(request),
        "is_edited": is_edited,
    }
    return _page(request, "hours", context, status=status)


def _stretches_of(person: Member) -> list[Stretch]:
    rows = person.organization.weekly_hours.filter(member=person)
    return [Stretch(row.weekday, row.starts, row.ends) for row in rows]


def _colleagues(request: MemberRequest) -> list[Member]:
    if not request.member.can_manage:
        return []
    return list(request.organization.members.active().with_people())


def _back_to_hours(request: MemberRequest, person: Member) -> HttpResponse:
    slug = request.organization.slug
    if person.pk == request.member.pk:
        return redirect("scheduling:hours", slug=slug)
    return redirect("scheduling:member_hours", slug=slug, pk=person.pk)


def _page(
    request: MemberRequest, name: str, context: dict[str, Any], piece: str = "", status: int = 200
) -> HttpResponse:
    context |= {"section": "scheduling", "tab": name}
    page = f"scheduling/{name}.html"
    if piece:
        return render_page(request, page, piece, context, status)
    return render(request, page, context, status=status)
