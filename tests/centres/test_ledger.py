"""The ledger of unnamed entries: no balance is ever wrong, whoever writes to it (domain reference 5.2)."""

from collections import Counter
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from centres import ledger
from centres.ledger import Need, NotEnoughEntries
from centres.models import EntryAccount, LedgerLine
from tests.factories import accounts, catalogue, centres

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


def test_adjusting_below_zero_is_refused(stocked):
    *_, account = stocked
    with pytest.raises(NotEnoughEntries):
        ledger.adjust(account, -11, by=accounts.staff(), why="Counted wrongly")
    ledger.adjust(account, -4, by=accounts.staff(), why="Counted wrongly")
    ledger.cancel(account, 2, by=accounts.staff(), why="Returned")
    assert balances(account) == (4, 0, 0)


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
    "an adjustment without a reason": {"kind": "adjust", "available": 1},
    "an adjustment of nothing": {"kind": "adjust", "available": 0, "reason": "None"},
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


class LedgerMachine(RuleBasedStateMachine):
    """Orders, reservations, releases, uses, cancellations and adjustments in any order, beside a plain count."""

    lines = Bundle("lines")

    def __init__(self):
        super().__init__()
        self.sandbox = transaction.atomic()
        self.sandbox.__enter__()
        self.staff = accounts.staff()
        self.qualifications = [catalogue.qualification() for _ in range(2)]
        self.centres = [centres.centre() for _ in range(2)]
        self.expected = Counter()  # (centre, qualification, part): entries
        self.open = {}  # held_for: (centre, qualification)

    def teardown(self):
        transaction.set_rollback(True)
        self.sandbox.__exit__(None, None, None)

    places = st.tuples(st.integers(0, 1), st.integers(0, 1))

    def at(self, place):
        return self.centres[place[0]], self.qualifications[place[1]]

    @rule(place=places, quantity=st.integers(1, 5))
    def process_an_order(self, place, quantity):
        centre, qualification = self.at(place)
        centres.entries(centre, qualification, quantity)
        self.expected[centre, qualification, "available"] += quantity

    @rule(target=lines, place=places)
    def reserve(self, place):
        centre, qualification = self.at(place)
        held = uuid4()
        try:
            ledger.reserve(centre, [Need(held, qualification)], claim_number="CL-1", by=self.staff)
        except NotEnoughEntries:
            assert self.expected[centre, qualification, "available"] == 0
        else:
            self.open[held] = (centre, qualification)
            self.expected[centre, qualification, "available"] -= 1
            self.expected[centre, qualification, "reserved"] += 1
        return held

    @rule(held=lines, verb=st.sampled_from(["release", "use"]))
    def end(self, held, verb):
        try:
            with transaction.atomic():
                getattr(ledger, verb)([held], by=self.staff)
        except IntegrityError:
            assert held not in self.open
            return
        if held not in self.open:
            return  # it was never reserved: nothing happens
        place = self.open.pop(held)
        self.expected[*place, "reserved"] -= 1
        self.expected[*place, {"release": "available", "use": "used"}[verb]] += 1

    @rule(place=places, quantity=st.integers(-4, 4).filter(bool))
    def adjust(self, place, quantity):
        self._change_stock(
            place, quantity, lambda account: ledger.adjust(account, quantity, by=self.staff, why="Error")
        )

    @rule(place=places, quantity=st.integers(1, 4))
    def cancel(self, place, quantity):
        self._change_stock(
            place, -quantity, lambda account: ledger.cancel(account, quantity, by=self.staff, why="No use")
        )

    def _change_stock(self, place, change, verb):
        centre, qualification = self.at(place)
        try:
            verb(ledger.account_of(centre, qualification))
        except NotEnoughEntries:
            assert self.expected[centre, qualification, "available"] + change < 0
        else:
            self.expected[centre, qualification, "available"] += change

    @invariant()
    def balances_are_what_was_counted(self):
        for account in EntryAccount.objects.filter(centre__in=self.centres):
            for part in ("available", "reserved", "used"):
                assert getattr(account, part) == self.expected[account.centre, account.qualification, part]
                assert getattr(account, part) >= 0

    @invariant()
    def nothing_appears_or_vanishes(self):
        for account in EntryAccount.objects.filter(centre__in=self.centres):
            changes = sum(
                line.available for line in account.lines.filter(kind__in=["grant", "adjust", "cancel"])
            )
            assert account.available + account.reserved + account.used == changes


def test_no_order_of_events_breaks_the_ledger():
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_only_as_many_sessions_win_as_there_are_entries():
    centre, qualification = centres.centre(), catalogue.qualification()
    centres.entries(centre, qualification, 3)
    start, outcomes = Barrier(8), []

    def race():
        try:
            start.wait()
            reserve(centre, qualification)
            outcomes.append("won")
        except NotEnoughEntries:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(outcomes) == {"won": 3, "refused": 5}
    assert balances(EntryAccount.objects.get(centre=centre)) == (0, 3, 0)


def test_statement_of_account_shows_the_true_balance_whatever_the_filter(stocked):
    centre, qualification, account = stocked
    for _ in range(2):
        reserve(centre, qualification)
    ledger.cancel(account, 3, by=accounts.staff(), why="Returned")
    reserve(centre, qualification)
    reserved = LedgerLine.objects.with_balance().filter(kind="reserve").order_by("pk")
    assert [line.balance for line in reserved] == [9, 8, 4]
