"""Time and memory for checking and importing a CSV file of candidates: `python -m bench.candidate_import`.

Checks a file of 2,000 rows of which 60 are faulty, then checks and imports correct files of 500, 2,000 and 5,000 rows,
each at its own centre.
"""

import csv
import io
import os
import time
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from portal.local import services

FIRST = [
    "Megan",
    "Owen",
    "Ffion",
    "Łukasz",
    "Siân",
    "Aisha",
    "Tomasz",
    "Niamh",
    "Gethin",
    "Zoë",
    "Rhys",
    "Amelia",
]
LAST = [
    "Evans",
    "Pritchard",
    "Wiśniewska",
    "O'Connor",
    "Begum",
    "Llewelyn",
    "Smith",
    "Jones",
    "Ŵyn",
    "Grant",
    "Price",
]
HEADINGS = ["Candidate number", "First names", "Last name", "Date of birth", "Group", "ULN"]
FAULTS = [(0, ""), (0, "12a"), (1, "."), (2, "N/A"), (2, "E" * 61), (1, "李"), (3, ""), (3, "31/02/2010"),
          (3, "1/1/2099"), (3, "1/1/1900"), (5, "1000000060"), (5, "none")]  # fmt: skip


def rows_of(count: int) -> list[list[str]]:
    return [
        [str(number), FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)],
         f"{date(2008, 1, 1) + timedelta(days=number // 4):%d/%m/%Y}", f"Group {number % 40}", ""]
        for number in range(1, count + 1)
    ]  # fmt: skip


def as_text(rows: list[list[str]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows([HEADINGS, *rows])
    return file.getvalue()


def faulty(count: int, faults: int) -> list[list[str]]:
    rows = rows_of(count)
    for place in range(faults):
        column, value = FAULTS[place % len(FAULTS)]
        rows[place * (count // faults)][column] = value
    return rows


def measured(what: str, act: Callable[[], object], *, memory: bool) -> float:
    """Run it and print how long it took or, in a separate run because counting slows it, its peak memory."""
    if memory:
        tracemalloc.start()
    began, worked = time.perf_counter(), time.process_time()
    act()
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    if memory:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        print(f"  {what:<40} {most / 1e6:8.1f} MB at most")
    else:
        print(f"  {what:<40} {seconds:8.2f} s, of which {worked:6.2f} s of this process")
    return seconds


def main() -> None:
    with services.running(Path("var/bench"), durable=False, given={}) as addresses:
        os.environ.update(addresses)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        os.environ.setdefault("SECRET_KEY", "only-for-measuring")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("flush", interactive=False, verbosity=0)
        measure()


def measure() -> None:
    from candidates import actions
    from candidates.importing import guess
    from centres.models import Centre
    from portal.accounts.models import User

    by = User.objects.create_user("officer@centre.example", name="Olga Office")
    numbers = iter(range(10001, 99999))

    def uploaded(rows):
        centre = Centre.objects.create(number=str(next(numbers)), name="A centre")
        return actions.upload_import(centre, file_name="list.csv", text=as_text(rows), by=by)

    def check(file):
        actions.check_import(file, guess(file.headings, {}), by=by)

    def run(file):
        actions.answer_duplicates(file, {found["key"]: "other" for found in file.duplicates}, by=by)
        actions.start_import(file, by=by)
        actions.complete_import(file)

    check(uploaded(rows_of(5)))  # fonts are read once in each process
    for memory in (False, True):
        print("Memory" if memory else "Time")
        wrong = uploaded(faulty(2000, 60))
        measured("2000 rows, 60 faulty: check", lambda: check(wrong), memory=memory)  # noqa: B023
        assert wrong.faulty_lines == 60, wrong.faulty_lines  # noqa: S101
        for count in (500, 2000, 5000):
            file = uploaded(rows_of(count))
            seconds = measured(f"{count} rows: check", lambda: check(file), memory=memory)  # noqa: B023
            seconds += measured(f"{count} rows: import", lambda: run(file), memory=memory)  # noqa: B023
            assert file.centre.candidates.count() == count  # noqa: S101
            if not memory:
                print(f"  {count} rows: together {seconds:.2f} s")


if __name__ == "__main__":
    main()
