"""What awarding-body staff do about centres in the admin: actions, and lists that load fast."""

import pytest
from django.core import mail
from django.urls import reverse

from centres import actions
from centres.models import (
    Adjustment,
    ApprovalLetter,
    EntryAccount,
    EntryOrder,
    Invoice,
    StatementOfEntries,
)
from portal.files import printing
from portal.kit import outbox
from portal.kit.models import Event
from tests.factories import accounts, catalogue, centres

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(accounts.staff())
    return client


def act(client, row, action: str, **typed) -> str:
    """Run an admin action on one row; returns the page that follows."""
    url = reverse(f"admin:centres_{row._meta.model_name}_changelist")
    answer = client.post(url, {"action": action, "_selected_action": [row.pk], **typed}, follow=True)
    return answer.content.decode()


def test_row_that_refuses_says_why_and_does_not_stop_the_others(staff):
    centre, qualification = centres.centre(), catalogue.qualification()
    centres.approval(centre, qualification)
    draft, submitted = (centres.order(centre, qualification) for _ in range(2))
    submitted.move("submit", by=submitted.created_by)
    url = reverse("admin:centres_entryorder_changelist")
    chosen = {"action": "process", "_selected_action": [draft.pk, submitted.pk]}
    page = staff.post(url, chosen).content.decode()
    assert "available now 0, afterwards 10" in page and "Total £120.00" in page
    assert EntryOrder.objects.filter(state="processed").count() == 0
    page = staff.post(url, {**chosen, "confirmed": "yes"}, follow=True).content.decode()
    assert f"{submitted} of {centre} processed." in page and "is now “Draft”" in page
    assert sorted(EntryOrder.objects.values_list("state", flat=True)) == ["draft", "processed"]


@pytest.mark.usefixtures("store")
def test_papers_are_opened_from_their_rows_and_from_the_lists_once_they_are_printed(staff):
    actions.approve_application(centres.application(), by=accounts.staff())
    centres.entries(centres.centre(), catalogue.qualification())
    papers = [model.objects.get() for model in (ApprovalLetter, StatementOfEntries, Invoice)]
    for paper in papers:
        address = f"admin:centres_{paper._meta.model_name}"
        pdf, row = (reverse(f"{address}_{page}", args=[paper.pk]) for page in ("pdf", "change"))
        assert f"{paper}: being printed." in staff.get(pdf, follow=True).content.decode()
        printing.print_once(paper)
        for page in (row, reverse(f"{address}_changelist")):
            assert staff.get(page).content.decode().count(f'href="{pdf}"') == 1
        answer = staff.get(pdf)
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
        assert f"{paper.number}.pdf" in answer["Content-Disposition"]
        assert Event.objects.about(paper).filter(verb="download").count() == 1
        staff.force_login(accounts.adult(is_staff=True))
        assert staff.get(pdf).status_code == 403
        staff.force_login(accounts.staff())


def test_approval_is_withdrawn_and_restored(staff):
    approval = centres.approval(centres.centre())
    officer = centres.person(approval.centre)
    act(staff, approval, "withdraw", reason="No activity for three years")
    approval.refresh_from_db()
    assert approval.state == "withdrawn"
    act(staff, approval, "restore")
    assert list(Event.objects.about(approval).values_list("verb", "why")) == [
        ("withdraw", "No activity for three years"), ("restore", ""),
    ]  # fmt: skip
    outbox.work_all()
    withdrawn, restored = mail.outbox
    assert [withdrawn.to, restored.to] == [[officer.email]] * 2
    assert withdrawn.subject == f"Approval for {approval.qualification} has been withdrawn"
    assert "No activity for three years" in withdrawn.body and "/contact/" in withdrawn.body
    assert restored.subject == f"Approval for {approval.qualification} is in force again"


