"""Training: places while there are any, the waiting list, withdrawing, training days at a centre."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from portal.kit import outbox
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from portal.noticeboard import actions
from portal.noticeboard.models import Interest, TrainingEvent, TrainingRequest
from tests.factories import accounts, catalogue, centres, noticeboard
from tests.pages import html_of

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "Siân Davies",
    "email": "sian@example.org",
    "centre_name": "Ysgol Cwm Tawe",
    "note": "A loop",
}
DAY = {
    "about": "Marking", "place": "Online", "when_about": "March", "people": "4", "name": "Siân Davies",
    "email": "sian@example.org", "centre_name": "Ysgol Cwm Tawe",
}  # fmt: skip


def ask(client, event, **typed):
    return client.post(reverse("training-interest", args=[event.pk]), {**TYPED, **typed}, follow=True)


def sent() -> list[tuple[str, str]]:
    """(to, subject up to the title) of the e-mails since the last call."""
    outbox.work_all()
    letters = [(letter.to[0], letter.subject.split(":")[0]) for letter in mail.outbox]
    mail.outbox.clear()
    return letters


def states(event) -> list[str]:
    return list(event.interests.values_list("state", flat=True))


def test_stranger_asks_and_staff_confirm(client):
    event = noticeboard.training_event()
    page = html_of(ask(client, event))
    assert "sian@example.org" in page
    interest = Interest.objects.get()
    assert (interest.state, interest.user, interest.note) == ("requested", None, "A loop")
    assert sent() == [("sian@example.org", "Place requested")]
    actions.confirm_place(interest, by=accounts.staff())
    assert sent() == [("sian@example.org", "Your place")]


def test_person_signed_in_finds_the_form_filled_and_the_place_in_the_list(client):
    centre = centres.centre(name="Harbour College")
    person = centres.person(centre)
    client.force_login(person)
    event = noticeboard.training_event()
    page = html_of(client.get(reverse("training-interest", args=[event.pk])))
    assert all(f'value="{known}"' in page for known in (person.name, person.email, "Harbour College"))
    ask(client, event, email=person.email)
    interest = Interest.objects.get()
    assert interest.user == person
    assert interest.get_absolute_url() in html_of(client.get(reverse("training")))


def test_full_event_puts_on_the_waiting_list(client):
    event = noticeboard.training_event(capacity=1)
    noticeboard.place(event)
    assert "Join the waiting list" in html_of(client.get(event.get_absolute_url()))
    sent()
    ask(client, event)
    waiting = Interest.objects.get(email="sian@example.org")
    assert waiting.state == "listed"
    assert sent() == [("sian@example.org", "Waiting list")]
    with pytest.raises(TransitionRefused, match="All places are taken"):
        actions.confirm_place(waiting, by=accounts.staff())
    actions.withdraw_interest(event.interests.get(state="confirmed"), by=None)
    actions.confirm_place(waiting, by=accounts.staff())
    assert sorted(states(event)) == ["confirmed", "withdrawn"]


def test_same_address_asks_once_and_is_told_again(client):
    event = noticeboard.training_event()
    ask(client, event)
    sent()
    first = client.get(reverse("training-interest-sent", args=[event.pk])).content
    again = ask(client, event, email="SIAN@example.org")
    assert states(event) == ["requested"]
    assert sent() == [("sian@example.org", "Place requested")]
    assert len(again.content) == len(first)  # nobody learns who has asked before


def test_whoever_withdrew_can_ask_again(client):
    event = noticeboard.training_event()
    ask(client, event)
    actions.withdraw_interest(event.interests.get(), by=None)
    ask(client, event)
    assert states(event) == ["withdrawn", "requested"]


def test_withdrawing_by_the_link_asks_first(client):
    interest = noticeboard.place()
    page = html_of(client.get(interest.get_absolute_url(), follow=True))
    url = reverse("interest-withdraw", args=[interest.pk, "opened"])
    assert url in page
    assert "Do you want to give up your place?" in html_of(client.get(url))
    client.post(url)
    interest.refresh_from_db()
    assert interest.state == "withdrawn"
    assert "so it was not possible" in html_of(client.post(url, follow=True))


def test_secret_of_the_link_leaves_the_address_and_the_page(client):
    interest = noticeboard.place()
    for name in ("interest", "interest-withdraw"):
        answer = client.get(reverse(name, args=[interest.pk, interest.token]))
        assert (answer.status_code, answer.url) == (302, reverse("interest", args=[interest.pk, "opened"]))
        page = client.get(reverse(name, args=[interest.pk, "opened"]))
        assert (page.status_code, interest.token in html_of(page)) == (200, False)


def test_who_has_not_followed_the_link_is_told_to(client):
    interest = noticeboard.place()
    for name in ("interest", "interest-withdraw"):
        page = client.post(reverse(name, args=[interest.pk, "opened"]))
        assert (page.status_code, "Open the link again" in html_of(page)) == (410, True)
    interest.refresh_from_db()
    assert interest.state == "confirmed"


def test_link_needs_its_token(client):
    interest, other = noticeboard.interest(), noticeboard.interest()
    for name in ("interest", "interest-withdraw"):
        for token in ("x", other.token):
            assert client.post(reverse(name, args=[interest.pk, token])).status_code == 404
    interest.refresh_from_db()
    assert interest.state == "requested"


def test_how_to_join_is_for_those_with_a_place(client):
    event = noticeboard.training_event(joining="https://meet.example/secret")
    asking, confirmed = noticeboard.interest(event), noticeboard.place(event)
    assert "meet.example" not in html_of(client.get(event.get_absolute_url()))
    assert "meet.example" not in html_of(client.get(asking.get_absolute_url(), follow=True))
    assert "meet.example" in html_of(client.get(confirmed.get_absolute_url(), follow=True))


def test_cancelling_tells_everybody_who_asked_and_nobody_else(client):
    event = noticeboard.training_event(title="Marking day")
    noticeboard.interest(event, email="a@example.org")
    noticeboard.place(event, email="b@example.org")
    gone = noticeboard.interest(event, email="c@example.org")
    actions.withdraw_interest(gone, by=None)
    sent()
    actions.cancel_event(event, by=accounts.staff(), why="The trainer is ill.")
    assert sent() == [("a@example.org", "Cancelled"), ("b@example.org", "Cancelled")]
    assert sorted(states(event)) == ["called_off", "called_off", "withdrawn"]
    assert "The trainer is ill." in html_of(client.get(event.get_absolute_url()))


def test_event_is_cancelled_with_a_reason_alone():
    event = noticeboard.training_event()
    with pytest.raises(TransitionRefused, match="Enter the reason"):
        actions.cancel_event(event, by=accounts.staff(), why="")


@pytest.mark.parametrize("closed", ["draft", "begun", "cancelled"])
def test_no_place_at_an_event_that_is_not_open(client, closed):
    begins = timezone.now() + timedelta(days=-1 if closed == "begun" else 1)
    event = noticeboard.training_event(published=closed != "draft", starts_at=begins)
    if closed == "cancelled":
        actions.cancel_event(event, by=accounts.staff(), why="Snow")
    ask(client, event)
    with pytest.raises(TransitionRefused):
        noticeboard.interest(event)
    assert states(event) == []


def test_fewer_places_than_are_confirmed_are_refused():
    event = noticeboard.training_event(capacity=2)
    noticeboard.place(event)
    noticeboard.place(event)
    event.capacity = 1
    with pytest.raises(TransitionRefused, match="2 places are already confirmed"):
        actions.save_event(event, ["capacity"], by=accounts.staff())


def test_database_gives_no_place_too_many():
    event = noticeboard.training_event(capacity=1)
    noticeboard.place(event)
    interest = noticeboard.interest(event)  # on the waiting list
    with pytest.raises(DatabaseError, match="all 1 places"), transaction.atomic():
        Interest.objects.filter(pk=interest.pk).update(state="confirmed")


@pytest.mark.django_db(transaction=True)
def test_two_who_race_for_the_last_place():
    event = noticeboard.training_event(capacity=1)
    staff = accounts.staff()
    asking = [noticeboard.interest(event) for _ in range(4)]
    start, outcomes = Barrier(4), []

    def confirm(interest):
        start.wait()
        try:
            actions.confirm_place(interest, by=staff)
            outcomes.append("confirmed")
        except TransitionRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=confirm, args=[interest]) for interest in asking]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["confirmed", "refused", "refused", "refused"]
    assert sorted(states(event)) == ["confirmed", "requested", "requested", "requested"]


def test_list_shows_what_is_to_come_and_the_past_by_filter(client):
    two = catalogue.qualification()
    for title, days in (("later", 20), ("soon", 2), ("past", -2)):
        noticeboard.training_event(two, title=title, starts_at=timezone.now() + timedelta(days=days))
    noticeboard.training_event(title="draft", published=False)

    def titles(**query):
        page = html_of(client.get(reverse("training"), query))
        return re.findall(r'href="/training/\d+/"> ?([^<]+)', page)

    assert titles() == ["soon", "later"]
    assert titles(show="past") == ["past"]
    assert titles(qualification=catalogue.qualification().code) == []


@pytest.mark.parametrize("signed_in", [False, True])
def test_list_costs_the_same_for_1_row_and_for_3(client, queries_of, signed_in):
    person = accounts.adult()
    if signed_in:
        client.force_login(person)
    two = catalogue.qualification()

    def make():
        noticeboard.interest(noticeboard.training_event(two), by=person, email=person.email)

    url = reverse("training")
    make()
    client.get(url)
    one = queries_of(lambda: client.get(url))
    for _ in range(2):
        make()
    assert queries_of(lambda: client.get(url)) == one


def test_faults_keep_what_was_typed(client):
    event = noticeboard.training_event()
    page = html_of(ask(client, event, email="no address"))
    assert "Siân Davies" in page and "A loop" in page and "no address" in page
    page = html_of(client.post(reverse("training-day"), {**DAY, "people": "many"}))
    assert "Marking" in page and 'value="many"' in page
    assert not Interest.objects.exists() and not TrainingRequest.objects.exists()


def test_request_for_a_day_is_answered(client):
    two = catalogue.qualification()
    page = client.post(reverse("training-day"), {**DAY, "qualifications": [two.pk]}, follow=True)
    assert "sian@example.org" in html_of(page)
    request = TrainingRequest.objects.get()
    assert (request.state, list(request.qualifications.all()), request.people) == ("new", [two], 4)
    assert sent() == [("sian@example.org", "Your request for a training day")]
    actions.answer_request(request, "reply", answer="In May?", by=accounts.staff())
    actions.answer_request(request, "arrange", answer="On 5 May.", by=accounts.staff())
    outbox.work_all()
    assert [("In May?" in letter.body, "On 5 May." in letter.body) for letter in mail.outbox] == [
        (True, False),
        (False, True),
    ]
    assert list(Event.objects.about(request).values_list("verb", "why")) == [
        ("request", ""),
        ("reply", "In May?"),
        ("arrange", "On 5 May."),
    ]


def test_moves_are_in_the_audit_trail():
    interest = noticeboard.place()
    actions.withdraw_interest(interest, by=None)
    assert list(Event.objects.about(interest).values_list("verb", "after")) == [
        ("ask_for_place", "requested"),
        ("confirm", "confirmed"),
        ("withdraw", "withdrawn"),
    ]


def test_adding_an_event_is_in_the_audit_trail():
    begins = timezone.now() + timedelta(days=3)
    event = TrainingEvent(
        title="A", place="Online", capacity=5, starts_at=begins, ends_at=begins + timedelta(hours=2)
    )
    actions.save_event(event, ["title"], by=accounts.staff())
    assert Event.objects.about(event).get().verb == "add"
