from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from portal.catalogue import actions, seed

IMEDIA = Path(__file__).resolve().parents[2] / "data" / "imedia.toml"


class Command(BaseCommand):
    help = "Load qualifications, units, e-checklists and awards from a catalogue file. Safe to run again."

    def add_arguments(self, parser):
        parser.add_argument(
            "path", nargs="?", type=Path, default=IMEDIA, help="default: the iMedia catalogue"
        )

    def handle(self, *, path: Path, **options):
        try:
            loaded = actions.load_catalogue(path)
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
