"""Compare every stored file with what its row says, and list what is missing, changed or left over."""

import json
from collections import Counter
from dataclasses import asdict

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from portal.files import inventory
from portal.files.inventory import Finding
from portal.kit.amounts import filesize_uk

WORDS = {
    "missing": "missing",
    "changed": "changed",
    "unreadable": "cannot be read",
    "left_over": "left over",
}
PROGRESS_EVERY = 1000  # files


class Command(BaseCommand):
    help = (
        "Reads every stored file and compares its size and SHA-256 with what its row says. Lists files that are "
        "missing, changed or unreadable, in which case the command fails (1), and files that no row names, which "
        "sweep_files deletes."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--json", action="store_true", help="one JSON object on each line, the last with the totals"
        )

    def handle(self, **options):
        self.in_json = options["json"]
        self.files = self.bytes = 0
        found: Counter[str] = Counter()
        for finding in inventory.check(default_storage, self._count):
            found[finding.kind] += 1
            self._say(finding)
        self._sum_up(found)
        if wrong := found.total() - found["left_over"]:
            are = "file is not what its row says" if wrong == 1 else "files are not what their rows say"
            raise CommandError(f"{wrong} stored {are}.")

    def _count(self, size: int) -> None:
        self.files, self.bytes = self.files + 1, self.bytes + size
        if self.files % PROGRESS_EVERY == 0:
            self.stderr.write(f"{self.files} files read, {filesize_uk(self.bytes)}…")

    def _say(self, finding: Finding) -> None:
        if self.in_json:
            self.stdout.write(json.dumps(asdict(finding)))
        else:
            self.stdout.write(f"{WORDS[finding.kind]}: {finding.name} ({finding.why})")

    def _sum_up(self, found: Counter[str]) -> None:
        counts = {kind: found[kind] for kind in WORDS}
        if self.in_json:
            self.stdout.write(json.dumps({"files": self.files, "bytes": self.bytes, **counts}))
        else:
            told = ", ".join(f"{count} {WORDS[kind]}" for kind, count in counts.items())
            files = f"{self.files} file{'' if self.files == 1 else 's'} read"
            self.stdout.write(f"{files}, {filesize_uk(self.bytes)}: {told}.")
