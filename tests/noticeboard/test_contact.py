"""Contact: a reference number, an answer, a reply; and what must be refused."""

import re

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.kit import outbox
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from portal.noticeboard import actions
from portal.noticeboard.models import Enquiry, EnquiryMessage, Interest, TrainingRequest
from portal.noticeboard.views.answers import A_MINUTE
from tests.factories import accounts, candidates, centres, noticeboard

pytestmark = pytest.mark.django_db

TYPED = {
    "topic": "claims", "name": "Siân Davies", "email": "sian@example.org", "centre_number": "68123",
    "message": "How do we claim?\nBy when, tŷ?",
}  # fmt: skip


def send(client, **typed):
    return client.post(reverse("contact"), {**TYPED, **typed}, follow=True)


def letters() -> list:
    outbox.work_all()
    found = list(mail.outbox)
    mail.outbox.clear()
    return found


def test_reference_is_shown_and_sent(client):
    page = send(client).content.decode()
    enquiry = Enquiry.objects.get()
    assert re.fullmatch(rf"Q-{timezone.localdate().year}-\d{{6}}", enquiry.reference)
    assert enquiry.reference in page
    (letter,) = letters()
    assert (letter.to, letter.subject) == (["sian@example.org"], f"Your enquiry {enquiry.reference}")
    assert f"http://testserver{enquiry.get_absolute_url()}" in letter.body
    assert enquiry.messages.get().text == "How do we claim?\r\nBy when, tŷ?".replace("\r", "")


def test_acknowledgement_repeats_nothing_that_was_typed(client):
    """Otherwise the form would send anybody's words to any address."""
    send(client, name="Buy pills", message="Visit https://spam.example")
    (letter,) = letters()
    assert not re.search("pills|spam", str(letter.message()))


def test_link_of_the_page_is_not_shown_to_whoever_sits_there(client):
    page = send(client).content.decode()
    assert Enquiry.objects.get().token not in page


def test_references_are_never_the_same():
    assert len({noticeboard.enquiry().reference for _ in range(5)}) == 5


def test_answer_is_sent_and_kept_and_the_person_writes_again(client):
    enquiry, staff = noticeboard.enquiry(), accounts.staff(name="Kwame Boateng")
    letters()
    actions.answer_enquiry(enquiry, "On the claims page.\n\nSee https://example.org/claims", by=staff)
    (letter,) = letters()
    assert "On the claims page." in letter.body and enquiry.reference in letter.subject
    page = client.get(enquiry.get_absolute_url(), follow=True).content.decode()
    assert "On the claims page." in page and 'href="https://example.org/claims"' in page
    assert "Kwame" not in page
    client.post(reverse("enquiry", args=[enquiry.reference, "opened"]), {"message": "Thank you. And then?"})
    enquiry.refresh_from_db()
    assert enquiry.state == "open"
    assert [(said.is_answer, said.by) for said in enquiry.messages.all()] == [
        (False, None), (True, staff), (False, None),
    ]  # fmt: skip
    assert list(Event.objects.about(enquiry).values_list("verb", flat=True)) == ["open", "answer", "reopen"]


def test_each_answer_goes_out_once():
    enquiry, staff = noticeboard.enquiry(), accounts.staff()
    letters()
    actions.answer_enquiry(enquiry, "First answer", by=staff)
    actions.answer_enquiry(enquiry, "Second answer", by=staff)
    bodies = [letter.body for letter in letters()]
    assert ["First answer" in body for body in bodies] == [True, False]
    assert ["Second answer" in body for body in bodies] == [False, True]


def test_closed_enquiry_is_not_answered_but_opens_again_when_written_to():
    enquiry, staff = noticeboard.enquiry(), accounts.staff()
    enquiry.move("close", by=staff)
    with pytest.raises(TransitionRefused):
        actions.answer_enquiry(enquiry, "Too late", by=staff)
    assert enquiry.messages.count() == 1
    actions.write_again(enquiry, "Still here", by=None)
    enquiry.refresh_from_db()
    assert enquiry.state == "open"


