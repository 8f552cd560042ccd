"""The statement of account: what changed the balances, on the page, as CSV and as PDF."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from centres import actions, ledger
from centres.ledger import Need
from centres.models import Adjustment, EntryAccount
from portal.accounts.models import EMail
from portal.accounts.roles import Role
from portal.kit import outbox
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from tests.factories import accounts, catalogue, centres
from tests.pdf import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    """An exams officer of a centre with ten entries: (client, centre, account)."""
    centre = centres.centre()
    centres.entries(centre, catalogue.qualification(), 10)
    client.force_login(centres.person(centre))
    return client, centre, EntryAccount.objects.get()


def claim(account, lines: int, number: str = "CL-1") -> list:
    needs = [Need(uuid4(), account.qualification) for _ in range(lines)]
    ledger.reserve(account.centre, needs, claim_number=number, by=None)
    return [need.held_for for need in needs]


def page_of(office, query: str = "") -> str:
    client, centre, _ = office
    return client.get(reverse("entries", args=[centre.number]) + query).content.decode()


def test_lines_of_one_claim_are_one_row_with_the_balances_behind_it(office):
    *_, account = office
    held = claim(account, 4)
    ledger.release(held[:1], by=None, why="Do not agree: return to the centre")
    page = page_of(office)
    for words in ("4 reserved", "For claim CL-1", "1 released", "Reason: Do not agree", "10 granted"):
        assert words in page
    assert page.count("<strong>4 reserved</strong>") == 1
    rows = office[0].get(reverse("entries", args=[office[1].number])).context["page"]
    assert [row.available_after for row in rows] == [7, 6, 10]


def test_correction_shows_its_reason(office):
    *_, account = office
    centres.adjusted(account, 2, reason="Two were lost in the move.")
    centres.adjusted(account, -3, "cancel", reason="Ordered in error.")
    page = page_of(office)
    for words in ("2 added", "Two were lost in the move.", "3 cancelled", "Ordered in error."):
        assert words in page


def test_filters_leave_what_fits(office):
    *_, account = office
    claim(account, 2)
    yesterday, today = timezone.localdate() - timedelta(days=1), timezone.localdate()
    assert "2 reserved" in page_of(office, "?kind=reserve")
    assert "10 granted" not in page_of(office, "?kind=reserve")
    assert "10 granted" in page_of(office, f"?from_day={today}&to_day={today}")
    assert "No changes match" in page_of(office, f"?to_day={yesterday}")
    assert "There is a problem with the filter" in page_of(office, "?from_day=yesterday")


def test_csv_has_every_line_that_the_filter_leaves(office):
    client, centre, account = office
    claim(account, 8)
    centres.adjusted(account, 1, reason="=1+1")
    url = reverse("entries-csv", args=[centre.number])
    rows = list(csv.DictReader(io.StringIO(client.get(url).getvalue().decode("utf-8-sig"))))
    assert [row["Kind"] for row in rows] == [
        "Order processed", *["Reserved for a claim"] * 8, "Adjusted",
    ]  # fmt: skip
    assert [row["Available after"] for row in rows] == ["10", *map(str, range(9, 1, -1)), "3"]
    assert (rows[1]["Available"], rows[-1]["Reason"]) == ("-1", "'=1+1")
    only = client.get(url + "?kind=adjust").getvalue().decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(only)))) == 1


def test_printed_statement_has_all_lines_the_centre_number_and_the_date(office):
    client, centre, account = office
    for number in range(40):
        held = claim(account, 1, f"CL-{number:04d}")
        ledger.release(held, by=None)
    answer = client.get(reverse("entries-pdf", args=[centre.number]))
    words = words_of(answer.content)
    assert answer["Content-Disposition"].startswith("attachment")
    assert centre.number in words and f"{timezone.localdate():%-d %B %Y}" in words
    assert [f"CL-{number:04d}" in words for number in range(40)] == [True] * 40


def test_low_balance_is_shown_and_counted(office, settings):
    *_, account = office
    assert "Running low" not in page_of(office)
    claim(account, 6)
    page = page_of(office)
    assert "Running low" in page and "4 available" in page
    assert list(EntryAccount.objects.low()) == [account]
    qualification = account.qualification
    qualification.last_entry_on = timezone.localdate() - timedelta(days=1)
    qualification.save()
    assert list(EntryAccount.objects.low()) == []


def test_those_who_order_are_told_once_when_a_balance_gets_low(office):
    _, centre, account = office
    officer = centre.memberships.filter(role=Role.EXAMS_OFFICER).latest("pk").user
    tutor = centres.person(centre, Role.TUTOR)
    for number, lines in enumerate((5, 1, 1)):
        claim(account, lines, f"CL-{number}")
        outbox.work_all()
    letters = [message for message in mail.outbox if message.subject.startswith("Few entries left")]
    addresses = [address for message in letters for address in message.to]
    assert addresses.count(officer.email) == 1 and tutor.email not in addresses
    assert "has 4 unnamed entries left" in letters[0].body and "CL-1" in letters[0].body


def test_balance_is_low_below_the_limit_and_not_at_it(office, settings):
    *_, account = office
    settings.LOW_BALANCE_ENTRIES = 5

    def lows() -> list:
        return list(Event.objects.filter(verb="low balance").values_list("before", "after"))

    claim(account, 5)  # leaves the limit itself
    assert lows() == []
    account.refresh_from_db()
    claim(account, 1)
    assert lows() == [("5", "4")]


def test_nobody_is_told_of_a_low_balance_that_is_at_the_limit_again(office, settings):
    _, centre, account = office
    settings.LOW_BALANCE_ENTRIES = 5
    claim(account, 6)
    centres.entries(centre, account.qualification, 1)
    outbox.work_all()
    states = EMail.objects.filter(kind="low_balance").values_list("state", flat=True)
    assert set(states) == {EMail.State.DROPPED}


def test_what_is_left_after_the_last_certification_date_expires_by_a_persons_word(office):
    *_, account = office
    assert actions.propose_expiries() == 0
    qualification = account.qualification
    qualification.last_entry_on = qualification.last_certification_on = timezone.localdate() - timedelta(
        days=1
    )
    qualification.save()
    assert [actions.propose_expiries(), actions.propose_expiries()] == [1, 0]
    expiry = Adjustment.objects.get()
    assert (expiry.quantity, expiry.proposed_by, expiry.state) == (-10, None, "proposed")
    account.refresh_from_db()
    assert account.available == 10
    actions.approve_adjustment(expiry, by=accounts.staff())
    account.refresh_from_db()
    assert account.available == 0
    assert "10 expired" in page_of(office)
    assert actions.propose_expiries() == 0


def test_only_an_open_expiry_is_passed_over(office):
    *_, account = office
    qualification = account.qualification
    qualification.last_entry_on = qualification.last_certification_on = timezone.localdate() - timedelta(
        days=1
    )
    qualification.save()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE centres_adjustment ADD CONSTRAINT no_expiries CHECK (kind <> 'expire')")
    with pytest.raises(IntegrityError, match="no_expiries"), transaction.atomic():
        actions.propose_expiries()


def test_approving_more_than_there_is_is_refused_with_words(office):
    *_, account = office
    taken = centres.adjustment(account, -4, "cancel")
    claim(account, 8)
    with pytest.raises(TransitionRefused, match="more than the account has available"):
        actions.approve_adjustment(taken, by=accounts.staff())
    taken.refresh_from_db()
    account.refresh_from_db()
    assert (taken.state, account.available) == ("proposed", 2)


@pytest.mark.parametrize("name", ["entries", "entries-csv"])
def test_statement_costs_the_same_for_1_row_and_for_3(office, queries_of, name):
    client, centre, account = office
    url = reverse(name, args=[centre.number])
    client.get(url).getvalue()
    one = queries_of(lambda: client.get(url).getvalue())
    ledger.release(claim(account, 1), by=None)
    assert queries_of(lambda: client.get(url).getvalue()) == one
