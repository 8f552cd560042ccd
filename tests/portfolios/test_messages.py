"""Messages about a unit: kept as written, unread until seen, announced by e-mail to people with an address."""

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centres.models import Membership
from portal.accounts import mailing
from portal.accounts.models import EMail, User
from portal.accounts.roles import Role
from portal.kit import outbox
from portfolios import actions
from portfolios.models import Message
from tests.factories import candidates, centres, moderation
from tests.factories import portfolios as make

pytestmark = pytest.mark.django_db


def unread(user) -> int:
    return Message.objects.unread_by(user).count()


def test_candidate_and_tutor_write_and_each_has_read_what_they_saw(world, sign_in):
    url = reverse("work-messages", args=[world.work.pk])
    sign_in(world.candidate).post(url, {"text": "Which <i>size</i>?\r\nA4?"})
    message = Message.objects.get()
    assert (message.side, message.text, message.by) == (
        "candidate",
        "Which <i>size</i>?\nA4?",
        world.candidate,
    )
    assert (unread(world.tutor), unread(world.candidate)) == (1, 0)
    page = sign_in(world.tutor).get(url).content.decode()
    assert "Which &lt;i&gt;size&lt;/i&gt;?<br>A4?" in page
    assert unread(world.tutor) == 0
    sign_in(world.tutor).post(url, {"text": "A3"})
    assert unread(world.candidate) == 1
    home = sign_in(world.candidate).get(reverse("my-work"))
    assert {tile["label"]: tile["count"] for tile in home.context["tiles"]}["Units with unread messages"] == 1
    listed = sign_in(world.candidate).get(reverse("my-messages"), {"show": "unread"}).context["page"]
    assert [work.pk for work in listed] == [world.work.pk]
    sign_in(world.candidate).get(url)
    assert unread(world.candidate) == 0


def test_read_mark_is_a_persons_own_and_never_goes_back(world):
    second = centres.person(world.centre, Role.TUTOR)
    first_message = actions.write_message(world.work, "One", by=world.candidate)
    newest = actions.write_message(world.work, "Two", by=world.candidate)
    actions.mark_as_read(world.work, newest, by=world.tutor)
    actions.mark_as_read(world.work, first_message, by=world.tutor)
    assert (unread(world.tutor), unread(second)) == (0, 2)


def handed_in(work, by):
    """E-mails about it, as (address, subject), including those of the next morning."""
    make.evidence(work, by=by)
    actions.hand_in(work, by=by)
    outbox.work_all()
    assert mail.outbox == []
    mailing.collect_digests(timezone.localdate())
    outbox.work_all()
    return [(message.to, message.body) for message in mail.outbox]


def test_tutor_reads_in_the_digest_that_work_was_handed_in(world):
    ((to, text),) = handed_in(world.work, world.candidate)
    assert to == [world.work.assigned_by.email]
    number = world.work.candidate.number
    assert f"Candidate {number} of {world.centre.name} handed in {world.work.unit}" in text


def test_who_hands_in_for_a_candidate_is_not_told(world):
    assert handed_in(world.work, world.work.assigned_by) == []


def test_another_tutor_hands_in_and_the_one_near_the_work_reads_who(world):
    other = centres.person(world.centre, Role.TUTOR, name="Olwen")
    ((to, text),) = handed_in(world.work, other)
    assert to == [world.work.assigned_by.email]
    assert f"Olwen handed in {world.work.unit}" in text


def test_work_marked_meanwhile_is_in_no_digest(world):
    make.evidence(world.work, by=world.candidate)
    actions.hand_in(world.work, by=world.candidate)
    actions.return_for_further_work(world.work, why="More, please.", by=world.tutor)
    mailing.collect_digests(timezone.localdate())
    outbox.work_all()
    assert mail.outbox == []


def test_tutor_near_the_work_is_told_once_and_without_the_words(world, mailoutbox):
    centres.person(world.centre, Role.TUTOR)  # neither assigned it nor wrote
    actions.write_message(world.work, "It is about my little brother", by=world.candidate)
    outbox.work_all()
    (mail,) = mailoutbox
    assert mail.to == [world.work.assigned_by.email]
    assert "little brother" not in mail.body and reverse("work-messages", args=[world.work.pk]) in mail.body
    actions.write_message(world.work, "I see", by=world.tutor)  # candidates have no address
    assert EMail.objects.count() == 1


def test_once_the_tutor_near_the_work_has_left_all_tutors_are_told(world):
    others = [centres.person(world.centre, Role.TUTOR) for _ in range(2)]
    near = world.work.assigned_by
    Membership.objects.filter(user=near).update(ended_at=timezone.now())
    actions.write_message(world.work, "Is anybody there?", by=world.candidate)
    told = EMail.objects.filter(kind="work_message").values_list("user", flat=True)
    expected = {person.pk for person in [world.tutor, *others] if person != near}
    assert (len(told), set(told)) == (len(expected), expected)


