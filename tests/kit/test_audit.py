"""The audit trail can only be added to."""

import pytest
from django.db import DatabaseError, transaction

from portal.kit import audit
from portal.kit.models import Event
from tests.factories import accounts, centres

pytestmark = pytest.mark.django_db


def test_event_cannot_be_changed_or_deleted():
    event = audit.record("look", centres.centre(), by=accounts.adult())
    for change in (lambda: Event.objects.update(why="x"), lambda: Event.objects.filter(pk=event.pk).delete()):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            change()
    assert Event.objects.get().why == ""


def test_event_keeps_the_name_that_its_author_had():
    person = accounts.adult(name="Jo Old")
    centre = centres.centre()
    audit.record("look", centre, by=person)
    person.name = "Jo New"
    person.save()
    assert Event.objects.about(centre).get().who == "Jo Old"


def test_the_portal_itself_is_the_author_of_what_workers_do():
    event = audit.record("print", centres.centre(), by=None)
    assert (event.by, event.who) == (None, "The portal")


def test_event_vanishes_with_the_change_that_failed():
    centre = centres.centre()
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record("look", centre, by=None)
        raise RuntimeError
    assert Event.objects.count() == 0
