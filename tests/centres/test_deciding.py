"""Deciding on applications in the admin, the letter of confirmation, and approvals that lapse."""

import io
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pgtrigger
import pypdf
import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from centres import actions, ledger, rules
from centres.ledger import Need
from centres.models import Application, Approval, ApprovalLetter, Centre, LedgerLine
from centres.tasks import look_after_approvals
from portal.accounts.roles import Role
from portal.kit import outbox
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from tests.factories import accounts, catalogue, centres
from tests.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(accounts.staff(name="Kwame"))
    return client


def words(answer) -> str:
    return html_of(answer)


def decide(client, application: Application, **typed):
    return client.post(reverse("admin:centres_application_decide", args=[application.pk]), typed, follow=True)


# --- The admin ----------------------------------------------------------------------------------


def test_everything_is_ticked_to_begin_with_and_the_record_shows_it_all(staff):
    application = centres.application(catalogue.qualification(), catalogue.qualification())
    page = words(staff.get(reverse("admin:centres_application_decide", args=[application.pk])))
    assert page.count('name="approved"') == page.count("checked") == 2
    assert f'value="{actions.free_centre_number()}"' in page
    page = words(staff.get(reverse("admin:centres_application_change", args=[application.pk])))
    assert "Thirty computers" in page and "Decide</a>" in page and "Ask for more information</a>" in page


def test_confirmation_says_what_will_happen_and_nothing_happens_before(staff):
    yes, no = catalogue.qualification(), catalogue.qualification()
    application = centres.application(yes, no, centre_name="Ysgol Newydd", contact_email="huw@newydd.example")
    typed = {"approved": [yes.pk], "number": "10077", "reason": "No tutor has taught it."}
    page = words(decide(staff, application, **typed))
    for said in (
        f"Approved: {yes}.",
        f"Refused, with your reason: {no}.",
        "Centre 10077 Ysgol Newydd is created.",
        "Huw Jones is invited at huw@newydd.example as its exams officer.",
        "No tutor has taught it.",
    ):
        assert said in page
    assert not Centre.objects.exists()
    assert "The application has been decided." in words(decide(staff, application, **typed, confirmed="yes"))
    centre = Centre.objects.get()
    assert (centre.number, [approval.qualification for approval in centre.approvals.all()]) == (
        "10077",
        [yes],
    )
    outcomes = dict(application.lines.values_list("qualification", "outcome"))
    assert outcomes == {yes.pk: "approved", no.pk: "refused"}
    assert centre.role_offers.get().roles == [Role.EXAMS_OFFICER]
    outbox.work_all()
    decision = next(message for message in mail.outbox if "approved in part" in message.subject)
    assert f"could not approve Ysgol Newydd for:\n\n- {no}" in decision.body


def test_nothing_ticked_is_a_refusal_that_needs_a_reason(staff):
    application = centres.application()
    page = words(decide(staff, application, number="10077", confirmed="yes"))
    assert "Enter the reason for the refusal." in page
    decide(staff, application, number="10077", reason="No tutor", confirmed="yes")
    application.refresh_from_db()
    assert (application.state, application.reason) == ("refused", "No tutor")
    assert not (Centre.objects.exists() or ApprovalLetter.objects.exists())


def test_taken_or_odd_number_is_refused_with_words(staff):
    centres.centre(number="54321")
    application = centres.application()
    asked = [line.qualification_id for line in application.lines.all()]
    for number, said in (("54321", "belongs to another centre"), ("12a", "has five digits")):
        assert said in words(decide(staff, application, approved=asked, number=number, confirmed="yes"))
    application.refresh_from_db()
    assert application.state == "submitted"


def test_decided_application_cannot_be_decided_or_asked_about(staff):
    application = centres.application()
    actions.refuse_application(application, by=accounts.staff(), why="No")
    for page in ("decide", "ask"):
        answer = staff.get(reverse(f"admin:centres_application_{page}", args=[application.pk]))
        assert "This application is “Refused”" in words(answer)
    with pytest.raises(TransitionRefused, match="is now “Refused”, so it cannot be decided"):
        actions.approve_application(application, by=accounts.staff())


def test_staff_ask_and_both_sides_see_the_thread(staff):
    application = centres.application()
    url = reverse("admin:centres_application_ask", args=[application.pk])
    assert "Question sent" in words(staff.post(url, {"question": "Who will mark?"}, follow=True))
    application.refresh_from_db()
    assert application.state == "more_information"
    actions.answer_question(application, "Ann will.", [], by=None)
    page = words(staff.get(reverse("admin:centres_application_change", args=[application.pk])))
    assert "Who will mark?" in page and "Ann will." in page and "The awarding body" in page


