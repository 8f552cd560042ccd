"""States: `move` locks, moves, stamps and audits; nothing else changes a state."""

import pytest

from centres.models import Approval, EntryOrder
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from tests.factories import accounts, catalogue, centres

pytestmark = pytest.mark.django_db


@pytest.fixture
def approval():
    return centres.approval(centres.centre())


def test_move_stamps_who_and_when_and_writes_the_audit_line(approval):
    staff = accounts.staff(name="Sian Prosser")
    approval.move("withdraw", by=staff, why="No activity for three years")
    approval.refresh_from_db()
    assert (approval.state, approval.withdrawn_by) == ("withdrawn", staff)
    assert approval.withdrawn_at is not None
    event = Event.objects.about(approval).get()
    assert (event.by, event.who, event.verb, event.before, event.after, event.why) == (
        staff, "Sian Prosser", "withdraw", "approved", "withdrawn", "No activity for three years",
    )  # fmt: skip


def test_refused_move_says_why_and_changes_nothing(approval):
    with pytest.raises(TransitionRefused, match="is now “Approved”, so it was not possible to restore it"):
        approval.move("restore", by=accounts.staff())
    assert Event.objects.count() == 0


def test_move_takes_over_what_another_session_did(approval):
    same = Approval.objects.get(pk=approval.pk)
    same.move("withdraw", by=accounts.staff())
    with pytest.raises(TransitionRefused):
        approval.move("withdraw", by=accounts.staff())
    assert approval.state == "withdrawn"


def test_state_cannot_be_assigned(approval):
    with pytest.raises(AttributeError):
        approval.state = "withdrawn"


def test_unmet_condition_is_given_in_its_own_words():
    by = accounts.adult()
    order = EntryOrder.objects.create(centre=centres.centre(), order_number="PO-1", created_by=by)
    with pytest.raises(TransitionRefused, match="An order needs at least one line"):
        order.move("submit", by=by)


def test_many_rows_move_in_a_fixed_number_of_queries(django_assert_num_queries):
    centre = centres.centre()
    approvals = [centres.approval(centre, catalogue.qualification()) for _ in range(20)]
    staff = accounts.staff()
    Approval.move_all(approvals[:1], "withdraw", by=staff)  # content types are cached from here
    with django_assert_num_queries(5):  # savepoint, lock, update, audit lines, savepoint
        Approval.move_all(approvals[1:], "withdraw", by=staff)
    assert Approval.objects.filter(state="withdrawn", withdrawn_by=staff).count() == 20
    assert Event.objects.filter(verb="withdraw").count() == 20


def test_one_refused_row_stops_them_all():
    centre = centres.centre()
    first, second = (centres.approval(centre, catalogue.qualification()) for _ in range(2))
    first.move("withdraw", by=accounts.staff())
    with pytest.raises(TransitionRefused):
        Approval.move_all([first, second], "withdraw", by=accounts.staff())
    second.refresh_from_db()
    assert second.state == "approved"
