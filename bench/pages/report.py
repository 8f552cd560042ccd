"""The table of pages, small beside large, as it stands in bench/README.md; and the claim's."""

from collections.abc import Iterator, Mapping

from .budgets import MS, QUERIES

MARK = "**"


def table(costs: Mapping[str, dict]) -> Iterator[str]:
    """Lines of Markdown; what is over its budget in bold. `costs`: {size: {page: its kind and cost}}."""
    small, large = costs["small"], costs["large"]
    yield "| Page | Queries | ms, small | ms, large (Python + PostgreSQL) | Budget | kB |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, now in large.items():
        before, budget = small[name], MS.get(now["kind"])
        over = budget is not None and total(now) > budget
        queries = _marked(_both(before["queries"], now["queries"]), now["queries"] > QUERIES)
        ms = f"{total(now):.1f} ({now['python_ms']:.1f} + {now['postgres_ms'] + now['parallel_ms']:.1f})"
        size = _both(f"{before['bytes'] / 1000:.0f}", f"{now['bytes'] / 1000:.0f}")
        yield f"| {name} | {queries} | {total(before):.1f} | {_marked(ms, over)} | {budget or ''} | {size} |"
    over = [name for name, now in large.items() if total(now) > MS.get(now["kind"], 1e9)]
    yield ""
    yield f"{len(over)} of {len(large)} pages are over their budget."


def speed(yardsticks: list[float]) -> str:
    """How fast the processor was meanwhile, so that two runs can be told apart from two machines."""
    return (
        f"A fixed piece of Python, a dictionary of 30,000 entries, took {max(yardsticks):.1f} ms meanwhile."
    )


def total(cost: Mapping) -> float:
    return cost["python_ms"] + cost["postgres_ms"] + cost["parallel_ms"]


def claim_table(steps: list[list]) -> Iterator[str]:
    yield "| Step | Seconds | CPU of Python + PostgreSQL, s | Queries |"
    yield "| --- | --- | --- | --- |"
    for name, seconds, python_ms, postgres_ms, queries in steps:
        cpu = f"{python_ms / 1000:.2f} + {postgres_ms / 1000:.2f}"
        yield f"| {name} | {seconds:.2f} | {cpu} | {queries} |"


def _both(before, now) -> str:
    return f"{now}" if before == now else f"{before} → {now}"


def _marked(words: str, is_over: bool) -> str:
    return f"{MARK}{words}{MARK}" if is_over else words
