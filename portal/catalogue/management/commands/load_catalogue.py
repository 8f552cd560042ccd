from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.catalogue import actions, seed

DATA = Path(__file__).resolve().parents[2] / "data"
IMEDIA, TECHNICALS = DATA / "imedia.toml", DATA / "technicals.toml"


class Command(BaseCommand):
    help = "Load qualifications, units, e-checklists and awards from catalogue files. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument(
            "paths",
            nargs="*",
            type=Path,
            metavar="path",
            help="default: iMedia, then Cambridge Technicals",
        )

    def handle(self, *, paths: list[Path], **options):
        loaded = actions.Loaded()
        try:
            with transaction.atomic():
                for path in paths or [IMEDIA, TECHNICALS]:
                    loaded += actions.load_catalogue(path)
        except seed.CatalogueFileError as error:
            raise CommandError(str(error)) from None
        for done, names in (
            ("Created", loaded.created),
            ("Updated", loaded.updated),
            ("Published", loaded.published),
        ):
            for name in names:
                self.stdout.write(f"{done} {name}")
        if loaded.is_nothing:
            self.stdout.write("Nothing to change.")
