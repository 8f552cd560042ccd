"""The claim sheet and batch header of a claim, for anyone who can see the claim."""

import pytest
from django.urls import reverse

from tests.factories import moderation as make
from tests.pages import html_of
from tests.pdf import words_of

pytestmark = pytest.mark.django_db


def paper(client, user, name, claim):
    client.force_login(user)
    return client.get(reverse(name, args=[claim.pk]))


def test_claim_sheet_has_every_line(client):
    claim = make.submitted_claim(3)
    words = words_of(paper(client, claim.created_by, "claim-sheet", claim).content)
    for line in claim.lines.for_pages():
        for expected in (line.certificate_name, line.assignment.candidate.number, line.assignment.unit.code):
            assert expected in words
    assert "3 lines" in words and "(draft)" not in words


def test_draft_says_that_it_is_one_and_uses_names_as_they_are(client):
    claim = make.draft_claim(1)
    words = words_of(paper(client, claim.created_by, "claim-sheet", claim).content)
    assert "(draft)" in words and claim.lines.get().assignment.candidate.certificate_name in words


def test_decision_stands_on_the_sheet_once_the_claim_is_concluded(client):
    claim = make.claim_in_moderation(1)
    from moderation import actions

    actions.decide_line(
        claim.lines.for_pages().get(), outcome="agreed", comment="", by=claim.in_moderation_by
    )
    assert "Agree with" not in words_of(paper(client, claim.created_by, "claim-sheet", claim).content)
    actions.conclude(claim, rest={}, report="", by=claim.in_moderation_by)
    assert "Agree with" in words_of(paper(client, claim.created_by, "claim-sheet", claim).content)


def test_moderator_of_the_claim_reads_both_forms(client):
    claim = make.claim_in_moderation(2)
    words = words_of(paper(client, claim.in_moderation_by, "batch-header", claim).content)
    for expected in (claim.number, claim.centre.name, str(claim.qualification), "Number of candidates 2"):
        assert expected in words
    assert paper(client, claim.in_moderation_by, "claim-sheet", claim).status_code == 200


def test_forms_of_a_draft_are_not_the_moderators(client):
    claim = make.draft_claim(1)
    moderator = make.moderator(claim.centre, claim.qualification).user
    assert paper(client, moderator, "claim-sheet", claim).status_code == 404


def test_short_claim_links_to_an_order_of_what_is_missing(client):
    claim = make.draft_claim(3, entries=1)
    client.force_login(claim.created_by)
    page = html_of(client.get(reverse("claim-submit", args=[claim.pk])))
    address = f"{reverse('order-new', args=[claim.centre.number])}?qualification={claim.qualification.code}"
    assert f"{address}&amp;number=2" in page and "Order 2 more" in page
