"""`make bench-pages`: every page at a small and a large centre beside its budget, a plot, and a claim of 1,000 lines.

ARGS="--only WORD" measures some pages, "--explain WORD" shows where the time of some goes.
"""

import argparse
import json
import sys
from pathlib import Path

from portal.local.processes import program

from . import database, plot, report
from .sizes import BY_NAME, LARGE, SIZES, SMALL


@program()
def main() -> None:
    asked = _arguments()
    with database.server() as server_url:
        if asked.explain is not None:
            _explain(server_url, asked.explain, asked.size)
        elif asked.claim:
            database.build_missing(server_url, [LARGE])
            print("\n".join(report.claim_table(_claim(server_url))))
        else:
            _measure(server_url, asked.only, with_claim=not asked.only and not asked.no_claim)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--only", default="", metavar="WORD", help="measure pages whose name holds WORD")
    parser.add_argument("--explain", metavar="WORD", help="show the queries of pages whose name holds WORD")
    parser.add_argument("--size", default=LARGE.name, choices=BY_NAME, help="of what --explain shows")
    parser.add_argument("--no-claim", action="store_true", help="leave the claim of 1,000 lines out")
    parser.add_argument("--claim", action="store_true", help="measure nothing but the claim of 1,000 lines")
    return parser.parse_args()


def _explain(server_url: str, only: str, size: str) -> None:
    database.build_missing(server_url, [BY_NAME[size]])
    database.run("explain", database.url_of(server_url, size), size, only)


def _measure(server_url: str, only: str, *, with_claim: bool) -> None:
    sizes = [SMALL, LARGE] if only else SIZES
    database.build_missing(server_url, sizes)
    costs: dict[str, dict] = {}
    yardsticks = []
    for size in sizes:
        file = database.VAR / f"{size.name}.json"
        options = json.dumps({"only": only, "into": str(file)})
        database.run("pages", database.url_of(server_url, size.name), size.name, options)
        found = json.loads(file.read_text())
        costs[size.name] = found["pages"]
        yardsticks.append(found["yardstick_ms"])
    lines = [*report.table(costs), report.speed(yardsticks)]
    if with_claim:
        lines += ["", *report.claim_table(_claim(server_url))]
    print("\n".join(lines))
    if not only:
        (database.VAR / "pages.md").write_text("\n".join([*lines, ""]))
        (database.VAR / "pages.svg").write_text(plot.svg(costs))
        print(f"\nKept in {database.VAR}/pages.md; the plot of 1, 10 and 100 times the size in pages.svg.")


def _claim(server_url: str) -> list[list]:
    into = Path(database.VAR / "claim.json")
    with database.clone(server_url, LARGE) as url:
        database.run("claim", url, str(into))
    return json.loads(into.read_text())


if __name__ == "__main__":
    sys.exit(main())
