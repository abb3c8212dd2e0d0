"""Forms of sign-up, accounts, settings, members and invitations."""

import re
import zoneinfo
from datetime import date, datetime, time, timedelta
from typing import Any

from allauth.account import forms as accounts
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as totp
from babel.numbers import list_currencies
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from organizations import audit_wording
from organizations.founding import found_organization
from organizations.managing import may_grant
from organizations.models import AuditEntry, Member, Organization, User
from organizations.second_factor import UNREADABLE, pending_secret
from organizations.secrets import SecretUnreadable

REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
EMAIL, PASSWORD, NEW_PASSWORD = _("E-mail"), _("Password"), _("New password")
PASSWORD_RULE = _("At least 12 characters. A few unrelated words are easy to remember.")


class PhoneField(forms.CharField):
    """A telephone number as people write it: digits, blanks and + ( ) . - /"""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})

    def __init__(self, **options: Any) -> None:
        super().__init__(label=options.pop("label", _("Phone")), max_length=32, **options)

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        digits = re.sub(r"\D", "", value)
        if value and not (re.fullmatch(r"\+?[0-9 ()./-]+", value) and 5 <= len(digits) <= 15):
            raise ValidationError(_("Write a telephone number, such as +357 25 123456."))
        return value


class CompanyFields(forms.Form):
    """What sign-up and founding ask about the company."""

    company = forms.CharField(
        label=_("Company"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    phone = PhoneField()
    agent_count = forms.IntegerField(
        label=_("Number of agents"),
        initial=1,
        validators=[MinValueValidator(1), MaxValueValidator(9999)],
        widget=forms.NumberInput(attrs={"min": 1, "max": 9999, "inputmode": "numeric"}),
    )

    def found(self, owner: User) -> Organization:
        data = self.cleaned_data
        return found_organization(owner, data["company"], data["phone"], data["agent_count"])


def label_fields(form: forms.BaseForm, **labels: Any) -> None:
    """Give allauth's fields our labels, and no placeholder that repeats them."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.label = labels.get(name, field.label)


class SignupForm(accounts.SignupForm, CompanyFields):
    """Makes a user and their organization. A known address gets the same answer and a mail."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("name", "email", "password1", "company", "phone", "agent_count")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_fields(self, email=EMAIL, password1=PASSWORD)
        self.fields["password1"].help_text = PASSWORD_RULE
        self.fields["email"].widget.attrs["autofocus"] = False

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        self.found(user)


class LoginForm(accounts.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_fields(self, login=EMAIL, password=PASSWORD)
        self.fields["password"].help_text = ""


class AddEmailForm(accounts.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_fields(self, email=_("Another e-mail address"))


class ChangePasswordForm(accounts.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_fields(
            self,
            oldpassword=_("Current password"),
            password1=NEW_PASSWORD,
            password2=_("New password, again"),
        )
        self.fields["password1"].help_text = PASSWORD_RULE


class SetPasswordForm(accounts.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_fields(self, password1=NEW_PASSWORD, password2=_("New password, again"))
        self.fields["password1"].help_text = PASSWORD_RULE


class ResetPasswordForm(accounts.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_fields(self, email=EMAIL)


class ResetPasswordKeyForm(accounts.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_fields(self, password1=NEW_PASSWORD, password2=_("New password, again"))
        self.fields["password1"].help_text = PASSWORD_RULE


class ReauthenticateForm(accounts.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label_fields(self, password=PASSWORD)


CODE_RULE = _("The six digits that your app shows now, or one of your recovery codes.")


class CodeForm(codes.AuthenticateForm):
    """The second step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label_code(self, CODE_RULE)
        self.fields["code"].widget.attrs["autofocus"] = True

    def clean_code(self) -> str:
        try:
            return super().clean_code()
        except SecretUnreadable as error:
            raise ValidationError(UNREADABLE) from error


class CodeAgainForm(codes.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _label_code(self, CODE_RULE)

    def clean_code(self) -> str:
        try:
            return super().clean_code()
        except SecretUnreadable as error:
            raise ValidationError(UNREADABLE) from error


class ActivateTOTPForm(totp.ActivateTOTPForm):
    """Keeps the new secret sealed in the session until the first code proves that it arrived."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        # Past allauth's own, which would write the secret into the session in the clear.
        forms.Form.__init__(self, *args, **kwargs)
        self.secret = pending_secret(self.user, renew=not self.is_bound)
        _label_code(self, _("The six digits that your app shows now."))


def _label_code(form: forms.Form, help_text: Any) -> None:
    label_fields(form, code=_("Code"))
    form.fields["code"].help_text = help_text
    form.fields["code"].widget.attrs["inputmode"] = "numeric"


class OrganizationForm(forms.ModelForm):
    phone = PhoneField()
    timezone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = Organization
        fields = ("name", "phone", "agent_count", "timezone", "currency")
        help_texts = {"currency": _("Three letters, such as EUR.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {z for z in zoneinfo.available_timezones() if z.split("/")[0] in REGIONS}
        names = sorted(known | {"UTC", self.instance.timezone})
        self.fields["timezone"].choices = [(name, name.replace("_", " ")) for name in names]

    def clean_currency(self) -> str:
        # Django's validator of the field has already asked for three capital letters.
        currency = self.cleaned_data["currency"]
        if currency not in list_currencies():
            raise ValidationError(_("%(code)s is not a currency."), params={"code": currency})
        return currency


class RoleForm(forms.Form):
    """A role that the member may give to others."""

    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(value, label) for value, label in Member.Role.choices if may_grant(by, value)]
        self.fields["role"].choices = roles
        self.fields["role"].initial = Member.Role.AGENT


class InvitationForm(RoleForm):
    email = forms.EmailField(label=EMAIL, max_length=254)
    field_order = ("email", "role")

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class AcceptanceForm(forms.Form):
    """What a person without an account tells us when they accept an invitation."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=PASSWORD,
        strip=False,
        help_text=PASSWORD_RULE,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password


class ProfileForm(forms.ModelForm):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ("name", "language", "theme")


class ThemeForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("theme",)


class AuditFilterForm(forms.Form):
    """Which lines of the audit trail to show. What cannot be understood narrows nothing."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    person = forms.ChoiceField(label=_("Person"), required=False)
    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        kinds = [(kind, label) for kind, (label, _prefixes) in audit_wording.KINDS.items()]
        self.fields["kind"].choices = [("", _("Everything")), *kinds]
        members = organization.members.select_related("user").order_by("user__name")
        people = [(str(member.user_id), member.user.name) for member in members]
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
        others = [("none", "KΛTIKN"), ("others", _("Support staff and others"))]
        self.fields["person"].choices = [("", _("Everybody")), *people, *others]

    def narrow(self, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        self.is_valid()
        chosen = self.cleaned_data
        entries = entries.filter(audit_wording.of_kind(chosen.get("kind", "")))
        person = chosen.get("person", "")
        if person == "none":
            entries = entries.filter(user=None)
        elif person == "others":
            members = self.organization.members.values("user_id")
            entries = entries.exclude(user=None).exclude(user_id__in=members)
        elif person:
            entries = entries.filter(user_id=int(person))
        if since := chosen.get("since"):
            entries = entries.filter(at__gte=self._midnight(since))
        if until := chosen.get("until"):
            entries = entries.filter(at__lt=self._midnight(until + timedelta(days=1)))
        return entries

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=self.organization.zone)
