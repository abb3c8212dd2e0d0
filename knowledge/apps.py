from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "knowledge"

    def ready(self) -> None:
        from knowledge.models import Listing
        from organizations import audit_wording, auditing

        for action, words in {
            "listing.added": _("added a listing"),
            "listing.changed": _("changed a listing"),
            "listing.status_changed": _("changed whether a listing is on offer"),
            "note.added": _("added a note"),
            "note.changed": _("changed a note"),
            "note.deleted": _("deleted a note"),
        }.items():
            auditing.register_words(action, words)
        statuses = dict(Listing.Status.choices)
        for name in ("before", "after"):
            audit_wording.register_values(
                "listing", name, lambda code: str(statuses.get(code, code))
            )
