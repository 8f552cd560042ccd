"""Delete stored files that no row names. Workers do this every night."""

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from portal.files import inventory
from portal.kit.amounts import filesize_uk


class Command(BaseCommand):
    help = "Deletes stored files that no row names and that are older than a day. It can run at any time."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only list them")
        parser.add_argument(
            "--even-most", action="store_true", help="even if most of what is stored would be deleted"
        )

    def handle(self, *, dry_run: bool, even_most: bool, **options):
        files = size = 0
        try:
            for found in inventory.sweep(default_storage, is_dry=dry_run, even_most=even_most):
                files, size = files + 1, size + found.size_bytes
                self.stdout.write(found.name)
        except inventory.TooManyLeftOver as fault:
            raise CommandError(f"{fault} Nothing was deleted. --dry-run lists them.") from None
        done = "would be deleted" if dry_run else "deleted"
        self.stdout.write(f"{files} left-over file{'' if files == 1 else 's'} {done}, {filesize_uk(size)}.")
