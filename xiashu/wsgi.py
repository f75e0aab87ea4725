"""The WSGI door; it stays shut where demonstration accounts could log in to real matters."""

import os

from django.core.wsgi import get_wsgi_application

from xiashu.production import refuse_demonstration

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiashu.settings")

application = get_wsgi_application()
refuse_demonstration()
