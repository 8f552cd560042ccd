"""Every move from every state, through the code and around it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.noticeboard.models import Enquiry, Interest, NewsItem, TrainingEvent, TrainingRequest
from tests.factories import accounts, noticeboard
from tests.states import bypassing_moves, moves_made

pytestmark = pytest.mark.django_db


def news() -> NewsItem:
    """With the stamps of having been published, because the database needs a reason and a person in some states."""
    return noticeboard.news_item(published=False)


def event() -> TrainingEvent:
    return noticeboard.training_event(published=False, reason="Too few people")


def interest() -> Interest:
    return noticeboard.interest()


def request() -> TrainingRequest:
    made = noticeboard.training_request()
    TrainingRequest.objects.filter(pk=made.pk).update(answer="We will see.")
    made.refresh_from_db()
    return made


def enquiry() -> Enquiry:
    return noticeboard.enquiry()


OPEN = ["requested", "listed", "confirmed"]
TABLES = {
    news: {
        ("draft", "publish", "published"),
        ("withdrawn", "publish", "published"),
        ("published", "withdraw", "withdrawn"),
    },
    event: {("draft", "publish", "published"), ("published", "cancel", "cancelled")},
    interest: {
        ("requested", "confirm", "confirmed"),
        ("listed", "confirm", "confirmed"),
        ("requested", "put_on_waiting_list", "listed"),
        *((state, "withdraw", "withdrawn") for state in OPEN),
        *((state, "call_off", "called_off") for state in OPEN),
    },
    request: {
        ("new", "reply", "answered"),
        *((state, "arrange", "arranged") for state in ("new", "answered")),
        *((state, "decline", "declined") for state in ("new", "answered")),
    },
    enquiry: {
        ("open", "answer", "answered"),
        ("answered", "answer", "answered"),
        ("answered", "reopen", "open"),
        ("closed", "reopen", "open"),
        *((state, "close", "closed") for state in ("open", "answered")),
    },
}


@pytest.mark.parametrize("make", TABLES)
def test_every_verb_from_every_state(make):
    assert moves_made(make, by=accounts.staff()) == TABLES[make]


@pytest.mark.parametrize("make", TABLES)
def test_database_lets_no_other_move_pass(make):
    changing = {(source, target) for source, _, target in TABLES[make] if source != target}
    assert bypassing_moves(make) == changing


def test_event_that_has_begun_is_not_cancelled():
    begun = noticeboard.training_event(starts_at=timezone.now() - timedelta(hours=1), reason="Snow")
    with pytest.raises(Exception, match="has already started"):
        begun.move("cancel", by=accounts.staff())
