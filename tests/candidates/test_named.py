"""Named entries: who is entered for what, what the database refuses, and every move from every state."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from candidates import actions, merging, named_rules
from candidates.models import NamedEntry, Standing
from centres import actions as centre_actions
from centres.models import EntryAccount, EntryOrder, Fee, Invoice, LedgerLine, OrderLine, Product
from portal.catalogue.models import Award
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from tests.factories import accounts, catalogue, centres
from tests.factories import candidates as make
from tests.states import bypassing_moves, moves_made

pytestmark = pytest.mark.django_db


def refused(constraint: str):
    return pytest.raises(IntegrityError, match=constraint)


def submit(order: EntryOrder) -> None:
    centre_actions.submit_order(order, by=order.created_by)


def lines_of(order: EntryOrder) -> list[tuple]:
    return list(order.lines.values_list("product", "award__code", "quantity", "unit_price"))


# --- ordering -------------------------------------------------------------------------------------


def test_line_is_as_long_as_its_list_of_names():
    centre, size = centres.centre(), catalogue.size()
    order = make.named_order(centre, size, *(make.candidate(centre) for _ in range(3)))
    assert lines_of(order) == [("named", size.code, 3, 42)]
    actions.enter_candidates(order, size, [make.candidate(centre)], by=order.created_by)
    assert lines_of(order) == [("named", size.code, 4, 42)]
    first, *others = NamedEntry.objects.all()
    actions.take_names_off(order, [first], by=order.created_by)
    assert lines_of(order) == [("named", size.code, 3, 42)]
    actions.take_names_off(order, others, by=order.created_by)
    assert (lines_of(order), NamedEntry.objects.count()) == ([], 0)
    verbs = Event.objects.filter(subject_type__model="namedentry").values_list("verb", flat=True)
    assert sorted(verbs) == ["enter"] * 4 + ["take off the order"] * 4


def test_order_without_names_cannot_be_submitted():
    order = make.named_order(centres.centre())
    actions.take_names_off(order, NamedEntry.objects.all(), by=order.created_by)
    with pytest.raises(TransitionRefused, match="at least one line"):
        submit(order)


def test_order_holds_unnamed_and_named_lines_and_the_ledger_knows_the_unnamed_alone():
    centre, size = centres.centre(), catalogue.size()
    unit_level = catalogue.qualification()
    centres.approval(centre, unit_level)
    order = make.named_order(centre, size, make.candidate(centre), make.candidate(centre))
    centres.fee(unit_level)
    centre_actions.save_order(order, {unit_level: 5}, by=order.created_by)
    centre_actions.save_order(order, {unit_level: 7}, by=order.created_by)
    assert sorted(lines_of(order)) == [("named", size.code, 2, 42), ("unit", None, 7, 12)]
    assert NamedEntry.objects.count() == 2

    submit(order)
    statement = centre_actions.process_order(order, by=accounts.staff())

    account = EntryAccount.objects.get()
    assert (account.qualification, account.available) == (unit_level, 7)
    assert list(LedgerLine.objects.values_list("kind", "available")) == [("grant", 7)]
    assert {(line["code"], line["quantity"], line["available"]) for line in statement.lines} == {
        (unit_level.code, 7, 7),
        (size.code, 2, None),
    }
    names = [str(candidate.last_name) for candidate in centre.candidates.all()]
    assert not [name for name in names if name in str(statement.lines)]


def test_entry_is_alive_once_its_order_is_processed():
    order = make.named_order(centres.centre())
    entry = NamedEntry.objects.get()
    standings = [entry.standing]
    for step in (submit, lambda order: centre_actions.process_order(order, by=accounts.staff())):
        assert not NamedEntry.objects.claimable().exists()
        step(order)
        entry = NamedEntry.objects.get()
        standings.append(entry.standing)
    assert standings == [Standing.DRAFT, Standing.SUBMITTED, Standing.PROCESSED]
    assert (list(NamedEntry.objects.claimable()), entry.is_alive) == ([entry], True)


def test_entry_of_a_refused_order_is_void_and_its_candidate_may_be_entered_again():
    centre, size = centres.centre(), catalogue.size()
    candidate = make.candidate(centre)
    order = make.named_order(centre, size, candidate)
    submit(order)
    centre_actions.refuse_order(order, by=accounts.staff(), why="Paid twice.")
    void = NamedEntry.objects.get()
    assert (void.state, void.standing) == ("entered", Standing.REFUSED)
    again = make.named_entry(centre, size, candidate)
    assert list(NamedEntry.objects.claimable()) == [again]
    assert list(NamedEntry.objects.standing("refused")) == [void]


@pytest.mark.parametrize("step", ["draft", "submitted", "processed"])
def test_nobody_is_entered_twice_for_a_subject_and_level(step):
    centre, size = centres.centre(), catalogue.size()
    other_size = catalogue.size(qualification=size.qualification)
    candidate, other = make.candidate(centre), make.candidate(centre)
    order = make.named_order(centre, size, candidate)
    if step != "draft":
        submit(order)
    if step == "processed":
        centre_actions.process_order(order, by=accounts.staff())
    second = make.named_order(centre, other_size)
    with pytest.raises(TransitionRefused, match=rf"{candidate} for {size.code} on order {order}") as refusal:
        actions.enter_candidates(second, other_size, [candidate, other], by=second.created_by)
    assert "transfer the entry" in refusal.value.for_people()
    assert not other.named_entries.exists()


def test_same_candidate_may_take_two_subjects():
    centre = centres.centre()
    candidate = make.candidate(centre)
    for _ in range(2):
        make.named_entry(centre, catalogue.size(), candidate)
    assert NamedEntry.objects.claimable().filter(candidate=candidate).count() == 2


def test_code_must_be_on_offer():
    centre = centres.centre()
    order = make.named_order(centre)
    candidate = make.candidate(centre)
    unpriced = catalogue.size()
    centres.approval(centre, unpriced.qualification)
    unapproved = catalogue.size()
    Fee.objects.create(
        qualification=unapproved.qualification, product=Product.NAMED, award=unapproved, price=1,
        valid_from="2020-01-01",
    )  # fmt: skip
    provisional = catalogue.size(is_provisional=True)
    centres.may_enter(centre, provisional)
    ended = catalogue.size()
    centres.may_enter(centre, ended)
    ended.qualification.last_entry_on = "2020-01-01"
    ended.qualification.save()
    unnamed = catalogue.award()
    for size in (unpriced, unapproved, provisional, ended, unnamed):
        with pytest.raises(TransitionRefused, match=f"cannot enter candidates under {size.code}"):
            actions.enter_candidates(order, size, [candidate], by=order.created_by)
    assert not candidate.named_entries.exists()


def test_only_candidates_of_the_centre_are_entered():
    size = catalogue.size()
    order = make.named_order(centres.centre(), size)
    for wrong in ([make.candidate()], []):
        with pytest.raises(TransitionRefused, match="Choose candidates at your centre"):
            actions.enter_candidates(order, size, wrong, by=order.created_by)


def test_names_of_a_submitted_order_stay():
    size = catalogue.size()
    order = make.named_order(centres.centre(), size)
    candidate = make.candidate(order.centre)
    submit(order)
    with pytest.raises(TransitionRefused, match="has been submitted"):
        actions.enter_candidates(order, size, [candidate], by=order.created_by)
    with pytest.raises(TransitionRefused, match="has been submitted"):
        actions.take_names_off(order, NamedEntry.objects.all(), by=order.created_by)
    assert NamedEntry.objects.count() == 1


def test_price_of_the_day_is_copied_to_the_line():
    order = make.named_order(centres.centre(), size := catalogue.size())
    Fee.objects.create(
        qualification=size.qualification, product=Product.NAMED, award=size, price=50, valid_from="2021-01-01"
    )
    assert lines_of(order) == [("named", size.code, 1, 42)]
    actions.enter_candidates(order, size, [make.candidate(order.centre)], by=order.created_by)
    assert lines_of(order) == [("named", size.code, 2, 50)]
    assert not Fee.objects.on("2026-01-01").exists()


def test_draft_is_sent_at_todays_fee_and_only_while_its_code_is_on_offer():
    order = make.named_order(centres.centre(), size := catalogue.size())
    Fee.objects.create(
        qualification=size.qualification, product=Product.NAMED, award=size, price=50, valid_from="2021-01-01"
    )
    approval = order.centre.approvals.get()
    approval.move("withdraw", by=accounts.staff())
    with pytest.raises(TransitionRefused, match="not approved"):
        submit(order)
    approval.move("restore", by=accounts.staff())
    submit(order)
    assert lines_of(order) == [("named", size.code, 1, 50)]


def test_withdrawn_order_and_deleted_draft_free_their_candidates():
    centre, size = centres.centre(), catalogue.size()
    candidate = make.candidate(centre)
    taken_back = make.named_order(centre, size, candidate)
    submit(taken_back)
    centre_actions.withdraw_order(taken_back, by=taken_back.created_by)
    assert NamedEntry.objects.get().standing == Standing.REFUSED
    draft = make.named_order(centre, size, candidate)
    centre_actions.delete_order(draft, by=draft.created_by)
    assert candidate.named_entries.count() == 1
    assert make.named_entry(centre, size, candidate).is_alive


def test_entries_go_along_when_candidates_are_merged_unless_both_are_entered():
    centre, size = centres.centre(), catalogue.size()
    kept, merged = make.candidate(centre), make.candidate(centre)
    entry = make.named_entry(centre, size, merged)
    (follower,) = [found for found in merging.FOLLOWERS if isinstance(found, merging.NamedEntries)]
    assert follower.objections(kept, merged) == []
    assert follower.facts(merged) == [("Named entries", f"{size.code} (entered)")]
    follower.move(kept, merged, by=None)
    entry.refresh_from_db()
    assert entry.candidate == kept
    other = make.candidate(centre)
    make.named_entry(centre, size, other)
    assert follower.objections(kept, other) == [
        f"Both are entered by name for the subject of {size.code}. Withdraw one of the two entries first."
    ]


# --- verbs ----------------------------------------------------------------------------------------


def processed() -> NamedEntry:
    entry = make.named_entry()
    entry.reason = "So that an ended one has a reason"
    entry.save(update_fields=["reason"])
    return entry


def test_every_verb_from_every_state():
    assert moves_made(processed, by=accounts.staff()) == {
        ("entered", "withdraw", "withdrawn"),
        ("entered", "transfer", "transferred"),
    }


def test_database_allows_the_same_moves():
    # A move also needs its stamps, so a bare change of the state is always refused.
    assert bypassing_moves(processed) <= {("entered", "withdrawn"), ("entered", "transferred")}


@pytest.mark.parametrize("verb", ["withdraw", "transfer"])
@pytest.mark.parametrize("step", ["draft", "submitted", "refused"])
def test_entry_that_is_not_processed_cannot_be_ended(verb, step):
    order = make.named_order(centres.centre(), size := catalogue.size())
    if step != "draft":
        submit(order)
    if step == "refused":
        centre_actions.refuse_order(order, by=accounts.staff(), why="No.")
    entry = NamedEntry.objects.get()
    other = catalogue.size(qualification=size.qualification)
    fee_of(other, 75)
    with pytest.raises(TransitionRefused, match="whose order has been processed"):
        if verb == "withdraw":
            actions.withdraw_entry(entry, by=order.created_by, why="Left.")
        else:
            actions.transfer_entry(entry, other, by=order.created_by, why="More.", order_number="PO-A")
    entry.refresh_from_db()
    assert (entry.state, entry.reason) == ("entered", "")


def test_withdrawn_entry_keeps_its_reason_and_frees_its_candidate_for_a_new_one():
    entry = make.named_entry(size_of := centres.centre(), size := catalogue.size())
    by = centres.person(size_of)
    actions.withdraw_entry(entry, by=by, why="Left the college.")
    entry.refresh_from_db()
    assert (entry.state, entry.reason, entry.withdrawn_by) == ("withdrawn", "Left the college.", by)
    assert not NamedEntry.objects.claimable().exists()
    event = Event.objects.about(entry).last()
    assert (event.verb, event.before, event.after, event.why) == (
        "withdraw", "entered", "withdrawn", "Left the college.",
    )  # fmt: skip
    assert make.named_entry(size_of, size, entry.candidate).is_alive


def sizes(*prices) -> list[Award]:
    """Sizes of one qualification at these fees."""
    qualification = catalogue.size().qualification
    made = [catalogue.size(qualification=qualification) for _ in prices]
    for size, price in zip(made, prices, strict=True):
        fee_of(size, price)
    return made


def fee_of(size, price, valid_from="2020-01-01") -> None:
    Fee.objects.create(
        qualification=size.qualification,
        product=Product.NAMED,
        award=size,
        price=price,
        valid_from=valid_from,
    )


def transfer(entry: NamedEntry, award, order_number: str = "") -> NamedEntry:
    """As requested by somebody at the centre; entry and answer as they are in the database."""
    entry = NamedEntry.objects.get(pk=entry.pk)
    made = actions.transfer_entry(entry, award, by=entry.entered_by, why="Plans.", order_number=order_number)
    return NamedEntry.objects.get(pk=made.pk)


def process(entry: NamedEntry) -> EntryOrder:
    order = EntryOrder.objects.get(lines=entry.order_line)
    centre_actions.process_order(order, by=accounts.staff())
    return order


def test_cheaper_size_takes_the_place_of_the_entry_at_once_and_nothing_is_credited():
    small, large = sizes(40, 75)
    entry = make.named_entry(award=large)
    made = transfer(entry, small)
    entry.refresh_from_db()
    assert (entry.state, list(entry.transfers.all()), entry.reason) == ("transferred", [made], "Plans.")
    assert (made.award, made.order_line, made.candidate) == (small, entry.order_line, entry.candidate)
    assert list(NamedEntry.objects.claimable()) == [made]
    assert lines_of(entry.order_line.order) == [("named", large.code, 1, 75)]
    assert EntryOrder.objects.count() == Invoice.objects.count() == 1
    back = transfer(made, large)  # already paid for
    assert list(NamedEntry.objects.claimable()) == [back]
    assert EntryOrder.objects.count() == 1


def test_dearer_size_is_ordered_for_the_difference_and_invoiced_when_that_is_processed():
    small, large = sizes(40, 75)
    entry = make.named_entry(award=small)
    made = transfer(entry, large, "PO-TOP-UP")
    order = made.order_line.order
    assert (order.state, order.order_number, lines_of(order)) == (
        "submitted", "PO-TOP-UP", [("named", large.code, 1, 35)],
    )  # fmt: skip
    assert made.standing == Standing.SUBMITTED
    assert list(NamedEntry.objects.claimable()) == [entry]
    assert not Invoice.objects.filter(order=order).exists()

    process(made)
    entry.refresh_from_db()
    assert (entry.state, entry.reason) == ("transferred", "Plans.")
    assert list(NamedEntry.objects.claimable()) == [made]
    invoice = Invoice.objects.get(order=order)
    (line,) = invoice.lines
    assert (invoice.total, line["code"], line["product"], line["price"]) == (
        35, large.code, "Supplement: larger size", "35.00",
    )  # fmt: skip
    assert NamedEntry.objects.get(pk=made.pk).is_alive


def test_what_was_paid_on_the_way_counts_towards_the_next_size():
    small, middle, large = sizes(40, 75, 110)
    entry = make.named_entry(award=small)
    process(larger := transfer(entry, middle, "PO-A"))
    assert [(size.award, size.more) for size in named_rules.sizes_to_change_to(larger)] == [
        (small, 0),
        (large, 35),
    ]
    smaller = transfer(larger, small)
    assert [(size.award, size.more) for size in named_rules.sizes_to_change_to(smaller)] == [
        (middle, 0),
        (large, 35),
    ]


@pytest.mark.parametrize("end", ["refuse", "withdraw"])
def test_entry_stays_when_the_larger_size_is_not_sold(end):
    small, large = sizes(40, 75)
    entry = make.named_entry(award=small)
    made = transfer(entry, large, "PO-A")
    if end == "refuse":
        centre_actions.refuse_order(made.order_line.order, by=accounts.staff(), why="Not paid.")
    else:
        centre_actions.withdraw_order(made.order_line.order, by=entry.entered_by)
    assert list(NamedEntry.objects.claimable()) == [entry]
    assert NamedEntry.objects.get(pk=made.pk).standing == Standing.REFUSED
    again = transfer(entry, large, "PO-B")
    process(again)
    assert list(NamedEntry.objects.claimable()) == [again]


def test_entry_whose_larger_size_is_ordered_can_be_neither_withdrawn_nor_changed():
    small, large = sizes(40, 75)
    entry = make.named_entry(award=small)
    transfer(entry, large, "PO-A")
    waits = pytest.raises(TransitionRefused, match=r"is waiting to be processed\. Withdraw its order first")
    with waits:
        actions.withdraw_entry(entry, by=entry.entered_by, why="Left.")
    with waits:
        transfer(entry, large, "PO-B")
    assert list(NamedEntry.objects.claimable()) == [entry]
    assert EntryOrder.objects.filter(order_number="PO-B").count() == 0


def test_larger_size_goes_along_when_candidates_are_merged():
    small, large = sizes(40, 75)
    entry = make.named_entry(award=small)
    made = transfer(entry, large, "PO-A")
    kept = make.candidate(entry.candidate.centre)
    actions.merge_candidates(kept, entry.candidate, by=entry.entered_by)
    process(made)
    assert [found.candidate for found in NamedEntry.objects.claimable()] == [kept]


def test_database_ties_a_supplement_to_one_named_entry():
    small, large = sizes(40, 75)
    order = make.named_order(centres.centre(), small)
    values = {"qualification": large.qualification, "unit_price": 1, "is_supplement": True, "order": order}
    for wrong in ({"product": "named", "award": large, "quantity": 2}, {"product": "unit", "quantity": 1}):
        with refused("order_supplement_of_one_named_entry"), transaction.atomic():
            OrderLine.objects.create(**values, **wrong)
    line = OrderLine.objects.create(**values, product="named", award=large, quantity=1)
    entry = make.named_entry(order.centre, small)
    ended = make.named_entry(order.centre, small)
    actions.withdraw_entry(ended, by=ended.entered_by, why="Left.")
    for wrong_from, candidate in ((ended, ended.candidate), (entry, make.candidate(order.centre))):
        with refused("fits a line of a draft order"), transaction.atomic():
            NamedEntry.objects.create(
                candidate=candidate, award=large, order_line=line, transferred_from=wrong_from,
                entered_by=order.created_by,
            )  # fmt: skip


def test_transfer_stays_within_the_qualification_and_needs_approval():
    entry = make.named_entry(award=(size := catalogue.size()))
    by = entry.entered_by
    provisional = catalogue.size(qualification=size.qualification, is_provisional=True)
    fee_of(provisional, 75)
    unpriced = catalogue.size(qualification=size.qualification)
    for wrong in (size, catalogue.size(), provisional, unpriced):
        with pytest.raises(TransitionRefused, match="is not another size"):
            actions.transfer_entry(entry, wrong, by=by, why="Two years.")
    entry.candidate.centre.approvals.get().move("withdraw", by=accounts.staff())
    other = catalogue.size(qualification=size.qualification)
    with pytest.raises(TransitionRefused, match="not approved"):
        actions.transfer_entry(entry, other, by=by, why="Two years.")
    entry.refresh_from_db()
    assert entry.state == "entered"


# --- what the database refuses --------------------------------------------------------------------


def test_database_refuses_a_second_live_entry():
    first = make.named_entry()
    other = catalogue.size(qualification=first.award.qualification)
    line = make.named_order(first.candidate.centre, other).lines.get()
    with refused("has a live entry for this qualification"), transaction.atomic():
        NamedEntry.objects.create(
            candidate=first.candidate, award=other, order_line=line, entered_by=first.entered_by
        )
    second = make.named_entry(first.candidate.centre, first.award)
    with refused("has a live entry for this qualification"), transaction.atomic():
        NamedEntry.objects.filter(pk=second.pk).update(candidate=first.candidate)


def test_database_refuses_an_entry_that_does_not_fit_its_order():
    draft = make.named_order(centres.centre(), size := catalogue.size())
    line, by = draft.lines.get(), draft.created_by
    candidate = make.candidate(draft.centre)
    other_size = catalogue.size(qualification=size.qualification)
    unit_line = centres.order(draft.centre, catalogue.qualification()).lines.get()
    sent = make.named_order(draft.centre, size)
    submit(sent)
    for wrong in (
        {"candidate": make.candidate(), "award": size, "order_line": line},
        {"candidate": candidate, "award": other_size, "order_line": line},
        {"candidate": candidate, "award": size, "order_line": unit_line},
        {"candidate": candidate, "award": size, "order_line": sent.lines.get()},
        {
            "candidate": candidate,
            "award": size,
            "order_line": line,
            "transferred_from": NamedEntry.objects.filter(order_line=line).get(),
        },
    ):
        with refused("fits a line of a draft order"), transaction.atomic():
            NamedEntry.objects.create(entered_by=by, **wrong)


def test_database_keeps_entries_of_orders_that_were_sent_and_what_they_say():
    entry = make.named_entry()
    with refused("is kept"), transaction.atomic():
        entry.delete()
    other = catalogue.size(qualification=entry.award.qualification)
    with pytest.raises(DatabaseError, match="Cannot update rows"), transaction.atomic():
        NamedEntry.objects.filter(pk=entry.pk).update(award=other)


def test_database_ties_product_and_scheme_code():
    size = catalogue.size()
    draft = make.named_order(centres.centre(), size)
    wrong_lines = [{"product": Product.NAMED}, {"product": Product.UNIT, "award": size}]
    for values in wrong_lines:
        with refused("order_award_of_named_only"), transaction.atomic():
            OrderLine.objects.create(
                order=draft, qualification=size.qualification, quantity=1, unit_price=1, **values
            )
        with refused("fee_award_of_named_only"), transaction.atomic():
            Fee.objects.create(qualification=size.qualification, valid_from="2026-01-01", price=1, **values)
    with refused("order_award_once"), transaction.atomic():
        OrderLine.objects.create(
            order=draft, qualification=size.qualification, product=Product.NAMED, award=size, quantity=1,
            unit_price=1,
        )  # fmt: skip
    with refused("entry_account_of_unnamed_only"), transaction.atomic():
        EntryAccount.objects.create(
            centre=draft.centre, qualification=size.qualification, product=Product.NAMED
        )


@pytest.mark.django_db(transaction=True)
def test_two_officers_enter_the_same_candidate_and_one_is_refused():
    centre, size = centres.centre(), catalogue.size()
    candidate = make.candidate(centre)
    orders = [make.named_order(centre, size, make.candidate(centre)) for _ in range(2)]
    start = Barrier(2)

    def enter(order):
        start.wait()
        try:
            actions.enter_candidates(
                EntryOrder.objects.get(pk=order.pk), size, [candidate], by=order.created_by
            )
        except TransitionRefused:
            return "refused"
        finally:
            connection.close()
        return "entered"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(enter, orders)) == ["entered", "refused"]
    assert candidate.named_entries.count() == 1
