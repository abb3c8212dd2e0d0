"""The staff's admin: Django's own, on the support alias, behind a second factor.

A tenant row is seen only in an organization that the staff member has opened with a reason, and
each look at one is in that organization's trail. What people wrote is hidden until asked for.
Nothing is shown that an admin class does not name, and nothing is added or deleted unless it says
so. See `docs/decisions/support-access.md`.
"""

import json
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin, SimpleListFilter
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import flatten, unquote
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from organizations import supporting
from organizations.models import Organization, SupportAccess
from organizations.roles import as_support

HIDDEN = "••••"
# Signing in and out, and passwords, are allauth's: its limits and its second factor hold there.
# The last one would tell of any row whether it exists.
NOT_OURS = {"login", "logout", "password_change", "password_change_done", "view_on_site"}

View = Callable[..., HttpResponse]


class SupportSite(AdminSite):
    site_header = "KΛTIKN support"
    site_title = "KΛTIKN support"
    index_title = "Support"
    site_url = None

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.pages: list[tuple[str, View, str, str, str]] = []

    def add_page(self, route: str, view: View, name: str, title: str, app_label: str) -> None:
        """Add a page that stands for no table; it is listed with the tables of the app."""
        self.pages.append((route, view, name, title, app_label))

    def has_permission(self, request: HttpRequest) -> bool:
        return (
            supporting.is_staff(request.user)
            and supporting.has_second_factor(request.user)
            and supporting.proved_second_factor(request)
        )

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Ask for what `has_permission` needs, step by step; then run `view` on the alias."""
        inside = super().admin_view(view, cacheable)

        @wraps(inside)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            refusal = refuse(request)
            if refusal is not None:
                return refusal
            with as_support():
                response = inside(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                    response.render()
            return response

        return guarded

    def get_urls(self) -> list[URLPattern | URLResolver]:
        pages = [
            path(route, self.admin_view(view), name=name) for route, view, name, *_ in self.pages
        ]
        ours = [p for p in super().get_urls() if getattr(p, "name", None) not in NOT_OURS]
        return pages + ours

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        for _route, _view, name, title, label in self.pages:
            line = {
                "name": title,
                "object_name": title,
                "perms": {"view": True},
                "admin_url": reverse(f"admin:{name}"),
                "add_url": None,
                "view_only": True,
            }
            for app in apps:
                if app["app_label"] == label:
                    app["models"].append(line)
        return apps

    def get_log_entries(self, request: HttpRequest) -> models.QuerySet:
        return LogEntry.objects.filter(user=request.user).select_related("content_type")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        accesses = opened(request).values()
        return super().each_context(request) | {"support_accesses": list(accesses)}


def refuse(request: HttpRequest) -> HttpResponse | None:
    """Lead to what is missing for the admin, or return None. Raises PermissionDenied for others."""
    here = request.get_full_path() if request.method == "GET" else "/admin/"
    if not request.user.is_authenticated:
        return redirect_to_login(here)
    if not supporting.is_staff(request.user):
        raise PermissionDenied
    if not supporting.has_second_factor(request.user):
        messages.info(request, _("Staff sign in with a second factor. Please set one up first."))
        return redirect("mfa_activate_totp")
    if not supporting.proved_second_factor(request):
        return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': here})}")
    return None


def opened(request: HttpRequest) -> dict[int, SupportAccess]:
    """Return what this staff member has open, by the organization's id, asked once a request."""
    if not hasattr(request, "support_accesses"):
        request.support_accesses = supporting.opened(request.user)
    return request.support_accesses


support_site = SupportSite(name="admin")


class ReasonForm(forms.Form):
    reason = forms.CharField(
        min_length=supporting.SHORTEST_REASON,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField", "autofocus": True}),
        help_text="The owners of the organization read it in their audit trail.",
    )


