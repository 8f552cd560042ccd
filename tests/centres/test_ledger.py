"""The ledger of unnamed entries: no balance is ever wrong, whoever writes to it (domain reference 5.2)."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from centres import ledger
from centres.ledger import Need, NotEnoughEntries
from centres.models import EntryAccount, LedgerLine
from tests.factories import catalogue, centres

pytestmark = pytest.mark.django_db


@pytest.fixture
def stocked():
    """A centre with ten entries of one qualification: (centre, qualification, its account)."""
    centre, qualification = centres.centre(), catalogue.qualification()
    centres.entries(centre, qualification, 10)
    return centre, qualification, EntryAccount.objects.get(centre=centre)


def balances(account: EntryAccount) -> tuple[int, int, int]:
    account.refresh_from_db()
    return account.available, account.reserved, account.used


def reserve(centre, qualification, *, by=None):
    need = Need(uuid4(), qualification)
    ledger.reserve(centre, [need], claim_number="CL-1", by=by)
    return need.held_for


def test_processed_order_is_credited_once(stocked):
    *_, account = stocked
    assert balances(account) == (10, 0, 0)
    line = account.lines.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerLine.objects.create(account=account, kind="grant", available=10, order_line=line.order_line)


def test_entry_is_reserved_then_used(stocked):
    centre, qualification, account = stocked
    held = reserve(centre, qualification)
    assert balances(account) == (9, 1, 0)
    assert ledger.use([held], by=None)[held].kind == "use"
    assert balances(account) == (9, 0, 1)


def test_withdrawn_line_releases_its_entry(stocked):
    centre, qualification, account = stocked
    held = reserve(centre, qualification)
    ledger.release([held], by=None, why="Not agreed")
    assert balances(account) == (10, 0, 0)


@pytest.mark.parametrize(
    "endings", [("release", "release"), ("use", "use"), ("release", "use"), ("use", "release")]
)
def test_reserved_entry_ends_once(stocked, endings):
    centre, qualification, account = stocked
    held = reserve(centre, qualification)
    verbs = {"release": lambda: ledger.release([held], by=None), "use": lambda: ledger.use([held], by=None)}
    verbs[endings[0]]()
    after_one = balances(account)
    with pytest.raises(IntegrityError), transaction.atomic():
        verbs[endings[1]]()
    assert balances(account) == after_one


def test_same_line_cannot_reserve_twice(stocked):
    centre, qualification, account = stocked
    held = reserve(centre, qualification)
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.reserve(centre, [Need(held, qualification)], claim_number="CL-2", by=None)
    assert balances(account) == (9, 1, 0)


def test_short_balance_says_by_how_much_and_writes_nothing(stocked):
    centre, qualification, account = stocked
    needs = [Need(uuid4(), qualification) for _ in range(12)]
    with pytest.raises(NotEnoughEntries) as refusal:
        ledger.reserve(centre, needs, claim_number="CL-1", by=None)
    assert refusal.value.short == {qualification: 2}
    assert f"2 more for {qualification}" in refusal.value.for_people()
    assert balances(account) == (10, 0, 0)


BAD_LINES = {
    "a grant without an order": {"kind": "grant", "available": 5},
    "a reservation of two": {"kind": "reserve", "available": -2, "reserved": 2, "held_for": uuid4()},
    "a reservation for nobody": {"kind": "reserve", "available": -1, "reserved": 1},
    "a use that was never reserved": {
        "kind": "use",
        "available": 0,
        "reserved": -1,
        "used": 1,
        "held_for": uuid4(),
    },
    "a release that was never reserved": {
        "kind": "release",
        "available": 1,
        "reserved": -1,
        "held_for": uuid4(),
    },
    "a cancellation that adds": {"kind": "cancel", "available": 1},
    "an adjustment that nobody proposed": {"kind": "adjust", "available": 1, "reason": "Why not"},
    "more cancelled than there is": {"kind": "cancel", "available": -11},
    "an unknown kind": {"kind": "gift", "available": 1},
}


@pytest.mark.parametrize("line", BAD_LINES.values(), ids=BAD_LINES)
def test_database_refuses(stocked, line):
    *_, account = stocked
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerLine.objects.create(account=account, **line)
    assert balances(account) == (10, 0, 0)


def test_database_refuses_to_change_lines_and_balances(stocked):
    *_, account = stocked
    changes = [
        lambda: LedgerLine.objects.update(available=20),
        lambda: LedgerLine.objects.all().delete(),
        lambda: EntryAccount.objects.update(available=20),
        lambda: EntryAccount.objects.create(
            centre=account.centre, qualification=catalogue.qualification(), used=1
        ),
    ]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert balances(account) == (10, 0, 0)


def test_each_line_keeps_the_balances_behind_it(stocked):
    centre, qualification, account = stocked
    held = [reserve(centre, qualification) for _ in range(2)]
    centres.adjusted(account, -3, "cancel")
    ledger.use(held[:1], by=None)
    ledger.release(held[1:], by=None)
    after = account.lines.order_by("pk").values_list("available_after", "reserved_after", "used_after")
    assert list(after) == [(10, 0, 0), (9, 1, 0), (8, 2, 0), (5, 2, 0), (5, 1, 1), (6, 0, 1)]


def test_balances_behind_a_line_are_written_once(stocked):
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerLine.objects.update(available_after=99)


def test_no_foreign_key_leads_from_the_ledger_to_a_candidate():
    fields = [field for field in LedgerLine._meta.concrete_fields if field.is_relation]
    assert {field.name for field in fields} == {"account", "order_line", "adjustment", "by"}
    assert not [
        f for f in EntryAccount._meta.concrete_fields if f.is_relation and "andidate" in str(f.remote_field)
    ]


def test_reclaim_after_release_uses_one_entry_in_total(stocked):
    centre, qualification, account = stocked
    ledger.release([reserve(centre, qualification)], by=None)
    ledger.use([reserve(centre, qualification)], by=None)
    assert balances(account) == (9, 0, 1)
