"""The bench of pages builds its centre by today's verbs, and every page that it measures is there."""

import io
import json

import pytest
from django.core.management import call_command

from bench.pages import claiming, listed, making, plot, report
from bench.pages.measuring import answer, measure_pages, signed_in
from bench.pages.sizes import TINY
from moderation.awards.models import Certificate
from moderation.models import Claim
from portfolios.models import Assignment, Evidence, Judgement


@pytest.fixture
def tiny(db):
    call_command("load_catalogue", stdout=io.StringIO())
    making.build(TINY)


def test_centre_is_as_large_as_its_size_says_and_each_page_and_step_of_a_claim_works(tiny, tmp_path):
    assert Assignment.objects.count() == TINY.assignments
    assert (Evidence.objects.count(), Judgement.objects.count()) == (122, 630)
    states = Claim.objects.order_by("state").values_list("state", flat=True)
    assert list(states) == ["concluded", "draft", "in_moderation", "sample_proposed"]
    assert Certificate.objects.filter(kind="unit").count() == 5 * TINY.claimed

    assert all(answer(signed_in(page.who), page) > 0 for page in listed.pages())

    claiming.measure_claim(tmp_path / "claim.json")
    steps = json.loads((tmp_path / "claim.json").read_text())
    assert [name for name, *_ in steps] == [
        "Submit 10 lines", "Draw the sample", "Send the sample", "Conclude", "Record results",
    ]  # fmt: skip
    assert Certificate.objects.filter(kind="unit").count() == 2 * 5 * TINY.claimed


def test_costs_are_those_of_the_page_that_was_asked_for(tiny, tmp_path):
    measure_pages(only="thin page", runs=2, into=str(tmp_path / "tiny.json"))
    (found,) = json.loads((tmp_path / "tiny.json").read_text())["pages"].values()
    assert found["kind"] == "thin"
    assert 0 < found["queries"] < 15
    assert found["python_ms"] > 0 and found["postgres_ms"] > 0 and found["bytes"] > 1000


def cost(ms: float, queries: int = 3) -> dict:
    return {
        "kind": "home",
        "queries": queries,
        "python_ms": ms,
        "postgres_ms": 1,
        "parallel_ms": 0,
        "bytes": 5000,
    }


def test_what_is_over_its_budget_stands_out():
    costs = {"small": {"A": cost(4), "B": cost(4)}, "large": {"A": cost(14), "B": cost(14.1, queries=16)}}
    *_, first, second, empty, said = report.table(costs)
    assert first == "| A | 3 | 5.0 | 15.0 (14.0 + 1.0) | 15 | 5 |"
    assert second == "| B | **3 → 16** | 5.0 | **15.1 (14.1 + 1.0)** | 15 | 5 |"
    assert (empty, said) == ("", "1 of 2 pages are over their budget.")


def test_plot_has_a_line_for_each_page_with_its_last_value():
    costs = {size: {name: cost(9) for name in plot.PLOTTED} for size in ("tiny", "small", "large")}
    drawn = plot.svg(costs)
    assert drawn.count("<polyline") == len(plot.PLOTTED)
    assert all(f"10  {name}" in drawn for name in plot.PLOTTED)
