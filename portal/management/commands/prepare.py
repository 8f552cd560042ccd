"""Bring an installed portal up to date in one process: database, catalogue, static files, demo data."""

import fcntl
import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.management.commands import migrate

STEPS_TOLD = 10  # report after every so many steps, of some sixty


class Migrate(migrate.Command):
    """Django's own, which reports its progress now and then."""

    def __init__(self, say: Callable[[str], None]):
        super().__init__()
        self.say, self.done = say, 0

    def migration_progress_callback(self, action, migration=None, fake=False):
        self.done += action == "apply_success"
        if action == "apply_success" and self.done % STEPS_TOLD == 0:
            self.say(f"  {self.done} steps done…")


class Command(BaseCommand):
    help = "Migrate, load the catalogue, collect static files and, for a demo, make its data once."
    requires_system_checks = ()  # `make check` runs them; here they would only take time

    def handle(self, **options):
        self._say("Bringing the database up to date…")
        call_command(Migrate(self._say), verbosity=0, interactive=False)
        call_command("load_catalogue", stdout=io.StringIO())
        call_command("load_staff_group", stdout=io.StringIO())
        self._make_first_user()
        self.collect_static()
        self._seed_demo()
        call_command("build_guides", stdout=io.StringIO())

    def _make_first_user(self):
        """The one person whom no page can add, if Django's own DJANGO_SUPERUSER_… variables name one."""
        from portal.accounts.models import User

        if "DJANGO_SUPERUSER_PASSWORD" in os.environ and not User.objects.filter(is_superuser=True).exists():
            call_command("createsuperuser", interactive=False, verbosity=0)

    def collect_static(self):
        """Collect only when a file has changed: compressing all of them takes seconds."""
        with _alone(Path(settings.STATIC_ROOT)) as stamp:
            fingerprint = _fingerprint()
            if stamp.exists() and stamp.read_text() == fingerprint:
                return
            self._say("Collecting static files…")
            # Browsers never ask for the files that PDFs are drawn with.
            call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["pdf"])
            stamp.write_text(fingerprint)

    def _seed_demo(self):
        from centres.models import Centre

        if settings.DEMO and not Centre.objects.exists():
            self._say("Making demo data, the first time only…")
            call_command("seed_demo", stdout=self.stdout)

    def _say(self, line: str):
        self.stdout.write(line)
        self.stdout.flush()


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """The stamp of `folder`, held while no other stack on this machine collects into it."""
    folder.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / ".collected"


def _fingerprint() -> str:
    """A digest that changes whenever a static file changes, or how they are stored."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=None):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path} {found.st_mtime_ns} {found.st_size}\n".encode())
    return digest.hexdigest()
