"""The list of leads as a file, narrowed as on the page: stage, owner, search."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.models import Fact, Lead
from leads.showing import in_words
from organizations.models import Organization
from privacy.exporting import Filters, Kind, register
from privacy.spreadsheets import Column, Value

# What a customer told of these may differ from what WhatsApp says, so they are named apart.
STATED = {
    Fact.Field.NAME: gettext_lazy("Stated name"),
    Fact.Field.PHONE: gettext_lazy("Stated phone"),
}


def columns() -> list[Column]:
    facts = [
        Column(f"stated_{field}" if field in STATED else field, str(STATED.get(field, field.label)))
        for field in Fact.Field
    ]
    return [
        Column("name", _("Name"), 24),
        Column("whatsapp_phone", _("WhatsApp number")),
        Column("stage", _("Stage")),
        Column("score", _("Score"), 8),
        Column("owner", _("Owner")),
        *facts,
        Column("last_message_at", _("Last message")),
        Column("created_at", _("First message")),
        Column("code", _("Code"), 36),
    ]


def rows(organization: Organization, filters: Filters) -> models.QuerySet:
    leads = organization.leads.for_list()
    if filters.get("stage"):
        leads = leads.filter(stage=filters["stage"])
    if filters.get("owner") == "nobody":
        leads = leads.filter(owner=None)
    elif filters.get("owner"):
        owner = filters["owner"]
        leads = leads.filter(owner=int(owner)) if owner.isdecimal() else leads.none()
    return leads.matching(filters["search"]) if filters.get("search") else leads


def line(lead: Lead) -> list[Value]:
    facts = {fact.field: fact for fact in lead.current_facts}
    return [
        lead.contact.display_name,
        lead.contact.phone and f"+{lead.contact.phone}",
        lead.get_stage_display(),
        lead.score,
        str(lead.owner.user.name) if lead.owner else None,
        *(_value(facts.get(field)) for field in Fact.Field),
        lead.last_message_at,
        lead.created_at,
        str(lead.code),
    ]


def about(organization: Organization, filters: Filters) -> str:
    parts = [str(dict(Lead.Stage.choices).get(filters.get("stage", ""), ""))]
    owner = filters.get("owner", "")
    if owner == "nobody":
        parts.append(_("without owner"))
    elif owner.isdecimal():
        found = organization.members.filter(pk=int(owner)).select_related("user").first()
        parts.append(found.user.name if found else "–")
    if filters.get("search"):
        parts.append(f"“{filters['search']}”")
    return " · ".join(filter(None, parts))


def _value(fact: Fact | None) -> Value:
    if fact is None:
        return None
    value: Any = fact.value
    return value if isinstance(value, bool | int | float) else str(in_words(fact))


register(
    Kind(
        "leads",
        gettext_lazy("Leads"),
        columns,
        rows,
        line,
        filters=("stage", "owner", "search"),
        about=about,
    )
)
