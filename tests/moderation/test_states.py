"""Claims and their lines make only the moves in the table."""

import pytest

from moderation.models import Claim, ClaimLine
from tests.factories import accounts
from tests.factories import moderation as make
from tests.states import bypassing_moves, moves_made

pytestmark = pytest.mark.django_db

CLAIM_MOVES = {
    ("draft", "submit", "submitted"),
    ("draft", "discard", "discarded"),
    ("submitted", "propose_sample", "sample_proposed"),
    ("sample_proposed", "send_sample", "in_moderation"),
}
CONCLUDING = {("in_moderation", "conclude", "concluded")}
LINE_MOVES = {
    ("draft", "submit", "pending"),
    ("pending", "confirm", "confirmed"),
    ("pending", "send_back", "returned"),
    ("pending", "withdraw", "withdrawn"),
    ("confirmed", "void", "voided"),
    ("voided", "restore", "confirmed"),
}


def test_claim_moves_as_the_table_says():
    # Its line waits for a decision, so `conclude` is refused in every state.
    assert moves_made(make.submitted_claim, by=accounts.adult()) == CLAIM_MOVES


def test_claim_whose_lines_are_decided_can_be_concluded():
    assert moves_made(make.concluded_claim, by=accounts.adult()) == CLAIM_MOVES | CONCLUDING


def test_claim_without_lines_cannot_be_submitted():
    empty = moves_made(lambda: make.draft_claim(0, entries=1), by=accounts.adult())
    assert ("draft", "submit", "submitted") not in empty


def test_line_moves_as_the_table_says():
    assert moves_made(lambda: make.submitted_claim().lines.get(), by=accounts.adult()) == LINE_MOVES


def test_database_refuses_every_other_move_of_a_claim():
    allowed = {(source, target) for source, _, target in CLAIM_MOVES | CONCLUDING}
    assert bypassing_moves(make.concluded_claim) <= allowed


def test_database_refuses_every_other_move_of_a_line():
    allowed = {(source, target) for source, _, target in LINE_MOVES}
    assert bypassing_moves(lambda: make.submitted_claim().lines.get()) == allowed


def test_states_of_the_tables_are_all_there_are():
    assert {state for move in CLAIM_MOVES | CONCLUDING for state in (move[0], move[2])} == set(
        Claim.State.values
    )
    assert {state for move in LINE_MOVES for state in (move[0], move[2])} == set(ClaimLine.State.values)
