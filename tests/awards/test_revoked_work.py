"""Everyone who works on a unit whose certificate was revoked sees why, in the words meant for them."""

import pytest
from django.urls import reverse

from moderation import actions as claim_actions
from portal.accounts.roles import Role
from portfolios import actions as work_actions
from portfolios.refusals import refusal_of, refusals_of
from tests.awards.confirming import confirm, revoke
from tests.factories import candidates, centres
from tests.factories import moderation as make
from tests.pages import html_of

pytestmark = pytest.mark.django_db

PUBLIC = "The assessment behind it is no longer valid."
REASON = "The work was copied."


@pytest.fixture
def claim(level):
    """A claim of one line whose certificate was revoked."""
    claim = confirm(candidates.candidate(), level, 2)
    revoke(claim.lines.get().certificates.get(), reason=REASON)
    return claim


@pytest.fixture
def work(claim):
    return claim.lines.get().assignment


def page(client, person, name: str, *keys) -> str:
    client.force_login(person)
    return html_of(client.get(reverse(name, args=keys)))


def test_refusal_carries_the_reason_for_the_centre_and_the_public_words(claim, work):
    found = refusal_of(work)
    certificate = claim.lines.get().certificates.get()
    assert (found.claim, found.comment, found.for_candidate, found.at, found.doubts) == (
        claim.number,
        REASON,
        PUBLIC,
        certificate.revoked_at,
        [],
    )
    assert (found.is_revoked, found.is_error, found.is_not_agreed) == (True, False, False)


def test_tutor_and_officer_read_the_reason_on_the_unit_and_on_the_next_draft(client, claim, work):
    tutor = centres.person(claim.centre, Role.TUTOR)
    said = f"Certificate revoked. It was issued after claim {claim.number}."
    for name in ("assignment", "work-feedback"):
        html = page(client, tutor, name, work.pk)
        assert (said in html, REASON in html, PUBLIC in html) == (True, True, True), name
        assert "the moderator did not agree" not in html, name
    draft = claim_actions.start_claim(claim.centre, claim.qualification, by=claim.created_by)
    html = page(client, claim.created_by, "claim", draft.pk)
    assert f"Certificate revoked after claim {claim.number}: {REASON}" in html


def test_returned_work_is_listed_with_the_reason_and_no_decision_is_said_to_stand(client, claim, work):
    tutor, candidate = centres.person(claim.centre, Role.TUTOR), work.candidate.user
    assert "Your tutor’s decision stands." in page(client, candidate, "assignment", work.pk)
    work_actions.return_for_further_work(work, why="Do it yourself", by=tutor)
    assert "Your tutor’s decision stands." not in page(client, candidate, "assignment", work.pk)
    client.force_login(tutor)
    url = reverse("to-mark", args=[claim.centre.number])
    html = html_of(client.get(url, {"show": "working"}))
    assert f"Certificate revoked after claim {claim.number}: {REASON}" in html


def test_candidate_reads_the_public_words_alone(client, work):
    html = page(client, work.candidate.user, "assignment", work.pk)
    assert ("Your certificate for this unit was revoked on" in html, PUBLIC in html) == (True, True)
    assert REASON not in html
    mine = page(client, work.candidate.user, "my-work")
    assert ("Certificate revoked" in mine, "Not agreed by the moderator yet" in mine) == (True, False)


def test_next_moderator_reads_the_reason_beside_what_was_claimed_before(client, claim, work):
    centres.entries(claim.centre, claim.qualification, 1)
    again = claim_actions.start_claim(claim.centre, claim.qualification, by=claim.created_by)
    claim_actions.set_lines(again, [work], by=claim.created_by)
    claim_actions.submit_claim(again, by=claim.created_by)
    moderator = make.moderator(claim.centre, claim.qualification).user
    (line, before) = again.lines.get(), claim.lines.get()
    for name, keys in (("moderated-line", [line.pk]), ("earlier-line", [line.pk, before.pk])):
        html = page(client, moderator, name, *keys)
        assert ("The certificate was revoked on" in html, REASON in html) == (True, True), name
    work.refresh_from_db()
    assert refusal_of(work) is None


def test_who_decided_reads_on_the_line_and_its_claim_that_the_certificate_was_revoked(client, claim):
    moderator, line = make.moderator(claim.centre, claim.qualification).user, claim.lines.get()
    html = page(client, moderator, "moderated-line", line.pk)
    assert ("The certificate was revoked on" in html, REASON in html) == (True, True)
    assert f"{line.assignment.candidate}: Certificate revoked" in page(
        client, moderator, "moderation-claim", claim.pk
    )


def test_reasons_of_many_take_the_same_queries(level, django_assert_num_queries):
    def revoked():
        claim = confirm(candidates.candidate(), level, 2)
        revoke(claim.lines.get().certificates.get())
        return claim.lines.get().assignment

    works = [revoked()]
    for _ in range(2):
        fresh = [type(work).objects.get(pk=work.pk) for work in works]
        with django_assert_num_queries(5):
            assert {found.is_revoked for found in refusals_of(fresh).values()} == {True}
        works += [revoked(), revoked()]