def test_what_was_said_stays():
    message = noticeboard.enquiry().messages.get()
    for change in (lambda: message.delete(), lambda: EnquiryMessage.objects.update(text="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_person_signed_in_finds_the_form_filled_and_their_own_enquiries(client):
    centre = centres.centre()
    person = centres.person(centre)
    client.force_login(person)
    page = client.get(reverse("contact"), {"topic": "entries"}).content.decode()
    assert all(f'value="{known}"' in page for known in (person.name, person.email, centre.number))
    assert '<option value="entries" selected>' in page
    mine = noticeboard.enquiry(by=person)
    theirs = noticeboard.enquiry(by=centres.person(centre))
    listed = client.get(reverse("enquiries")).content.decode()
    assert mine.get_absolute_url() in listed and theirs.reference not in listed
    assert mine.reference not in client.get(reverse("enquiries"), {"state": "closed"}).content.decode()


def test_candidate_without_an_address_can_write(client):
    candidate = candidates.candidate()
    client.force_login(candidate.user)
    page = client.get(reverse("contact")).content.decode()
    assert f'value="{candidate.centre.number}"' in page
    send(client)
    assert Enquiry.objects.get().user == candidate.user
    assert letters()[0].to == ["sian@example.org"]


def test_telephone_email_and_post_stand_on_contact_at_the_foot_and_in_mails(client, settings):
    known = {"telephone": "01632 960 460", "email": "help@example.org", "address": "1 Quay Street, Westport"}
    settings.BODY_CONTACT = known
    page = client.get(reverse("contact")).content.decode()
    foot = client.get(reverse("questions")).content.decode().partition("<footer")[2]
    noticeboard.enquiry()
    (letter,) = letters()
    for value in known.values():
        assert value in page.partition("<footer")[0] and value in foot
        assert value in letter.body and value in letter.alternatives[0].content


def test_what_is_not_known_of_the_body_leaves_no_gap(client, settings):
    settings.BODY_CONTACT = {"telephone": "", "email": "", "address": ""}
    page = client.get(reverse("contact")).content.decode()
    assert "Telephone" not in page and "foot__contact" not in page and "mailto:" not in page
    noticeboard.enquiry()
    (letter,) = letters()
    assert "Telephone" not in letter.body and "Post:" not in letter.body


def test_link_needs_its_token(client):
    enquiry, other = noticeboard.enquiry(), noticeboard.enquiry()
    for reference, token in (
        (enquiry.reference, "x"),
        (enquiry.reference, other.token),
        ("Q-1", enquiry.token),
    ):
        assert client.get(reverse("enquiry", args=[reference, token])).status_code == 404


def test_secret_of_the_link_leaves_the_address_and_the_page(client):
    enquiry = noticeboard.enquiry()
    opened = reverse("enquiry", args=[enquiry.reference, "opened"])
    assert client.get(opened).status_code == 410  # nothing was followed in this browser
    answer = client.get(enquiry.get_absolute_url())
    assert (answer.status_code, answer.url) == (302, opened)
    page = client.get(opened)
    assert (page.status_code, enquiry.token in page.content.decode()) == (200, False)
    answer = client.post(opened, {"message": "And one more thing."})
    assert (answer.status_code, answer.url) == (302, opened)
    assert enquiry.messages.count() == 2


def test_fault_keeps_what_was_typed(client):
    page = send(client, email="no address", centre_number="12").content.decode()
    assert all(typed in page for typed in ("Siân Davies", "no address", 'value="12"', "By when, tŷ?"))
    assert not Enquiry.objects.exists()


LINES = ["Siân\r\nBcc: all@example.org", "Siân\nSubject: x", "Siân\u2028x", "Siân\x0bx"]


@pytest.mark.parametrize("name", LINES)
def test_line_breaks_do_not_get_into_a_head(client, name):
    event = noticeboard.training_event()
    sent = {
        Enquiry: send(client, name=name),
        Interest: client.post(
            reverse("training-interest", args=[event.pk]), {"name": name, "email": "a@example.org"}
        ),
        TrainingRequest: client.post(
            reverse("training-day"),
            {
                "about": "x", "place": name, "when_about": name, "people": "2", "name": name,
                "email": "a@example.org", "centre_name": name,
            },
        ),
    }  # fmt: skip
    for model, answer in sent.items():
        assert "Write this on one line" in answer.content.decode()
        assert not model.objects.exists()


@pytest.mark.parametrize(
    "email", ["a@example.org\nBcc: b@example.org", "a@example.org\r\nX: y", "a@b\n@c.example"]
)
def test_address_with_a_line_break_is_refused(client, email):
    send(client, email=email)
    assert not Enquiry.objects.exists()
    assert letters() == []


def test_many_messages_from_one_address_are_held_back_and_kept_on_the_page(client):
    for number in range(A_MINUTE):
        send(client, message=f"Question {number}")
    answer = send(client, message="The one too many")
    page = answer.content.decode()
    assert "Wait a minute and send it again" in page and "The one too many" in page
    assert Enquiry.objects.count() == A_MINUTE


def test_list_costs_the_same_for_1_row_and_for_3(client, queries_of):
    person = accounts.adult()
    client.force_login(person)
    url = reverse("enquiries")
    noticeboard.enquiry(by=person)
    client.get(url)
    one = queries_of(lambda: client.get(url))
    for _ in range(2):
        noticeboard.enquiry(by=person)
    assert queries_of(lambda: client.get(url)) == one
