"""Each worker checks for due work that was left behind, whatever happened to beat and the other workers."""

import logging
import threading

from celery import bootsteps
from django.conf import settings
from django.db import connection

logger = logging.getLogger(__name__)


class Sweeper(bootsteps.StartStopStep):
    """A thread next to the worker's own. It does no work itself; it only queues."""

    def __init__(self, parent, **options):
        super().__init__(parent, **options)
        self.ended = threading.Event()

    def start(self, parent) -> None:
        threading.Thread(target=self._sweep_again_and_again, name="sweeper", daemon=True).start()

    def stop(self, parent) -> None:
        self.ended.set()

    def _sweep_again_and_again(self) -> None:
        from .outbox import sweep_if_silent

        while not self.ended.wait(settings.OUTBOX_SWEEP_SECONDS / 2):
            try:
                sweep_if_silent()
            except Exception:  # the database is down: it may be back next time
                logger.exception("The sweep failed")
            finally:
                connection.close()
