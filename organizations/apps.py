from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OrganizationsConfig(AppConfig):
    name = "organizations"

    def ready(self) -> None:
        from organizations import checks, second_factor  # noqa: F401 (both register themselves)

        autodiscover_modules("admin")
