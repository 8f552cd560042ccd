"""Each bug is planted on its own, in the code or by removing a guard from the database, and each is caught.

Without the bug the same check passes. Most are caught by the state machine, which checks every invariant of
domain reference 5.2 after every step; what only two sessions can show is checked with two.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, models, transaction

from centres import ledger
from centres.ledger import Need, NotEnoughEntries
from centres.models import Adjustment, EntryAccount, EntryOrder, LedgerLine
from moderation import actions as moderation_actions
from tests.factories import catalogue, centres, moderation
from tests.states import without_trigger

from . import ledger_machine


def without_constraint(model, name: str) -> None:
    constraint = next(found for found in model._meta.constraints if found.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)


def without_uniqueness(model, field: str) -> None:
    old = model._meta.get_field(field)
    new = models.ForeignKey(old.related_model, models.PROTECT, null=True, related_name="+")
    new.set_attributes_from_name(field)
    new.model = model
    with connection.schema_editor() as editor:
        editor.alter_field(model, old, new)


def ending(kind: str, **amounts):
    """A release or use that changes the account by the wrong amounts."""
    return lambda held, *, by, why="": ledger._end(held, kind, amounts, by, why)


def wrong_sign(plant):
    plant.setattr(ledger, "release", ending("release", available=-1, reserved=-1, used=0))
    without_constraint(LedgerLine, "ledger_shape_of_kind")


def released_twice(plant):
    without_constraint(LedgerLine, "ledger_ended_once")


def used_without_reservation(plant):
    without_trigger(LedgerLine, "reserved_before_it_ends")


def granted_twice(plant):
    without_uniqueness(LedgerLine, "order_line")


def granted_more_than_ordered(plant):
    without_trigger(LedgerLine, "grant_as_ordered")

    def grant(order, *, by):
        for line in order.lines.all():
            LedgerLine.objects.create(
                account=ledger.account_of(order.centre, line.qualification),
                kind="grant", available=line.quantity + 1, order_line=line,
            )  # fmt: skip

    plant.setattr(ledger, "grant", grant)


def processed_without_credit(plant):
    without_trigger(EntryOrder, "processed_is_credited")
    plant.setattr(ledger, "grant", lambda order, *, by: None)


def credited_before_it_is_processed(plant):
    without_trigger(LedgerLine, "grant_as_ordered")


def reserved_at_another_centre(plant):
    right = ledger._locked_accounts

    def locked(centre, qualifications):
        elsewhere = EntryAccount.objects.filter(qualification__in=qualifications).exclude(centre=centre)
        return {account.qualification: account for account in elsewhere} or right(centre, qualifications)

    plant.setattr(ledger, "_locked_accounts", locked)


def reserved_from_another_product(plant):
    def locked(centre, qualifications):
        wanted = next(iter(qualifications))
        others = EntryAccount.objects.filter(centre=centre).exclude(qualification=wanted)
        return {wanted: others.first() or ledger.account_of(centre, wanted)}

    plant.setattr(ledger, "_locked_accounts", locked)


def balance_not_tested(plant):
    without_constraint(EntryAccount, "entry_account_available_not_negative")
    plant.setattr(ledger, "shortfall", lambda available, needs: {})


def adjusted_by_one_person(plant):
    without_constraint(Adjustment, "adjustment_by_two_people")


def posted_without_approval(plant):
    without_trigger(LedgerLine, "approved_by_a_second_person")


def adjusted_or_expired_twice(plant):
    without_uniqueness(LedgerLine, "adjustment")


def approved_without_its_line(plant):
    without_trigger(Adjustment, "approved_is_posted")
    plant.setattr(ledger, "post", lambda adjustment, *, by: None)


def expired_before_its_time(plant):
    without_trigger(LedgerLine, "expires_when_over")


def balance_written_directly(plant):
    without_trigger(EntryAccount, "balance_by_ledger_only")


def line_edited(plant):
    without_trigger(LedgerLine, "append_only")


def line_not_posted(plant):
    without_trigger(LedgerLine, "post_to_account")


def refused_line_keeps_its_entry(plant):
    plant.setattr(ledger, "release", lambda held, *, by, why="": None)


BUGS_FOR_THE_MACHINE = [
    wrong_sign, released_twice, used_without_reservation, granted_twice, granted_more_than_ordered,
    processed_without_credit, credited_before_it_is_processed, reserved_at_another_centre,
    reserved_from_another_product, balance_not_tested, adjusted_by_one_person, posted_without_approval,
    adjusted_or_expired_twice, approved_without_its_line, expired_before_its_time, balance_written_directly,
    line_edited, line_not_posted, refused_line_keeps_its_entry,
]  # fmt: skip


def seek() -> None:
    ledger_machine.run(examples=6, steps=20, seeking=True)


@pytest.mark.django_db
def test_without_a_bug_the_machine_finds_nothing():
    seek()


@pytest.mark.django_db
@pytest.mark.parametrize("bug", BUGS_FOR_THE_MACHINE)
def test_machine_catches(bug, monkeypatch):
    bug(monkeypatch)
    with pytest.raises((AssertionError, DatabaseError)):
        seek()


# --- Two sessions -------------------------------------------------------------------------------


def no_lock(plant):
    """Accounts are read without waiting for whoever is reserving from them."""

    def read(centre, qualifications):
        accounts = EntryAccount.objects.filter(centre=centre, qualification__in=qualifications)
        return {account.qualification: account for account in accounts.select_related("qualification")}

    plant.setattr(ledger, "_locked_accounts", read)


def second_session_while_the_first_reserves_the_last() -> str:
    """What happens to a second reservation that begins before the first has committed."""
    centre, qualification = centres.centre(), catalogue.qualification()
    centres.entries(centre, qualification, 1)
    first_has_reserved, second_is_waiting = Event(), Event()

    def reserve():
        ledger.reserve(centre, [Need(uuid4(), qualification)], claim_number="CL-1", by=None)

    def second():
        first_has_reserved.wait()
        second_is_waiting.set()
        try:
            reserve()
        except NotEnoughEntries:
            return "told how many are missing"
        except DatabaseError:
            return "crashed"
        finally:
            connection.close()
        return "reserved what was not there"

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(second)
        with transaction.atomic():
            reserve()
            first_has_reserved.set()
            second_is_waiting.wait()
            wait_for_a_lock()
        return answer.result()


def wait_for_a_lock() -> None:
    """Wait until another session of this database waits for ours."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute("SELECT pg_sleep(0.01), pg_stat_clear_snapshot()")
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
    raise AssertionError("The second session never waited.")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "bug, outcome", [(None, "told how many are missing"), (no_lock, "crashed")], ids=["no bug", "no lock"]
)
def test_missing_lock_is_caught_by_two_sessions(bug, outcome, monkeypatch):
    if bug:
        bug(monkeypatch)
    assert second_session_while_the_first_reserves_the_last() == outcome


# --- A claim ------------------------------------------------------------------------------------


def claim_is_short() -> bool:
    """Whether a claim of three lines is refused when there are two entries, and stays a draft."""
    claim = moderation.draft_claim(3, entries=2)
    try:
        with transaction.atomic():
            moderation_actions.submit_claim(claim, by=claim.created_by)
    except NotEnoughEntries:
        claim.refresh_from_db()
        return claim.state == "draft"
    return False


@pytest.mark.django_db
@pytest.mark.parametrize("is_planted", [False, True], ids=["no bug", "claim submitted without entries"])
def test_claim_without_its_entries_is_caught(is_planted, monkeypatch):
    if is_planted:
        monkeypatch.setattr(ledger, "reserve", lambda *args, **values: None)
    assert claim_is_short() is not is_planted