def test_only_who_may_change_applications_decides(client):
    application = centres.application()
    client.force_login(accounts.adult(is_staff=True))
    for page in ("decide", "ask"):
        url = reverse(f"admin:centres_application_{page}", args=[application.pk])
        assert client.get(url).status_code == 403
    client.force_login(centres.person(centres.centre()))
    assert client.get(url).status_code == 302


def test_database_keeps_approved_applications_with_their_centre():
    application = centres.application()
    with pytest.raises(IntegrityError, match="application_approved_for_centre"), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(
            state="approved", approved_at=timezone.now(), approved_by=accounts.staff()
        )


# --- The letter ---------------------------------------------------------------------------------


def test_letter_is_printed_by_a_worker_and_downloaded_by_the_centre(client):
    first, second = catalogue.qualification(title="Level 2 iMedia"), catalogue.qualification(level=3)
    application = centres.application(
        first,
        second,
        centre_name="Ysgol Gyfun Gymraeg Llanŵnnen a Chwmtŷ Uchaf, Łódź Campus XY",
        address="Heol Fawr",
    )
    centre = actions.decide_application(
        application, approved=[first], by=accounts.staff(name="Kwame"), why="Later"
    )
    letter = ApprovalLetter.objects.get()
    client.force_login(centres.person(centre, Role.TUTOR))
    url = reverse("approval-letter", args=[centre.number, letter.number])
    assert "The letter is being printed" in words(client.get(url, follow=True))
    outbox.work_all()
    pdf = client.get(url).getvalue()
    text = " ".join(" ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())
    for said in (
        "Confirmation of approval", letter.number, centre.number, "Heol Fawr",
        "Llanŵnnen a Chwmtŷ Uchaf, Łódź Campus XY", "Level 2 iMedia",
        "Approval lapses after 3 years", "Centre Approvals", f"{timezone.localdate():%-d %B %Y}",
    ):  # fmt: skip
        assert said in text
    assert second.title not in text and "Kwame" not in text and "Huw" not in text
    client.force_login(centres.person(centres.centre()))
    assert client.get(url).status_code == 404


def test_letter_stays_as_it_was_printed_when_the_centre_changes():
    centre = actions.approve_application(centres.application(centre_name="Old name"), by=accounts.staff())
    Centre.objects.update(name="New name")
    assert centre.approval_letters.get().centre_name == "Old name"


# --- Lapse --------------------------------------------------------------------------------------


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def night(day: date) -> None:
    """What beat does on the night of `day`."""
    with patch("django.utils.timezone.now", lambda: at(day)):
        look_after_approvals()
        outbox.work_all()


@pytest.fixture
def approval():
    """Approved on 3 March 2024, so lapsing on 3 March 2027; the centre has an exams officer and a tutor."""
    made = centres.approval(centres.centre(name="Cwm Tawe"))
    centres.person(made.centre, email="officer@example.org")
    centres.person(made.centre, Role.TUTOR)
    Approval.objects.update(approved_at=at(date(2024, 3, 3)))
    return made


def test_centre_is_warned_once_and_the_approval_lapses_on_the_day(approval, client):
    night(date(2027, 1, 1))
    assert mail.outbox == []
    night(date(2027, 1, 2))  # sixty days before
    night(date(2027, 1, 3))
    (warning,) = mail.outbox
    assert (warning.to, warning.subject) == (
        ["officer@example.org"], f"Approval for {approval.qualification} lapses on 3 March 2027",
    )  # fmt: skip
    client.force_login(approval.centre.memberships.first().user)
    assert "On 3 March 2027" in words(client.get(approval.centre.get_absolute_url()))
    night(date(2027, 3, 2))
    approval.refresh_from_db()
    assert approval.state == "approved"
    for _ in range(2):  # safe to run twice
        night(date(2027, 3, 3))
    approval.refresh_from_db()
    assert (approval.state, len(mail.outbox)) == ("lapsed", 2)
    assert mail.outbox[1].subject == f"Approval for {approval.qualification} has lapsed"
    assert list(Event.objects.about(approval).values_list("verb", "by")) == [
        ("warn of lapse", None), ("lapse", None),
    ]  # fmt: skip
    assert "Apply again" in words(client.get(approval.centre.get_absolute_url()))


def test_nobody_is_lapsed_without_the_full_warning(approval):
    night(date(2028, 6, 1))  # nobody checked for a year
    approval.refresh_from_db()
    assert (approval.state, approval.warned_of) == ("approved", date(2028, 7, 31))
    night(date(2028, 7, 30))
    approval.refresh_from_db()
    assert approval.state == "approved"
    night(date(2028, 7, 31))
    approval.refresh_from_db()
    assert approval.state == "lapsed"


def move_ledger(day: date, **which) -> None:
    """Pretend that these lines were written on `day`."""
    with pgtrigger.ignore("centres.LedgerLine:append_only"):
        LedgerLine.objects.filter(**which).update(at=at(day))


def an_order(approval):
    order = centres.order(approval.centre, approval.qualification)
    actions.submit_order(order, by=order.created_by)


def a_draft_order(approval):
    centres.order(approval.centre, approval.qualification)


def a_claim(approval):
    move_ledger(date(2024, 4, 4))
    ledger.reserve(
        approval.centre,
        [Need("6f0b7b5e-0f0e-4a43-9a52-111111111111", approval.qualification)],
        claim_number="C1",
        by=accounts.adult(),
    )
    move_ledger(date(2026, 5, 5), kind="reserve")


def an_order_of_another(approval):
    other = centres.approval(approval.centre)
    an_order(other)


@pytest.mark.parametrize(
    ("what", "puts_off"),
    [(an_order, True), (a_claim, True), (a_draft_order, False), (an_order_of_another, False)],
)
def test_activity_under_the_approval_puts_the_lapse_off(approval, what, puts_off):
    if what is a_claim:
        with patch("django.utils.timezone.now", lambda: at(date(2024, 4, 4))):
            centres.entries(approval.centre, approval.qualification, 3)
    with patch("django.utils.timezone.now", lambda: at(date(2026, 5, 5))):
        what(approval)
    found = Approval.objects.with_activity().get(pk=approval.pk)
    assert found.lapses_on == (date(2029, 5, 5) if puts_off else date(2027, 3, 3))


def test_activity_after_the_warning_puts_it_off_and_the_next_lapse_is_warned_of_again(approval):
    night(date(2027, 1, 2))
    with patch("django.utils.timezone.now", lambda: at(date(2027, 2, 1))):
        an_order(approval)
    mail.outbox.clear()
    night(date(2027, 3, 3))
    approval.refresh_from_db()
    assert (approval.state, mail.outbox) == ("approved", [])
    night(date(2029, 12, 3))
    assert {message.subject for message in mail.outbox} == {
        f"Approval for {approval.qualification} lapses on 1 February 2030"
    }


def test_years_and_warning_are_settings(approval, settings):
    settings.APPROVAL_YEARS, settings.APPROVAL_WARNING_DAYS = 2, 10
    found = Approval.objects.with_activity().get()
    assert found.lapses_on == date(2026, 3, 3)
    night(date(2026, 2, 20))
    assert mail.outbox == []
    night(date(2026, 2, 21))
    assert len(mail.outbox) == 1


def test_leap_day_lapses_on_the_first_of_march(approval):
    Approval.objects.update(approved_at=at(date(2024, 2, 29)))
    assert Approval.objects.with_activity().get().lapses_on == date(2027, 3, 1)


@pytest.mark.parametrize("verb", ["withdraw", "lapse"])
def test_only_a_current_approval_orders(verb):
    approval = centres.approval(centres.centre())
    qualification = approval.qualification
    order = centres.order(approval.centre, qualification)
    assert list(Approval.objects.current()) == [approval]
    assert [found for found, _ in rules.may_order(approval.centre, timezone.localdate())] == [qualification]
    approval.move(verb, by=accounts.staff())
    assert list(Approval.objects.current()) == []
    assert rules.may_order(approval.centre, timezone.localdate()) == []
    with pytest.raises(TransitionRefused, match="is not approved for"):
        actions.submit_order(order, by=order.created_by)


def test_staff_restore_what_lapsed_and_the_years_count_from_then(approval, staff):
    night(date(2027, 1, 2))
    night(date(2027, 3, 3))
    url = reverse("admin:centres_approval_changelist")
    staff.post(url, {"action": "restore", "_selected_action": [approval.pk], "confirmed": "yes"})
    found = Approval.objects.current().with_activity().get()
    assert found.lapses_on > timezone.localdate() + timedelta(days=3 * 365 - 1)
    assert not found.is_warned


def test_lapsed_centre_applies_again(approval):
    approval.move("lapse", by=None)
    again = centres.application(approval.qualification, centre=approval.centre, by=accounts.adult())
    actions.approve_application(again, by=accounts.staff())
    approval.refresh_from_db()
    assert approval.state == "approved"
    assert approval.centre.approval_letters.count() == 1
