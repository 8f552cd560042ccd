"""Orders over HTTP and as actions: drafts can be deleted, sent orders stay, and the price is the one agreed to."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from centres import actions
from centres.models import EntryOrder, Invoice
from portal.kit import outbox
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from tests.factories import accounts, candidates, catalogue, centres

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(client):
    """A signed-in exams officer whose centre may order one qualification: (client, centre, qualification)."""
    centre, qualification = centres.centre(), catalogue.qualification()
    centres.fee(qualification, "12.00")
    centres.approval(centre, qualification)
    client.force_login(centres.person(centre))
    return client, centre, qualification


def page_of(client, name, order):
    return reverse(name, args=[order.centre.number, order.pk])


def sent(centre, qualification, **values) -> EntryOrder:
    order = centres.order(centre, qualification, 5, **values)
    actions.submit_order(order, by=order.created_by)
    return order


@pytest.mark.parametrize("what", ["unnamed", "named"])
def test_before_an_order_is_sent_the_page_says_what_it_brings(shop, settings, what):
    settings.SECOND_FACTOR_REQUIRED = False
    client, centre, qualification = shop
    order = centres.order(centre, qualification) if what == "unnamed" else candidates.named_order(centre)
    page = client.get(page_of(client, "order-submit", order)).content.decode()
    assert ("you can use the unnamed entries for claims" in page) == (what == "unnamed")
    assert ("the candidates named on it are entered" in page) == (what == "named")


def test_all_mistakes_are_told_at_once(shop):
    client, centre, _ = shop
    page = client.post(reverse("order-new", args=[centre.number]), {"order_number": ""}).content.decode()
    assert "Enter your order number" in page
    assert "Enter how many entries you want for at least one qualification" in page
    assert "(optional)" not in page


def test_order_number_taken_in_the_same_moment_is_an_error_on_the_form(shop, monkeypatch):
    client, centre, qualification = shop
    centres.order(centre, qualification, order_number="PO-77")
    monkeypatch.setattr("centres.models.EntryOrder.validate_constraints", lambda *args, **values: None)
    typed = {"order_number": "PO-77", f"quantity_{qualification.pk}": "15"}
    answer = client.post(reverse("order-new", args=[centre.number]), typed)
    page = answer.content.decode()
    assert "Your centre has already used this order number." in page and 'value="15"' in page
    assert EntryOrder.objects.count() == 1


def test_only_an_order_number_is_told_as_taken(shop):
    _, centre, _ = shop
    with pytest.raises(IntegrityError, match="created_by"), transaction.atomic():
        actions.save_order(EntryOrder(centre=centre, order_number="PO-8"), {}, by=None)


def test_number_of_a_refused_or_withdrawn_order_may_be_used_again(shop):
    _, centre, qualification = shop
    order = sent(centre, qualification, order_number="PO-1")
    with pytest.raises(actions.OrderNumberTaken), transaction.atomic():
        centres.order(centre, qualification, order_number="PO-1")
    actions.withdraw_order(order, by=order.created_by)
    again = sent(centre, qualification, order_number="PO-1")
    actions.refuse_order(again, by=accounts.staff(), why="Not legible")
    assert centres.order(centre, qualification, order_number="PO-1").state == "draft"


def test_submit_page_says_what_it_costs_and_submits_at_that_price_only(shop):
    client, centre, qualification = shop
    order = centres.order(centre, qualification, 5)
    url = page_of(client, "order-submit", order)
    page = client.get(url).content.decode()
    assert "£60.00" in page and "You cannot change it afterwards" in page
    qualification.fees.create(price="13.00", valid_from=timezone.localdate())
    page = client.post(url, {"total": "60.00"}, follow=True).content.decode()
    assert "A fee has changed: the total is now £65.00." in page
    client.post(url, {"total": "65.00"})
    order.refresh_from_db()
    assert (order.state, order.lines.get().unit_price) == ("submitted", Decimal("13.00"))


def test_order_of_what_closed_meanwhile_is_not_sent(shop):
    _, centre, qualification = shop
    order = centres.order(centre, qualification)
    qualification.last_entry_on = timezone.localdate() - timedelta(days=1)
    qualification.save()
    with pytest.raises(TransitionRefused, match="can no longer be ordered"):
        actions.submit_order(order, by=order.created_by)


def test_draft_is_deleted_after_a_question(shop):
    client, centre, qualification = shop
    order = centres.order(centre, qualification)
    url = page_of(client, "order-delete", order)
    assert "Delete this draft?" in client.get(url).content.decode()
    assert f"Draft {order} deleted" in client.post(url, follow=True).content.decode()
    assert EntryOrder.objects.count() == 0
    assert Event.objects.get(verb="delete order").subject_name == order.order_number


def test_order_that_was_sent_is_neither_deleted_nor_changed(shop):
    client, centre, qualification = shop
    order = sent(centre, qualification)
    client.post(page_of(client, "order-delete", order))
    changes = [lambda: order.lines.update(quantity=1), lambda: order.lines.all().delete(), order.delete]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert order.lines.get().quantity == 5


def test_sent_order_is_withdrawn_until_it_is_processed(shop):
    client, centre, qualification = shop
    order, processed = sent(centre, qualification), sent(centre, qualification)
    actions.process_order(processed, by=accounts.staff())
    url = page_of(client, "order-withdraw", order)
    assert "Withdraw this order?" in client.get(url).content.decode()
    client.post(url)
    page = client.post(page_of(client, "order-withdraw", processed), follow=True).content.decode()
    assert "it was not possible to withdraw it" in page
    assert sorted(EntryOrder.objects.values_list("state", flat=True)) == ["processed", "withdrawn"]


def test_earlier_order_is_copied_into_the_form(shop):
    client, centre, qualification = shop
    order = sent(centre, qualification)
    url = reverse("order-new", args=[centre.number])
    page = client.get(f"{url}?copy={order.pk}").content.decode()
    assert 'value="5"' in page and f"copied from order {order}" in page
    other = centres.order(centres.centre(), qualification, 8)
    assert 'value="8"' not in client.get(f"{url}?copy={other.pk}").content.decode()
    assert client.get(f"{url}?copy=nonsense").status_code == 200
    assert 'value="3"' in client.get(f"{url}?qualification={qualification.code}&number=3").content.decode()


def test_processing_issues_an_invoice_that_stays_as_it_was(shop, settings):
    _, centre, qualification = shop
    settings.INVOICE_DAYS = 14
    centre.address = "1 Quay Street\nHull"
    centre.save()
    order = sent(centre, qualification, order_number="PO-9")
    actions.process_order(order, by=accounts.staff())
    invoice = order.invoice
    assert (invoice.total, invoice.order_number, invoice.centre_address) == (
        Decimal("60.00"), "PO-9", "1 Quay Street\nHull",
    )  # fmt: skip
    assert invoice.due_on - invoice.issued_on == timedelta(days=14)
    assert invoice.lines == [
        {
            "code": qualification.code, "title": qualification.title, "level": 2, "product": "Unit entry",
            "quantity": 5, "unit_price": "12.00", "price": "60.00",
        }
    ]  # fmt: skip
    for change in (lambda: Invoice.objects.update(total=1), lambda: Invoice.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_invoices_are_numbered_without_gaps(shop):
    _, centre, qualification = shop
    for _ in range(3):
        actions.process_order(sent(centre, qualification), by=accounts.staff())
    year = f"{date.today():%y}"
    numbers = Invoice.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [f"INV-{year}-00000{place}" for place in (1, 2, 3)]


def test_both_papers_are_printed_and_downloaded(shop):
    client, centre, qualification = shop
    order = sent(centre, qualification)
    actions.process_order(order, by=accounts.staff())
    page = client.get(reverse("orders", args=[centre.number])).content.decode()
    assert "Statement is being printed" in page and "Invoice is being printed" in page
    outbox.work_all()
    for paper in ("statement", "invoice"):
        url = reverse(paper, args=[centre.number, getattr(order, paper).number])
        assert url in client.get(reverse("orders", args=[centre.number])).content.decode()
        assert url in client.get(order.get_absolute_url()).content.decode()
        assert client.get(url).getvalue()[:5] == b"%PDF-"


def test_orders_are_filtered_by_state(shop):
    client, centre, qualification = shop
    centres.order(centre, qualification, order_number="PO-DRAFT")
    sent(centre, qualification, order_number="PO-SENT")
    page = client.get(reverse("orders", args=[centre.number]) + "?state=draft").content.decode()
    assert "PO-DRAFT" in page and "PO-SENT" not in page


def test_order_saved_as_it_was_shown_is_no_change(shop):
    client, centre, qualification = shop
    order = centres.order(centre, qualification, 5)
    url = reverse("order-edit", args=[centre.number, order.pk])
    seen = client.get(url).context["form"]["seen"].value()
    sent = {"order_number": order.order_number, f"quantity_{qualification.pk}": "5", "seen": seen}
    assert client.post(url, sent).status_code == 302
    assert list(Event.objects.about(order).values_list("verb", flat=True)) == ["create order"]


def test_second_of_two_tabs_is_stopped_and_the_audit_says_what_changed(shop):
    client, centre, qualification = shop
    order = centres.order(centre, qualification, 5)
    url = reverse("order-edit", args=[centre.number, order.pk])
    name = f"quantity_{qualification.pk}"
    seen = client.get(url).context["form"]["seen"].value()
    sent = {"order_number": order.order_number, name: "5", "seen": seen}
    client.post(url, {**sent, name: "8"})
    answer = client.post(url, {**sent, name: "3"})
    assert answer.status_code == 200 and "It is now “8”" in answer.content.decode()
    assert order.lines.get().quantity == 8
    changed = Event.objects.filter(verb="change order").latest("pk").details["changed"]
    assert changed == {str(qualification): ["5", "8"]}
