"""Draw the guides as PDFs: run after each update."""

from django.core.management.base import BaseCommand

from portal.guide import pdf
from portal.guide.contents import GUIDES


class Command(BaseCommand):
    help = "Asks workers to draw every guide whose PDF is missing or out of date; --now draws them here."

    def add_arguments(self, parser):
        parser.add_argument(
            "--now", action="store_true", help="draw here and wait, instead of asking workers"
        )

    def handle(self, *, now: bool, **options):
        if now:
            for guide in GUIDES.values():
                pdf.draw_once(guide)
            self.stdout.write(f"All {len(GUIDES)} guides are ready.")
            return
        self.stdout.write(f"{len(pdf.have_drawn())} guides to draw.")
