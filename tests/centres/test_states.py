"""Every move from every state, as in the story (domain reference 2.4)."""

import pytest
from django.utils import timezone

from centres import ledger
from centres.models import Adjustment, Application, Approval, EntryOrder
from tests.factories import accounts, catalogue, centres
from tests.states import bypassing_moves, moves_made, without_trigger

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def moves_alone():
    """An order is processed, and an adjustment approved, with its ledger lines; here the bare moves are tried."""
    without_trigger(EntryOrder, "processed_is_credited")
    without_trigger(Adjustment, "approved_is_posted")


def application() -> Application:
    """One that meets every condition of the database, whatever its state."""
    return centres.draft_application(
        centre=centres.centre(), reason="So that a refusal has one", submitted_at=timezone.now()
    )


def approval() -> Approval:
    return centres.approval(centres.centre())


def order() -> EntryOrder:
    return centres.order(centres.centre(), catalogue.qualification())


def adjustment() -> Adjustment:
    placed = order()
    return centres.adjustment(ledger.account_of(placed.centre, placed.lines.get().qualification))


TABLES = {
    application: {
        ("draft", "submit", "submitted"),
        ("draft", "withdraw", "withdrawn"),
        ("submitted", "ask", "more_information"),
        ("submitted", "approve", "approved"),
        ("submitted", "refuse", "refused"),
        ("submitted", "withdraw", "withdrawn"),
        ("more_information", "submit", "submitted"),
        ("more_information", "withdraw", "withdrawn"),
    },
    approval: {
        ("approved", "withdraw", "withdrawn"),
        ("approved", "lapse", "lapsed"),
        ("lapsed", "restore", "approved"),
        ("withdrawn", "restore", "approved"),
    },
    order: {
        ("draft", "submit", "submitted"),
        ("submitted", "process", "processed"),
        ("submitted", "refuse", "refused"),
        ("submitted", "withdraw", "withdrawn"),
    },
    adjustment: {
        ("proposed", "approve", "approved"),
        ("proposed", "reject", "rejected"),
    },
}


@pytest.mark.parametrize("make", TABLES)
def test_every_verb_from_every_state(make):
    assert moves_made(make, by=accounts.staff()) == TABLES[make]


@pytest.mark.parametrize("make", TABLES)
def test_database_lets_no_other_move_pass(make):
    assert bypassing_moves(make) == {(source, target) for source, _, target in TABLES[make]}
