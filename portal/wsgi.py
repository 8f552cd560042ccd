"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from gunicorn.http import wsgi as server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

server.SERVER = "portal"  # what the header Server says: not which program serves, nor its version
