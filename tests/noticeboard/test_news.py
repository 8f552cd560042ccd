"""News: when it is shown, and who gets it by e-mail, once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from portal.accounts import mailing
from portal.accounts.models import EMail, Timing, Topic
from portal.kit import outbox
from portal.kit.models import Event, OutboxEntry
from portal.noticeboard import actions, rules
from portal.noticeboard.models import Audience, NewsItem
from tests.factories import accounts, centres, noticeboard

pytestmark = pytest.mark.django_db


def visible() -> list[str]:
    return list(NewsItem.objects.visible_to(accounts.adult()).values_list("title", flat=True))


def test_shown_between_its_times_once_published():
    now = timezone.now()
    noticeboard.news_item(title="draft", published=False)
    noticeboard.news_item(title="shown")
    noticeboard.news_item(title="tomorrow", publish_at=now + timedelta(days=1))
    noticeboard.news_item(title="over", publish_at=now - timedelta(days=2), until=now - timedelta(days=1))
    withdrawn = noticeboard.news_item(title="withdrawn")
    withdrawn.move("withdraw", by=accounts.staff())
    assert visible() == ["shown"]


def test_newest_three_for_a_person():
    made = [noticeboard.news_item(publish_at=timezone.now() - timedelta(days=days)) for days in (4, 3, 2, 1)]
    assert rules.news_for(accounts.adult()) == made[:0:-1]


def test_text_is_never_markup(client):
    text = (
        "Read <script>alert(1)</script> at https://example.org/a?b=1&c=2.\n\nSecond paragraph, Łódź and tŷ."
    )
    item = noticeboard.news_item(text=text)
    page = client.get(item.get_absolute_url()).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    assert '<a href="https://example.org/a?b=1&amp;c=2" rel="nofollow">' in page
    assert "<p>Second paragraph, Łódź and tŷ.</p>" in page


def test_news_for_some_does_not_exist_for_others(client):
    item = noticeboard.news_item(audience=Audience.TUTORS)
    assert client.get(item.get_absolute_url()).status_code == 404
    client.force_login(accounts.staff())
    assert client.get(item.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("signed_in", [False, True])
def test_list_costs_the_same_for_1_row_and_for_3(client, queries_of, signed_in):
    if signed_in:
        client.force_login(centres.person(centres.centre()))
    url = reverse("news")
    noticeboard.news_item()
    client.get(url)
    one = queries_of(lambda: client.get(url))
    for _ in range(2):
        noticeboard.news_item()
    assert queries_of(lambda: client.get(url)) == one


def test_announced_by_a_worker_once_to_its_audience():
    centre = centres.centre()
    officer, second = centres.person(centre), centres.person(centre)
    mailing.set_timings(second, {Topic.NEWS: Timing.OFF})
    item = noticeboard.news_item(title="New form", audience=Audience.EXAMS_OFFICERS, by_email=True)
    assert not EMail.objects.exists()
    outbox.work_all()
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [([officer.email], "New form")]
    assert item.get_absolute_url() in mail.outbox[0].body
    actions.announce_news(item)  # a worker may run it twice
    item.refresh_from_db()
    actions.save_news(item, ["text"], by=accounts.staff())
    outbox.work_all()
    assert len(mail.outbox) == 1


def test_many_recipients_cost_as_few_queries_as_one(queries_of):
    def announce(people: int) -> int:
        centre = centres.centre()
        for _ in range(people):
            centres.person(centre)
        item = noticeboard.news_item(audience=Audience.EXAMS_OFFICERS, by_email=True)
        return queries_of(lambda: actions.announce_news(item))

    announce(1)
    assert announce(1) == announce(40)


def test_news_of_the_future_waits_for_its_time_and_for_a_new_one():
    later = timezone.now() + timedelta(days=2)
    item = noticeboard.news_item(by_email=True, publish_at=later)
    due = OutboxEntry.objects.get(kind="announce-news")
    assert due.not_before == later
    item.publish_at = later + timedelta(days=1)
    actions.save_news(item, ["publish_at"], by=accounts.staff())
    due.refresh_from_db()
    assert due.not_before == later + timedelta(days=1)
    assert outbox.work_all() == 0


def test_withdrawn_before_it_was_sent_is_not_sent():
    centres.person(centres.centre())
    item = noticeboard.news_item(audience=Audience.EXAMS_OFFICERS, by_email=True)
    actions.announce_news(item)
    item.move("withdraw", by=accounts.staff())
    outbox.work_all()
    assert mail.outbox == []


def test_adding_and_changing_are_in_the_audit_trail():
    by = accounts.staff()
    item = NewsItem(title="A", text="B")
    actions.save_news(item, ["title", "text"], by=by)
    item.title = "C"
    actions.save_news(item, ["title"], by=by)
    assert list(Event.objects.about(item).values_list("verb", "by", "details")) == [
        ("add", by.pk, {"changed": ["title", "text"]}),
        ("change", by.pk, {"changed": ["title"]}),
    ]