def test_nobody_types_into_the_ledger(staff):
    centres.entries(centres.centre(), catalogue.qualification())
    assert staff.get(reverse("admin:centres_ledgerline_add")).status_code == 403
    account = EntryAccount.objects.get()
    page = staff.get(reverse("admin:centres_entryaccount_change", args=[account.pk])).content.decode()
    assert 'name="available"' not in page


def stocked_account() -> EntryAccount:
    order = centres.entries(centres.centre(), catalogue.qualification())
    return EntryAccount.objects.get(centre=order.centre)


def test_correction_takes_two_people(client):
    account = stocked_account()
    first, second = accounts.staff(), accounts.staff()
    client.force_login(first)
    typed = {"account": account.pk, "kind": "cancel", "quantity": "-3", "reason": "Ordered in error"}
    client.post(reverse("admin:centres_adjustment_add"), typed)
    adjustment = Adjustment.objects.get()
    assert (adjustment.state, adjustment.proposed_by) == ("proposed", first)
    assert "Somebody else has to approve it" in act(client, adjustment, "approve", confirmed="yes")
    client.force_login(second)
    assert "Available now 10, afterwards 7" in act(client, adjustment, "approve")
    assert "approved." in act(client, adjustment, "approve", confirmed="yes")
    account.refresh_from_db()
    assert (account.available, account.lines.get(kind="cancel").reason) == (7, "Ordered in error")
    assert Event.objects.about(adjustment).values_list("verb", "by").last() == ("approve", second.pk)


def test_correction_is_rejected_with_a_reason(staff):
    adjustment = centres.adjustment(stocked_account(), 4)
    assert "rejected." in act(staff, adjustment, "reject", reason="It was right.")
    adjustment.refresh_from_db()
    assert adjustment.state == "rejected"
    assert EntryAccount.objects.get().available == 10


@pytest.mark.parametrize(
    "typed, words",
    [
        ({"kind": "cancel", "quantity": "3"}, "enter a number below 0"),
        ({"kind": "adjust", "quantity": "0"}, "enter a number below 0"),
        ({"kind": "expire", "quantity": "-3"}, "only once the last certification date"),
        ({"kind": "adjust", "quantity": "3", "reason": ""}, "This field is required"),
    ],
)
def test_correction_that_makes_no_sense_is_not_taken(staff, typed, words):
    values = {"account": stocked_account().pk, "reason": "Counted wrongly", **typed}
    assert words in staff.post(reverse("admin:centres_adjustment_add"), values).content.decode()
    assert Adjustment.objects.count() == 0


LISTS = {
    "centres_centre": lambda: centres.centre(),
    "centres_application": lambda: centres.application(),
    "centres_approvalletter": lambda: actions.approve_application(centres.application(), by=accounts.staff()),
    "centres_approval": lambda: centres.approval(centres.centre()),
    "centres_entryorder": lambda: centres.entries(centres.centre(), catalogue.qualification()),
    "centres_entryaccount": lambda: centres.entries(centres.centre(), catalogue.qualification()),
    "centres_ledgerline": lambda: centres.entries(centres.centre(), catalogue.qualification()),
    "centres_statementofentries": lambda: centres.entries(centres.centre(), catalogue.qualification()),
    "centres_invoice": lambda: centres.entries(centres.centre(), catalogue.qualification()),
    "centres_adjustment": lambda: centres.adjusted(stocked_account()),
    "centres_fee": lambda: centres.fee(catalogue.qualification()),
    "kit_event": lambda: centres.entries(centres.centre(), catalogue.qualification()),
    "kit_outboxentry": lambda: centres.entries(centres.centre(), catalogue.qualification()),
}


@pytest.mark.parametrize("name", LISTS)
def test_list_costs_the_same_for_1_row_and_for_3(staff, name, queries_of):
    url = reverse(f"admin:{name}_changelist")
    LISTS[name]()
    staff.get(url)
    one = queries_of(lambda: staff.get(url))
    for _ in range(2):
        LISTS[name]()
    assert queries_of(lambda: staff.get(url)) == one
