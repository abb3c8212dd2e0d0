from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    name = "leads"

    def ready(self) -> None:
        from inbox import briefing, contacts, listing, panels
        from inbox.models import Signal
        from leads import joining, showing
        from leads.models import Lead
        from organizations import audit_wording, auditing

        panels.register("lead", "leads:panel", Signal.Kind.LEAD, order=10)
        listing.register_stages(Lead.Stage.choices)
        briefing.register_facts("lead", showing.facts_of_conversation)
        contacts.contacts_joined.connect(joining.join_leads, dispatch_uid="leads.joining")
        for action, words in {
            "lead.fact_set": _("stated a fact of a lead"),
            "lead.fact_unlocked": _("unlocked a fact of a lead"),
            "lead.fact_removed": _("removed a fact of a lead"),
            "lead.stage_set": _("chose the stage of a lead"),
            "lead.stage_released": _("let the stage of a lead follow the conversation"),
            "lead.owner_set": _("changed the owner of a lead"),
        }.items():
            auditing.register_words(action, words)
        stages = dict(Lead.Stage.choices)
        for name in ("before", "after"):
            audit_wording.register_values("lead", name, lambda code: str(stages.get(code, code)))
        audit_wording.register_values("lead", "field", lambda field: str(showing.label_of(field)))
