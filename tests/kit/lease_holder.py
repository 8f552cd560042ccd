"""A separate worker process: `python -m tests.kit.lease_holder ENTRY NAME FILE`.

Runs one outbox entry, with leases that last 2 seconds. Its handler says "working", waits until FILE exists, and
then writes that NAME was here.
"""

import sys
import time
from pathlib import Path

import django


def main(entry: int, name: str, file: Path) -> None:
    django.setup()
    from django.db import transaction

    from portal.kit import leases, outbox
    from portal.kit.models import Heartbeat

    leases.SECONDS, leases.RENEWED_AFTER = 2, 0.5

    def note(subject_id: int) -> None:
        print("working", flush=True)
        while not file.exists():
            time.sleep(0.05)
        with transaction.atomic():
            leases.require()
            Heartbeat.beat(name)

    outbox.HANDLERS["note"] = note
    outbox.work(entry)
    print("left", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
