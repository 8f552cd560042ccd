"""The Celery application. The queue only speeds up what the outbox already holds (docs/decisions)."""

import os

from celery import Celery

from portal.kit.sweeper import Sweeper

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(Sweeper)
