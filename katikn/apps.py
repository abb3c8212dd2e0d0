from django.apps import AppConfig


class KatiknConfig(AppConfig):
    name = "katikn"
