"""The e-checklist has guidance for candidates, which everybody may read, and notes that only assessors may read."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.factories.catalogue import GUIDANCE, NOTES

from .test_matrix import ACCESS

pytestmark = pytest.mark.django_db


def pages_with(words: str, person: str, world) -> set[str]:
    """Names of all pages that the person may open and that show `words`."""
    client, found = Client(), set()
    if user := world.people[person]:
        client.force_login(user)
    for name, (method, answers) in ACCESS.items():
        if method != "get" or answers[person] != 200:
            continue
        with transaction.atomic():
            answer = client.get(reverse(name, args=world.arguments.get(name)))
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
        if words.encode() in content:
            found.add(name)
    return found


@pytest.mark.parametrize("person", ["anonymous", "our_candidate", "other_candidate"])
def test_candidates_and_the_public_never_read_the_assessors_notes(person, world, untouched):
    assert pages_with(NOTES, person, world) == set()


def test_everybody_may_read_the_guidance_for_candidates(world, untouched):
    assert pages_with(GUIDANCE, "anonymous", world) == {"unit"}
    assert pages_with(GUIDANCE, "our_candidate", world) >= {"unit", "assignment", "work-check"}


def test_assessors_read_both(world, untouched):
    assert pages_with(NOTES, "our_tutor", world) >= {"assignment", "work-check", "marking"}
    assert pages_with(NOTES, "our_moderator", world) >= {"moderated-line", "earlier-line"}
    assert pages_with(GUIDANCE, "our_moderator", world) >= {"moderated-line", "earlier-line"}
