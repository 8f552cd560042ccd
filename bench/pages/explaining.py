"""Which queries a page's time goes into: `python -m bench.pages --explain WORD`."""

import time

from django.db import connection

from .listed import pages
from .measuring import answer, signed_in

SHOWN = 3  # of the slowest queries, with their plans


def explain(only: str) -> None:
    """Print every query of the pages whose name holds `only`, the slowest with what PostgreSQL did for it."""
    for page in pages():
        if only.lower() not in page.name.lower():
            continue
        client = signed_in(page.who)
        answer(client, page)
        made: list[tuple[float, str, tuple]] = []
        with connection.execute_wrapper(_noting(made)):
            answer(client, page)
        print(f"\n{page.name}: {len(made)} queries, {1000 * sum(seconds for seconds, *_ in made):.1f} ms")
        slowest = sorted(made, reverse=True, key=lambda found: found[0])[:SHOWN]
        for found in made:
            seconds, sql, params = found
            print(f"  {1000 * seconds:7.1f} ms  {sql if found in slowest else sql[:150]}")
            if found in slowest:
                _print_plan(sql, params)


def _noting(made: list):
    def note(execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            made.append((time.perf_counter() - began, str(sql), params))

    return note


def _print_plan(sql: str, params) -> None:
    if not sql.startswith("SELECT"):
        return
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {sql}", params)
        for (line,) in cursor.fetchall():
            print(f"             {line}")
