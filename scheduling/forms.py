"""Forms of the calendar: a working week, days off, kinds, and a booking by hand."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from inbox.models import Conversation
from organizations.models import Member, Organization
from scheduling.hours import Stretch, to_utc
from scheduling.models import Appointment, AppointmentKind, DayOff
from scheduling.slots import hours_of, kind_rules

MOST_STRETCHES = 50
CONVERSATIONS_TO_CHOOSE = 100
# Appointments at other times are asked about once, whatever the hours say.
EARLIEST, LATEST = dt.time(7), dt.time(21)
LONGEST_DAYS_OFF = dt.timedelta(days=366)


class StretchForm(forms.Form):
    """From when to when on one weekday. Both empty: not there."""

    weekday = forms.TypedChoiceField(
        choices=list(WEEKDAYS.items()), coerce=int, widget=forms.HiddenInput
    )
    starts = forms.TimeField(
        label=_("from"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "input"}),
    )
    ends = forms.TimeField(
        label=_("to"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "input"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts, ends = data.get("starts"), data.get("ends")
        if "starts" in data and "ends" in data and (starts is None) != (ends is None):
            raise ValidationError(_("Give both times, or none."))
        if starts and ends and starts >= ends:
            raise ValidationError(_("The end must be after the start."))
        return data

    @property
    def stretch(self) -> Stretch | None:
        data = getattr(self, "cleaned_data", {})
        if self.is_valid() and data.get("starts") and data.get("ends"):
            return Stretch(data["weekday"], data["starts"], data["ends"])
        return None


class WeekForms(forms.BaseFormSet):
    """A working week: any number of stretches a day, none of them overlapping."""

    def clean(self) -> None:
        taken: list[Stretch] = []
        for form in self.forms:
            stretch = form.stretch
            if stretch is None:
                continue
            for other in taken:
                if _overlap(stretch, other):
                    text = _("This overlaps with %(starts)s to %(ends)s.")
                    times = {"starts": f"{other.starts:%H:%M}", "ends": f"{other.ends:%H:%M}"}
                    form.add_error(None, ValidationError(text, params=times))
            taken.append(stretch)

    def is_valid(self) -> bool:
        # Errors that `clean` puts on single rows are not seen by the formset itself.
        return super().is_valid() and not any(form.errors for form in self.forms)

    @property
    def stretches(self) -> list[Stretch]:
        return [form.stretch for form in self.forms if form.stretch]

    @property
    def days(self) -> list[dict[str, Any]]:
        """The seven days in order, each with its rows, for the template."""
        rows = [(_weekday_of(form), position, form) for position, form in enumerate(self.forms)]
        return [
            {
                "weekday": weekday,
                "name": name,
                "rows": [(position, form) for day, position, form in rows if day == weekday],
            }
            for weekday, name in WEEKDAYS.items()
        ]


Week = forms.formset_factory(
    StretchForm, formset=WeekForms, extra=0, max_num=MOST_STRETCHES, validate_max=True
)


def week_of(stretches: list[Stretch]) -> WeekForms:
    initial = [{"weekday": s.weekday, "starts": s.starts, "ends": s.ends} for s in stretches]
    return Week(initial=initial, prefix="hours")


def edited_week(data: QueryDict) -> WeekForms:
    """The week as it stands in the browser, with one row more or one fewer; nothing is checked.

    The button `add` carries a weekday, `remove` the number of a row.
    """
    count = _small_number(data.get("hours-TOTAL_FORMS", ""), MOST_STRETCHES)
    rows = [
        {
            "weekday": _small_number(data.get(f"hours-{row}-weekday", ""), 6),
            "starts": data.get(f"hours-{row}-starts", "")[:8],
            "ends": data.get(f"hours-{row}-ends", "")[:8],
        }
        for row in range(count)
        if str(row) != data.get("remove")
    ]
    if "add" in data and len(rows) < MOST_STRETCHES:
        rows.append({"weekday": _small_number(data["add"], 6), "starts": "", "ends": ""})
    return Week(initial=rows, prefix="hours")


class DayOffForm(forms.ModelForm):
    last = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty for a single day."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    class Meta:
        model = DayOff
        fields = ("first", "last", "reason")
        widgets = {"first": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("first"), data.get("last") or data.get("first")
        if first and last:
            if last < first:
                self.add_error("last", _("The last day is before the first."))
            elif last - first > LONGEST_DAYS_OFF:
                self.add_error("last", _("At most a year at a time."))
            elif not 2000 <= first.year <= 2200:
                self.add_error("first", _("Write a day of this century."))
        data["last"] = last
        return data


class KindForm(forms.ModelForm):
    class Meta:
        model = AppointmentKind
        fields = ("is_active", "minutes", "buffer_minutes", "notice_hours", "window_days")


class BookingForm(forms.Form):
    """A time that a member chooses for a customer, in the organization's wall time."""

    conversation = forms.ModelChoiceField(
        queryset=Conversation.objects.none(), to_field_name="code", label=_("Customer")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=AppointmentKind.Kind.choices)
    listing = forms.ModelChoiceField(
        queryset=None, required=False, label=_("Listing"), empty_label=_("None")
    )
    member = forms.ModelChoiceField(queryset=Member.objects.none(), label=_("With"))
    date = forms.DateField(
        label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    time = forms.TimeField(
        label=_("Time"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )

    confirm_time = forms.BooleanField(
        label=_("Book at this unusual time all the same"), required=False
    )
    tell_customer = forms.BooleanField(
        label=_("Tell the customer"),
        required=False,
        initial=True,
        help_text=_(
            "By a WhatsApp message with the time, the place and a link for their calendar."
        ),
    )

    def __init__(
        self, *args: Any, organization: Organization, chosen: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.is_unusual = False
        self.cannot_tell = self._why_not_told(chosen)
        self.fields["conversation"].queryset = _conversations(organization, chosen)
        self.fields["conversation"].label_from_instance = _customer
        self.fields["listing"].queryset = organization.listings.on_offer().order_by("title")
        self.fields["member"].queryset = organization.members.active().with_people()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        is_viewing = data.get("kind") == AppointmentKind.Kind.VIEWING
        if is_viewing and "listing" in data and not data["listing"]:
            self.add_error("listing", _("Choose the home to be viewed."))
        if data.get("date") and data.get("time"):
            data["starts_at"] = self._moment(data["date"], data["time"])
        if data.get("starts_at") and data.get("member") and data.get("kind"):
            self._ask_about_unusual(data)
        return data

    def _ask_about_unusual(self, data: dict[str, Any]) -> None:
        """Let a time at night, or outside the colleague's hours, be confirmed first."""
        starts, member = data["starts_at"], data["member"]
        length = dt.timedelta(minutes=kind_rules(self.organization, data["kind"]).minutes)
        local = starts.astimezone(self.organization.zone)
        is_at_night = not EARLIEST <= local.time() < LATEST
        working = hours_of([member], starts, starts + length)[member.pk]
        is_outside = member.weekly_hours.exists() and working != [(starts, starts + length)]
        self.is_unusual = is_at_night or is_outside
        if not self.is_unusual or data.get("confirm_time"):
            return
        said = {"time": f"{local:%H:%M}", "member": str(member)}
        text = (
            _("%(time)s is at night. Tick this if it is meant.")
            if is_at_night
            else _("%(time)s is outside the working hours of %(member)s. Tick this if it is meant.")
        )
        self.add_error("confirm_time", text % said)

    def _why_not_told(self, chosen: str) -> str:
        """Say in plain words why the customer of the conversation cannot be written to."""
        found = chosen and self.organization.conversations.filter(code=chosen).first()
        if not found:
            return ""
        if found.contact.opted_out_at and not found.wrote_since_opting_out:
            return _("The customer asked for no more messages, so tell them in another way.")
        if not found.window_is_open:
            return _(
                "The customer last wrote more than 24 hours ago, and WhatsApp lets nobody write "
                "freely after that. Tell them in another way."
            )
        return ""

    def _moment(self, day: dt.date, time: dt.time) -> dt.datetime | None:
        zone, wall = self.organization.zone, dt.datetime.combine(day, time)
        if not 2000 <= day.year <= 2200:
            self.add_error("date", _("Write a day of this century."))
            return None
        moment = to_utc(wall, zone)
        if moment.astimezone(zone).replace(tzinfo=None) != wall:
            self.add_error("time", _("The clocks skip this time on that day."))
        return moment


class CancellationForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Your colleagues see it in the thread; the customer does not."),
    )
    tell_customer = forms.BooleanField(
        label=_("Tell the customer"),
        required=False,
        initial=True,
        help_text=_("By a WhatsApp message in their language, without the reason."),
    )

    def __init__(self, *args: Any, has_customer: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_customer:
            del self.fields["tell_customer"]


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        choices=[
            (Appointment.Status.DONE, _("Took place")),
            (Appointment.Status.NO_SHOW, _("Nobody came")),
        ]
    )


def _conversations(organization: Organization, chosen: str) -> Any:
    latest = organization.conversations.latest_first().values("pk")[:CONVERSATIONS_TO_CHOOSE]
    every = organization.conversations.select_related("contact").prefetch_related(
        "contact__identities"
    )
    rows = every.filter(pk__in=latest)
    if chosen:
        rows = rows | every.filter(code=chosen)
    return rows.latest_first()


def _customer(conversation: Conversation) -> str:
    return conversation.contact.display_name


def _overlap(one: Stretch, other: Stretch) -> bool:
    return one.weekday == other.weekday and one.starts < other.ends and other.starts < one.ends


def _weekday_of(form: StretchForm) -> int:
    return _small_number(str(form["weekday"].value()), 6)


def _small_number(text: str, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 5 else 0