def test_without_a_tutor_whoever_can_make_one_is_told(world, mailoutbox):
    head = centres.person(world.centre, Role.HEAD_OF_CENTRE)
    officers = world.centre.memberships.filter(role=Role.EXAMS_OFFICER).values_list("user__email", flat=True)
    world.centre.memberships.filter(role=Role.TUTOR).update(ended_at=timezone.now())
    User.objects.filter(pk=centres.person(world.centre, Role.TUTOR).pk).update(is_active=False)
    actions.write_message(world.work, "Is anybody there?", by=world.candidate)
    make.evidence(world.work)
    actions.hand_in(world.work, by=world.candidate)
    outbox.work_all()
    mailing.collect_digests(timezone.localdate())
    outbox.work_all()
    told = {head.email, *officers}
    assert sorted(letter.to[0] for letter in mailoutbox) == sorted([*told, *told])
    people = reverse("people", args=[world.centre.number])
    for letter in mailoutbox:
        assert "Your centre has no tutor to mark work or answer messages." in letter.body
        assert people in letter.body and people in letter.alternatives[0].content
        assert "/mark/" not in letter.body  # which they may not open


def test_messages_are_never_altered(world):
    actions.write_message(world.work, "As it was", by=world.candidate)
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.update(text="Other words")
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.all().delete()


def test_who_reads_and_who_writes(world, sign_in):
    actions.write_message(world.work, "Private words", by=world.candidate)
    url = reverse("work-messages", args=[world.work.pk])
    head = sign_in(centres.person(world.centre, Role.HEAD_OF_CENTRE))
    page = head.get(url)
    assert (page.status_code, page.context["form"]) == (200, None)
    assert head.post(url, {"text": "Hello"}).status_code == 403
    neighbour = sign_in(candidates.candidate(world.centre).user)
    assert (neighbour.get(url).status_code, neighbour.post(url, {"text": "Hi"}).status_code) == (404, 404)
    assert Message.objects.count() == 1


def test_moderator_does_not_see_them(sign_in):
    claim = moderation.claim_in_moderation(1)
    line = claim.lines.get()
    actions.write_message(line.assignment, "Private words", by=line.assignment.candidate.user)
    client = sign_in(claim.in_moderation_by or claim.moderator.user)
    page = client.get(reverse("moderated-line", args=[line.pk]))
    assert page.status_code == 200 and "Private words" not in page.content.decode()
    assert client.get(reverse("work-messages", args=[line.assignment.pk])).status_code == 404


def test_message_typed_before_the_session_ended_is_kept(world, sign_in):
    client: Client = sign_in(world.candidate)
    url = reverse("work-messages", args=[world.work.pk])
    client.get(url)
    del client.cookies["sessionid"]
    client.post(url, {"text": "A long question"})
    client.force_login(world.candidate, backend="portal.accounts.backends.ByName")
    assert "A long question" in client.get(reverse("kept-post")).content.decode()


@pytest.mark.parametrize("page", ["my-messages", "work-messages", "centre-messages"])
def test_lists_make_the_same_number_of_queries_for_1_and_many(world, sign_in, count_queries, page):
    def more():
        work = make.assignment(world.work.candidate)
        for about in (work, world.work):
            actions.write_message(about, "Hello", by=world.candidate)
            actions.write_message(about, "Hello to you", by=world.tutor)

    client = sign_in(world.candidate if page != "centre-messages" else world.tutor)
    arguments = {"work-messages": [world.work.pk], "centre-messages": [world.centre.number]}.get(page, [])
    more()
    one = count_queries(client, reverse(page, args=arguments))
    for _ in range(5):
        more()
    assert count_queries(client, reverse(page, args=arguments)) == one


def test_tutors_list_and_home_count_units_with_unread_messages(world, sign_in):
    other = make.assignment(world.work.candidate)
    actions.write_message(other, "Anyone?", by=world.candidate)
    client = sign_in(world.tutor)
    tiles = [tile for panel in client.get(reverse("home")).context["panels"] for tile in panel.tiles]
    (tile,) = [tile for tile in tiles if tile["label"] == "Units with unread messages"]
    assert tile["count"] == 1
    assert [work.pk for work in client.get(tile["url"]).context["page"]] == [other.pk]
    rows = client.get(reverse("to-mark", args=[world.centre.number]), {"show": "working"}).context["page"]
    assert {work.pk: work.unread for work in rows} == {other.pk: 1, world.work.pk: 0}


def test_list_begins_with_unread_and_says_who_wrote_last_and_what(world, sign_in):
    read, other, third = (
        world.work,
        make.assignment(world.work.candidate),
        make.assignment(world.work.candidate),
    )
    for work, words in ((other, "Anyone?"), (third, "Hello?"), (read, "Look")):
        message = actions.write_message(work, words, by=world.candidate)
    actions.mark_as_read(read, message, by=world.tutor)
    page = sign_in(world.tutor).get(reverse("centre-messages", args=[world.centre.number]))
    assert [work.pk for work in page.context["page"]] == [third.pk, other.pk, read.pk]
    assert f"{world.candidate.name}: Anyone?" in page.content.decode()
