"""Orders, claims and corrections in any order, compared with a plain count in Python (domain reference 5.2).

Every invariant is checked after every step. Between the proper actions there are attacks that the database must
refuse, whoever makes them.
"""

from collections import Counter, defaultdict
from datetime import timedelta
from uuid import uuid4

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from centres import actions, ledger
from centres.ledger import Need, NotEnoughEntries
from centres.models import Adjustment, EntryAccount, EntryOrder, LedgerLine
from portal.kit.stateful import TransitionRefused
from tests.factories import accounts, catalogue, centres

Places = st.tuples(st.integers(0, 1), st.integers(0, 1))
ENTERS = {"adjust": "adjusted", "cancel": "cancelled", "expire": "expired"}


def is_refused(call) -> bool:
    """Whether the database refuses, or the portal with a message; then nothing has changed."""
    try:
        with transaction.atomic():
            call()
            check_what_waits()
    except (DatabaseError, TransitionRefused, NotEnoughEntries):
        return True
    return False


def check_what_waits() -> None:
    """Check deferred constraints now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


WORLD: dict = {}  # two centres, two products, two people, and a stock in three of the four accounts


def build_world() -> None:
    staff = [accounts.staff() for _ in range(2)]
    world_centres = [centres.centre() for _ in range(2)]
    qualifications = [catalogue.qualification() for _ in range(2)]
    for qualification in qualifications:
        centres.fee(qualification)
        for centre in world_centres:
            centres.approval(centre, qualification)
    WORLD.update(staff=staff, centres=world_centres, qualifications=qualifications, orders=[])
    for place in ((0, 0), (0, 1), (1, 0)):
        order = send((world_centres[place[0]], qualifications[place[1]]), place, 4, by=staff[0])
        actions.process_order(order, by=staff[0])
        WORLD["orders"].append(order)


def send(at, place, quantity: int, *, by) -> EntryOrder:
    """A submitted order; `place` and `quantity` are remembered on it."""
    order = centres.order(*at, quantity, by=by)
    order.place, order.quantity = place, quantity
    actions.submit_order(order, by=by)
    return order


class LedgerMachine(RuleBasedStateMachine):
    """`count`: {(centre, qualification): entries by part}; `held`: {claim line's id: its place}."""

    orders = Bundle("orders")
    lines = Bundle("lines")
    adjustments = Bundle("adjustments")

    def __init__(self):
        super().__init__()
        self.sandbox = transaction.atomic()
        self.sandbox.__enter__()
        self.staff, self.centres, self.qualifications = (
            WORLD["staff"],
            WORLD["centres"],
            WORLD["qualifications"],
        )
        for qualification in self.qualifications:
            qualification.refresh_from_db()
        self.count = {(c, q): Counter() for c in self.centres for q in self.qualifications}
        for order in WORLD["orders"]:
            self.count[self.at(order.place)].update(available=order.quantity, granted=order.quantity)
        self.held = {}
        self.ended = Counter()
        self.seen = {}
        self.closed = set()

    def teardown(self):
        transaction.set_rollback(True)
        self.sandbox.__exit__(None, None, None)

    def at(self, place):
        return self.centres[place[0]], self.qualifications[place[1]]

    def account(self, place) -> EntryAccount:
        return ledger.account_of(*self.at(place))

    # --- orders ---------------------------------------------------------------------------------

    @initialize(target=orders)
    def orders_before(self):
        for order in WORLD["orders"]:
            assert is_refused(lambda order=order: ledger.grant(order, by=None)), "credited twice"
        self.process(self.new_order((0, 0), 3))
        return multiple(*WORLD["orders"])

    @initialize(target=lines)
    def claim_before(self):
        """Each example begins with one of everything, so that no bug is missed because its step never ran."""
        assert self.claim((1, 1), 1) == []  # nothing was ever ordered there
        released, used, kept = self.claim((0, 0), 3)
        self.end_once(released, "release")
        self.end_once(used, "use")
        for ending in (("use", 0, 1), ("release", 1, 0)):
            self.entry_ends_that_was_never_reserved((0, 0), ending)
        self.balance_is_written_directly((0, 0))
        self.line_is_edited_or_deleted()
        self.entries_expire_before_their_time((0, 0))
        return multiple(released, used, kept)

    @initialize(target=adjustments)
    def correction_before(self):
        return self.propose_now((1, 0), "adjust", 2, 0, at_once=True)

    def send(self, place, quantity) -> EntryOrder:
        return send(self.at(place), place, quantity, by=self.staff[0])

    def process(self, order) -> EntryOrder:
        actions.process_order(order, by=self.staff[0])
        count = self.count[self.at(order.place)]
        count["available"] += order.quantity
        count["granted"] += order.quantity
        assert is_refused(lambda: ledger.grant(order, by=None)), "credited twice"
        return order

    @rule(target=orders, place=Places, quantity=st.integers(1, 5))
    def order(self, place, quantity):
        if self.at(place)[1] in self.closed:
            assert is_refused(lambda: self.send(place, quantity))
            return multiple()
        return self.new_order(place, quantity)

    def new_order(self, place, quantity) -> EntryOrder:
        order = self.send(place, quantity)
        assert is_refused(lambda: ledger.grant(order, by=None)), "credited before it was processed"
        return order

    @rule(order=orders, verb=st.sampled_from(["process", "process", "refuse", "withdraw"]))
    def decide_order(self, order, verb):
        acts = {
            "process": lambda: self.process(order),
            "refuse": lambda: actions.refuse_order(order, by=self.staff[0], why="No"),
            "withdraw": lambda: actions.withdraw_order(order, by=self.staff[0]),
        }
        if order.state == "submitted":
            acts[verb]()
        else:
            assert is_refused(acts[verb])

    # --- claims ---------------------------------------------------------------------------------

    @rule(target=lines, place=Places, number=st.integers(1, 3))
    def reserve(self, place, number):
        return multiple(*self.claim(place, number))

    def claim(self, place, number) -> list:
        """The ids of the claim lines that got an entry: all of them or none."""
        centre, qualification = self.at(place)
        needs = [Need(uuid4(), qualification) for _ in range(number)]
        count = self.count[centre, qualification]
        try:
            with transaction.atomic():
                ledger.reserve(centre, needs, claim_number="CL-1", by=self.staff[0])
        except NotEnoughEntries as refusal:
            assert refusal.short == {qualification: number - count["available"]}
            return []
        assert number <= count["available"], "reserved more than there was"
        count["available"] -= number
        count["reserved"] += number
        self.held |= {need.held_for: (centre, qualification) for need in needs}
        return [need.held_for for need in needs]

    @rule(held=lines, verb=st.sampled_from(["release", "use"]))
    def end(self, held, verb):
        self.end_once(held, verb)

    def end_once(self, held, verb):
        def act():
            getattr(ledger, verb)([held], by=self.staff[0])

        if self.ended[held]:
            assert is_refused(act), f"{verb} after it had ended"
            return
        act()
        assert is_refused(act), f"{verb} twice"
        self.ended[held] += 1
        count = self.count[self.held[held]]
        count["reserved"] -= 1
        count[{"release": "available", "use": "used"}[verb]] += 1

    # --- corrections ----------------------------------------------------------------------------

    @rule(target=adjustments, place=Places, kind=st.sampled_from(["adjust", "cancel"]), by=st.integers(0, 1),
          quantity=st.integers(-3, 3).filter(bool), at_once=st.booleans())  # fmt: skip
    def propose(self, place, kind, quantity, by, at_once):
        return self.propose_now(place, kind, quantity, by, at_once=at_once)

    def propose_now(self, place, kind, quantity, by, *, at_once) -> Adjustment:
        quantity = quantity if kind == "adjust" else -abs(quantity)
        made = Adjustment(
            account=self.account(place), kind=kind, quantity=quantity, reason="Counted wrongly."
        )
        actions.propose_adjustment(made, by=self.staff[by])
        made.place = place
        assert is_refused(lambda: ledger.post(made, by=self.staff[1 - by])), "posted without approval"
        assert is_refused(lambda: self._approve_alone(made)), "approved and posted by one person"
        if at_once:
            self.decide(made, "approve", 1 - by)
        return made

    @staticmethod
    def _approve_alone(adjustment):
        by = adjustment.proposed_by
        rows = Adjustment.objects.filter(pk=adjustment.pk)
        rows.update(state="approved", approved_by=by, approved_at=timezone.now())
        ledger.post(adjustment, by=by)

    @rule(
        adjustment=adjustments, verb=st.sampled_from(["approve", "approve", "reject"]), by=st.integers(0, 1)
    )
    def decide_adjustment(self, adjustment, verb, by):
        self.decide(adjustment, verb, by)

    def decide(self, adjustment, verb, by):
        person = self.staff[by]
        count = self.count[self.at(adjustment.place)]
        if verb == "reject":
            reject = lambda: actions.reject_adjustment(adjustment, by=person, why="No")  # noqa: E731
            if adjustment.state == "proposed":
                reject()
            else:
                assert is_refused(reject)
            return
        may = adjustment.state == "proposed" and adjustment.proposed_by != person
        try:
            with transaction.atomic():
                actions.approve_adjustment(adjustment, by=person)
        except TransitionRefused:
            adjustment.refresh_from_db()
            assert not may or count["available"] + adjustment.quantity < 0
            return
        assert may, "approved by one person alone, or twice"
        assert is_refused(lambda: ledger.post(adjustment, by=person)), "posted twice"
        count["available"] += adjustment.quantity
        count[ENTERS[adjustment.kind]] += abs(adjustment.quantity) * (
            1 if adjustment.kind != "adjust" or adjustment.quantity > 0 else -1
        )

    @rule(target=adjustments, which=st.integers(0, 1))
    def last_certification_date_passes(self, which):
        """From now on nothing can be ordered, and entries that are left are proposed for expiry."""
        qualification = self.qualifications[which]
        yesterday = timezone.localdate() - timedelta(days=1)
        qualification.last_entry_on = qualification.last_certification_on = yesterday
        qualification.save()
        self.closed.add(qualification)
        open_now = Adjustment.objects.filter(kind="expire", state="proposed")
        before = set(open_now.values_list("account_id", "pk"))
        actions.propose_expiries()
        accounts_open = dict(open_now.values_list("account_id", "quantity"))
        expected = {
            self.account((c, q)).pk
            for c in range(2)
            for q in range(2)
            if self.at((c, q))[1] in self.closed and self.count[self.at((c, q))]["available"] > 0
        }
        assert set(accounts_open) == expected | {account for account, _ in before}
        new = open_now.exclude(pk__in=[pk for _, pk in before])
        return multiple(*map(self._placed, new))

    def _placed(self, adjustment):
        account = adjustment.account
        adjustment.place = (
            self.centres.index(account.centre), self.qualifications.index(account.qualification),
        )  # fmt: skip
        return adjustment

    # --- attacks --------------------------------------------------------------------------------

    @rule(place=Places)
    def balance_is_written_directly(self, place):
        account = EntryAccount.objects.filter(pk=self.account(place).pk)
        assert is_refused(lambda: account.update(available=F("available") + 1))

    @rule()
    def line_is_edited_or_deleted(self):
        last = LedgerLine.objects.order_by("-pk").first()
        line = LedgerLine.objects.filter(pk=last.pk)
        assert is_refused(lambda: line.update(reason="Otherwise"))
        assert is_refused(line.delete)

    @rule(place=Places, ending=st.sampled_from([("use", 0, 1), ("release", 1, 0)]))
    def entry_ends_that_was_never_reserved(self, place, ending):
        kind, available, used = ending
        assert is_refused(
            lambda: LedgerLine.objects.create(
                account=self.account(place),
                kind=kind,
                available=available,
                reserved=-1,
                used=used,
                held_for=uuid4(),
            )
        )

    @rule(held=lines, place=Places)
    def entry_is_released_into_another_account(self, held, place):
        if self.held[held] != self.at(place):
            assert is_refused(
                lambda: LedgerLine.objects.create(
                    account=self.account(place), kind="release", available=1, reserved=-1, held_for=held
                )
            )

    @rule(place=Places)
    def entries_expire_before_their_time(self, place):
        if self.at(place)[1] in self.closed or not self.count[self.at(place)]["available"]:
            return
        early = Adjustment(account=self.account(place), kind="expire", quantity=-1, reason="Too early.")

        def expire():
            early.proposed_by = self.staff[0]
            early.save()
            Adjustment.objects.filter(pk=early.pk).update(
                state="approved", approved_by=self.staff[1], approved_at=timezone.now()
            )
            ledger.post(early, by=self.staff[1])

        assert is_refused(expire)

    # --- invariants -----------------------------------------------------------------------------

    @invariant()
    def balances_are_what_was_counted(self):
        """Invariant 1, and that nothing is reserved from another centre or product."""
        check_what_waits()
        for account in EntryAccount.objects.select_related("centre", "qualification"):
            count = self.count[account.centre, account.qualification]
            parts = {part: getattr(account, part) for part in ("available", "reserved", "used")}
            assert parts == {part: count[part] for part in parts}
            assert min(parts.values()) >= 0
            granted = count["granted"] + count["adjusted"] - count["cancelled"] - count["expired"]
            assert sum(parts.values()) == granted

    @invariant()
    def lines_add_up_and_stay(self):
        """Invariants 3, 6 and 7: one reservation, at most one end; running balances; nothing is ever changed."""
        sums = defaultdict(lambda: [0, 0, 0])
        kinds = defaultdict(list)
        now = {}
        for line in LedgerLine.objects.order_by("pk").values():
            now[line["id"]] = line
            total = sums[line["account_id"]]
            for at, part in enumerate(("available", "reserved", "used")):
                total[at] += line[part]
                assert line[f"{part}_after"] == total[at]
            if line["held_for"]:
                kinds[line["held_for"]].append(line["kind"])
        assert {key: line for key, line in now.items() if key in self.seen} == self.seen
        self.seen = now
        assert set(kinds) == set(self.held)
        for held, found in kinds.items():
            assert found[0] == "reserve" and len(found) == 1 + self.ended[held]

    @invariant()
    def every_correction_had_two_people(self):
        corrections = LedgerLine.objects.filter(kind__in=["adjust", "cancel", "expire"])
        for line in corrections.select_related("adjustment"):
            adjustment = line.adjustment
            assert (adjustment.state, adjustment.quantity) == ("approved", line.available)
            assert adjustment.approved_by_id not in (None, adjustment.proposed_by_id)

    @invariant()
    def every_processed_order_is_credited_as_ordered(self):
        credited = Counter(
            LedgerLine.objects.filter(kind="grant").values_list("order_line__order", "available")
        )
        processed = EntryOrder.objects.filter(state="processed").values_list("pk", "lines__quantity")
        assert credited == Counter(processed)


def run(*, examples: int, steps: int, seeking: bool = False) -> None:
    """Run the machine. `seeking`: stop at the first error, without looking for the shortest way to it."""
    build_world()
    options = {"derandomize": True, "database": None, "phases": [Phase.generate]} if seeking else {}
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            **options,
        ),
    )
