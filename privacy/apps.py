from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "privacy"

    def ready(self) -> None:
        autodiscover_modules("privacy", "exports")
        from organizations import audit_wording, auditing
        from privacy import exporting

        auditing.register_words("export.made", _("exported a list"))
        auditing.register_words("export.downloaded", _("downloaded an export"))
        auditing.register_words("export.deleted", _("deleted an export"))
        audit_wording.register_values(
            "export",
            "kind",
            lambda code: str(exporting.kinds()[code].label) if code in exporting.kinds() else code,
        )
        audit_wording.register_values("export", "format", str.upper)
