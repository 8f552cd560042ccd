"""What staff do in the admin: enter notices and answer questions."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from portal.accounts.staff_group import load_staff_group
from portal.kit import outbox
from portal.kit.models import Event
from portal.noticeboard.models import KeyDate, NewsItem, TrainingEvent
from tests.factories import accounts, catalogue, noticeboard

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    """Ordinary staff."""
    person = accounts.adult(is_staff=True)
    person.groups.add(load_staff_group())
    client.force_login(person)
    return client


def page_of(row, verb: str = "change") -> str:
    return reverse(f"admin:noticeboard_{row._meta.model_name}_{verb}", args=[row.pk])


def act(client, row, action: str, **typed) -> str:
    url = reverse(f"admin:noticeboard_{row._meta.model_name}_changelist")
    answer = client.post(url, {"action": action, "_selected_action": [row.pk], **typed}, follow=True)
    row.refresh_from_db()
    return answer.content.decode()


def moment(value) -> dict[str, str]:
    local = timezone.localtime(value)
    return {"_0": f"{local:%d/%m/%Y}", "_1": f"{local:%H:%M}"}


def split(name: str, value) -> dict[str, str]:
    return {f"{name}{end}": part for end, part in moment(value).items()}


def test_news_is_typed_published_and_withdrawn(staff):
    typed = {"title": "New", "text": "Text", "audience": "tutors", **split("publish_at", timezone.now())}
    staff.post(
        reverse("admin:noticeboard_newsitem_add"), {**typed, "qualifications": [catalogue.qualification().pk]}
    )
    item = NewsItem.objects.get()
    shown = {**typed, **split("initial-publish_at", item.publish_at)}
    staff.post(page_of(item), {**shown, "qualifications": [item.qualifications.get().pk]})  # no change
    assert (item.state, item.qualifications.count(), item.by_email) == ("draft", 1, False)
    assert "1 published." in act(staff, item, "publish")
    assert "1 withdrawn." in act(staff, item, "withdraw")
    assert list(Event.objects.about(item).values_list("verb", flat=True)) == ["add", "publish", "withdraw"]


def test_date_is_typed_and_changed(staff):
    typed = {"title": "Claims", "starts_on": "30/06/2027", "audience": "everybody"}
    staff.post(reverse("admin:noticeboard_keydate_add"), typed)
    made = KeyDate.objects.get()
    for _ in range(2):  # the second changes nothing
        staff.post(page_of(made), {**typed, "is_cancelled": "on"})
    assert list(Event.objects.about(made).values_list("verb", flat=True)) == ["add", "change"]
    made.refresh_from_db()
    assert (made.is_cancelled, made.sequence) == (True, 1)
    assert staff.post(page_of(made, "delete"), {"post": "yes"}).status_code == 403


def test_event_is_typed_published_changed_and_cancelled(staff):
    begins = timezone.now().replace(second=0, microsecond=0) + timedelta(days=9)
    typed = {
        "title": "Marking day", "place": "Online", "capacity": "2", **split("starts_at", begins),
        **split("ends_at", begins + timedelta(hours=3)), "interests-TOTAL_FORMS": 0, "interests-INITIAL_FORMS": 0,
    }  # fmt: skip
    staff.post(reverse("admin:noticeboard_trainingevent_add"), typed)
    event = TrainingEvent.objects.get()
    assert event.starts_at == begins
    act(staff, event, "publish")
    noticeboard.place(event)
    noticeboard.place(event)
    refused = staff.post(page_of(event), {**typed, "capacity": "1"})
    assert "2 places are already confirmed." in refused.content.decode()
    for _ in range(2):  # the second changes nothing
        staff.post(page_of(event), {**typed, "place": "Cardiff"})
    assert list(Event.objects.about(event).values_list("verb", flat=True)) == ["add", "publish", "change"]
    event.refresh_from_db()
    assert (event.place, event.sequence) == ("Cardiff", 1)
    assert "sent to everybody who asked for a place" in act(staff, event, "cancel")
    assert "1 cancelled." in act(staff, event, "cancel", reason="Snow")
    assert (event.state, event.reason) == ("cancelled", "Snow")


def test_places_are_confirmed_while_there_are_some(staff):
    event = noticeboard.training_event(capacity=1)
    first, second = noticeboard.interest(event), noticeboard.interest(event)
    url = reverse("admin:noticeboard_interest_changelist")
    page = staff.post(
        url, {"action": "confirm", "_selected_action": [first.pk, second.pk]}, follow=True
    ).content.decode()
    assert "1 confirmed." in page and "All places are taken" in page
    assert "put on the waiting list" in act(staff, second, "put_on_waiting_list")
    assert second.state == "listed"
    act(staff, first, "withdraw")
    act(staff, second, "confirm")
    assert (first.state, second.state) == ("withdrawn", "confirmed")


@pytest.mark.parametrize(
    ("verb", "state"), [("reply", "answered"), ("arrange", "arranged"), ("decline", "declined")]
)
def test_request_for_a_day_is_answered(staff, verb, state):
    request = noticeboard.training_request()
    asked = act(staff, request, verb)
    assert "Answer" in asked and request.state == "new"
    act(staff, request, verb, reason="We write in May.")
    assert (request.state, request.answer) == (state, "We write in May.")
    outbox.work_all()
    assert "We write in May." in mail.outbox[-1].body


def test_enquiry_is_read_answered_and_closed(staff):
    enquiry = noticeboard.enquiry("How do we claim?")
    page = staff.get(page_of(enquiry)).content.decode()
    assert "How do we claim?" in page and enquiry.nonce not in page
    nothing = {"messages-TOTAL_FORMS": 0, "messages-INITIAL_FORMS": 0}
    staff.post(page_of(enquiry), {**nothing, "answer": "On the claims page."})
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.messages.last().text) == ("answered", "On the claims page.")
    staff.post(page_of(enquiry), {**nothing, "answer": ""})
    assert enquiry.messages.count() == 2
    act(staff, enquiry, "close")
    assert enquiry.state == "closed"
    assert 'name="answer"' not in staff.get(page_of(enquiry)).content.decode()


def test_links_secret_is_shown_to_nobody(staff):
    for row in (noticeboard.interest(), noticeboard.training_request(), noticeboard.enquiry()):
        page = staff.get(page_of(row)).content.decode()
        assert row.nonce not in page and row.token not in page


LISTS = {
    "newsitem": noticeboard.news_item,
    "keydate": noticeboard.key_date,
    "trainingevent": lambda: noticeboard.interest(noticeboard.training_event()),
    "interest": noticeboard.interest,
    "trainingrequest": noticeboard.training_request,
    "enquiry": noticeboard.enquiry,
    "service": noticeboard.service_fee,
    "servicefee": noticeboard.service_fee,
}


@pytest.mark.parametrize("name", LISTS)
def test_list_costs_the_same_for_1_row_and_for_3_and_can_be_searched(staff, name, queries_of):
    url = reverse(f"admin:noticeboard_{name}_changelist")
    LISTS[name]()
    staff.get(url)
    one = queries_of(lambda: staff.get(url))
    for _ in range(2):
        LISTS[name]()
    assert queries_of(lambda: staff.get(url)) == one
    assert "0 results" in staff.get(url, {"q": "nothing is called this"}).content.decode()