class SupportAdmin(ModelAdmin):
    """Shows the fields it names. `editable` may be changed, `hidden` are shown when asked for."""

    fields: ClassVar[tuple[str, ...]] = ()
    editable: ClassVar[tuple[str, ...]] = ()
    hidden: ClassVar[tuple[str, ...]] = ()
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False
    change_form_template = "admin/support_form.html"
    object_history_template = "admin/support_history.html"

    # What may be done

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(self.editable)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    # What is shown

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        return [hidden_field(self.model, n) if n in self.hidden else n for n in self.fields]

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> list[Any]:
        return [n for n in flatten(self.get_fields(request, obj)) if n not in self.editable]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Refuse any question that no filter asks: `?body__contains=` would read hidden text."""
        return lookup.removesuffix("__exact").removesuffix("__isnull") in self._asked(request) or (
            bool(self.date_hierarchy) and lookup.split("__")[0] == self.date_hierarchy
        )

    def _asked(self, request: HttpRequest) -> Iterator[str]:
        for asked in self.get_list_filter(request):
            yield asked if isinstance(asked, str) else asked.parameter_name

    def _get_obj_does_not_exist_redirect(self, *args: Any) -> HttpResponse:
        raise Http404

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None:
            context |= {"subtitle": supporting.name_of(obj), "deeds": self.deeds(request, obj)}
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        name = supporting.name_of(self.find(request, object_id))
        context = {"title": f"History of {name}", "subtitle": name, **(extra_context or {})}
        return super().history_view(request, object_id, context)

    def deeds(self, request: HttpRequest, obj: models.Model) -> list[tuple[str, str]]:
        """Return address and words of what can be done with this row beyond changing it."""
        return []

    # Hidden text

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_reveal"
        view = self.admin_site.admin_view(self.reveal)
        return [path("<path:object_id>/reveal/<str:field>/", view, name=name), *super().get_urls()]

    def reveal(self, request: HttpRequest, object_id: str, field: str) -> HttpResponse:
        """Show one hidden field of one row, once, and say so in the trail."""
        if request.method != "POST":
            return redirect("../../change/")
        obj = self.find(request, object_id)
        if field not in self.hidden:
            raise Http404
        self.note(request, obj, "revealed", field=field)
        self.log_change(request, obj, [{"changed": {"fields": [f"shown: {field}"]}}])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{supporting.name_of(obj)}: {field}",
            "text": self.in_words(obj, field),
            "back": "../../change/",
        }
        return TemplateResponse(request, "admin/support_reveal.html", context)

    def in_words(self, obj: models.Model, field: str) -> str:
        value = getattr(obj, field)
        if isinstance(value, bytes | memoryview):
            return bytes(value).decode("utf-8", "replace")
        return str(value)

    def find(self, request: HttpRequest, object_id: str) -> models.Model:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        return obj

    def ask_reason(
        self, request: HttpRequest, obj: models.Model, title: str, do: Callable[[str], str]
    ) -> HttpResponse:
        """Ask why; then `do` it with the reason, say what it returns, and go back to the row."""
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            messages.success(request, do(form.cleaned_data["reason"]))
            names = (self.opts.app_label, self.opts.model_name)
            return redirect("admin:{}_{}_change".format(*names), obj.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "subtitle": supporting.name_of(obj),
            "form": form,
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/support_reason.html", context, status=status)

    # What is kept of it

    def note(self, request: HttpRequest, obj: models.Model, deed: str, **details: Any) -> None:
        """Add a line to the trail of the row's organization; a row without one has no trail."""

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> LogEntry:
        """Log what was changed, under the row's kind and key: its name may hold what it says."""
        return LogEntry.objects.create(
            user_id=request.user.pk,
            content_type=ContentType.objects.get_for_model(obj, for_concrete_model=False),
            object_id=obj.pk,
            object_repr=supporting.name_of(obj),
            action_flag=CHANGE,
            change_message=as_json(message),
        )

    log_addition = log_change

    def response_change(self, request: HttpRequest, obj: models.Model) -> HttpResponse:
        messages.success(request, f"{supporting.name_of(obj)} is saved.")
        return redirect(request.path)

    def response_add(
        self, request: HttpRequest, obj: models.Model, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.success(request, f"{supporting.name_of(obj)} is saved.")
        return redirect("../")


class OpenedOrganizations(SimpleListFilter):
    title = "organization"
    parameter_name = "organization"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[int, str]]:
        found = Organization.objects.filter(pk__in=opened(request)).order_by("name")
        return list(found.values_list("pk", "name"))

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        # The list is limited to what is open before this narrows it.
        return queryset.filter(organization=self.value()) if self.value() else queryset


class OneConversation(SimpleListFilter):
    """Narrows a list to the conversation whose page led to it; shown only then."""

    title = "conversation"
    parameter_name = "conversation"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [(self.value(), f"conversation {self.value()}")] if self.value() else []

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        value = self.value()
        if not value:
            return queryset
        is_key = value.isdecimal() and len(value) < 19
        return queryset.filter(conversation=int(value)) if is_key else queryset.none()


class TenantAdmin(SupportAdmin):
    """Rows of the organizations that are open, each look at one noted in its organization."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request).select_related("organization")
        return rows.filter(organization__in=list(opened(request)))

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [OpenedOrganizations, *super().get_list_filter(request)]

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        target, here = db_field.related_model, list(opened(request))
        if target is Organization:
            kwargs["queryset"] = Organization.objects.filter(pk__in=here)
        elif "organization" in {field.name for field in target._meta.fields}:
            kwargs["queryset"] = target._default_manager.filter(organization__in=here)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if request.method == "GET":
            self.note(request, self.find(request, object_id), "viewed")
        return super().change_view(request, object_id, *args, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        self.note(request, self.find(request, object_id), "viewed")
        return super().history_view(request, object_id, *args, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: forms.ModelForm, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        self.note(request, obj, "changed", fields=", ".join(form.changed_data))

    def note(self, request: HttpRequest, obj: models.Model, deed: str, **details: Any) -> None:
        supporting.note(request.user, obj.organization, deed, subject=obj, **details)


def hidden_field(model: type[models.Model], name: str) -> Callable[[models.Model], Any]:
    """Return what stands in a form for a hidden field: dots, and a button that shows it."""

    def shown(obj: models.Model) -> SafeString | str:
        if not getattr(obj, name):
            return "–"
        return format_html(
            '<span class="hidden-text">{}</span> '
            '<button class="button" formaction="../reveal/{}/">show</button>',
            HIDDEN,
            name,
        )

    shown.__name__ = name
    shown.short_description = model._meta.get_field(name).verbose_name
    return shown


def partly(number: str) -> str:
    """Show the country and the end of a phone number: `3579••••56`."""
    return f"{number[:4]}{HIDDEN}{number[-2:]}" if len(number) > 6 else HIDDEN


def as_json(message: Any) -> str:
    return message if isinstance(message, str) else json.dumps(message)
