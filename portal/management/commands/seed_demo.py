import os
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db.models.functions import Now

from centres.models import Centre
from portal.demo import seed, sign_ins
from portal.kit import outbox
from portal.kit.models import OutboxEntry


class Command(BaseCommand):
    help = "Make demo data with the portal's own actions, up to a stage. The portal must have no centres."

    def add_arguments(self, parser):
        parser.add_argument("--stage", choices=seed.STAGES, default=seed.LAST, help="default: the last, all")
        parser.add_argument(
            "--work-all",
            action="store_true",
            help="also do the work that is left to the worker: prints, e-mails",
        )

    def handle(self, *, stage: str, work_all: bool, **options):
        if not settings.DEMO:
            raise CommandError("Demo people have a known password. Set DEMO=1 if this portal is for a demo.")
        if Centre.objects.exists():
            raise CommandError(
                "This portal already has centres, so the demo data was not made. It needs an empty portal."
            )
        call_command("load_catalogue", stdout=StringIO())
        seed.tell(stage, say=lambda name: self.stdout.write(f"  {name}…"))
        OutboxEntry.objects.filter(state=OutboxEntry.State.DUE, not_before__lt=Now()).update(not_before=Now())
        if work_all:
            self.stdout.write(f"  {outbox.work_all()} pieces of background work done")
        self._show_sign_ins()

    def _show_sign_ins(self):
        """Write them to the file that `make run` shows, with {site} for its address; if none is named, print them."""
        if name := os.environ.get("DEMO_SIGN_INS"):
            Path(name).write_text(sign_ins.table("{site}"))
        else:
            self.stdout.write(f"\n{sign_ins.table(settings.SITE_URL)}")
