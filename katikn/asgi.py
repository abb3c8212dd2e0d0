"""The web application, served by `manage.py run_web`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "katikn.settings")

from django.core.asgi import get_asgi_application

application = get_asgi_application()
