"""A candidate's home page shows which awards they have reached, and what a larger award contains."""

import pytest
from django.urls import reverse

from tests.awards.confirming import confirm, revoke
from tests.factories import candidates

pytestmark = pytest.mark.django_db


def towards(client, candidate) -> tuple[list[tuple[str, int, str]], str]:
    """[(size, units counted, contained in)] and the page."""
    client.force_login(candidate.user)
    page = client.get(reverse("my-work"))
    ((_, lines),) = page.context["towards"]
    found = [
        (line.award.kind, line.counted, line.contained_in.kind if line.contained_in else "") for line in lines
    ]
    return found, page.content.decode()


def test_certificate_that_was_not_printed_is_contained_in_the_diploma(client, level):
    candidate = candidates.candidate()
    confirm(candidate, level, 1, 2, 3, 4, 5, 6)
    found, html = towards(client, candidate)
    assert found == [("CERTIFICATE", 3, "DIPLOMA"), ("DIPLOMA", 5, "")]
    assert "Contained in the Diploma." in html
    assert html.count("Reached.") == 1


def test_certificate_that_was_printed_is_reached_beside_the_diploma(client, level):
    candidate = candidates.candidate()
    confirm(candidate, level, 1, 2, 3)
    confirm(candidate, level, 4, 5)
    found, html = towards(client, candidate)
    assert found == [("CERTIFICATE", 3, ""), ("DIPLOMA", 5, "")]
    assert html.count("Reached.") == 2


def test_progress_follows_a_revocation(client, level):
    candidate = candidates.candidate()
    confirm(candidate, level, 1, 2, 3)
    revoke(candidate.certificates.get(line__assignment__unit__number=2))
    found, html = towards(client, candidate)
    assert found == [("CERTIFICATE", 3, ""), ("DIPLOMA", 3, "")]
    assert "Reached." not in html
    assert "You have the units. It is printed when they are confirmed." in html
