"""What a candidate's page at the centre shows of their units, claims, results and certificates."""

import pytest
from django.urls import reverse

from candidates.models import Candidate
from moderation import actions as claim_actions
from portal.accounts.roles import Role
from tests.factories import candidates, catalogue, centres, moderation, portfolios

pytestmark = pytest.mark.django_db


def parts_for(client, candidate: Candidate, role: Role | None = None) -> dict:
    """{heading: part} of the candidate's page, as seen by a new person with `role` at the centre."""
    if role:
        client.force_login(centres.person(candidate.centre, role))
    return {part.heading: part for part in client.get(candidate.get_absolute_url()).context["parts"]}


def taken_to_the_end(candidate: Candidate, *, unit) -> None:
    """Claim and certificate one unit of the candidate, then hand in another."""
    centre = candidate.centre
    centres.entries(centre, unit.qualification, 1)
    work = portfolios.achieved(candidate, unit)
    by = centres.person(centre)
    claim = claim_actions.start_claim(centre, unit.qualification, by=by)
    claim_actions.set_lines(claim, [work], by=by)
    moderation.certificate_for(claim)
    portfolios.handed_in(candidate, catalogue.unit())


def test_units_claims_results_and_certificates_are_shown_with_the_way_to_each(client):
    claim = moderation.certificated_claim(1)
    line = claim.lines.get()
    candidate = line.assignment.candidate
    begun = portfolios.assignment(candidate)
    (certificate,) = candidate.certificates.all()
    client.force_login(claim.created_by)
    parts = parts_for(client, candidate)
    assert [found for found, _ in parts["Units"].context["rows"]] == [line.assignment, begun]
    assert parts["Claims"].context["lines"] == [line]
    results = parts["Results and certificates"].context["results"]
    assert results == [(line.result, certificate)]
    page = client.get(candidate.get_absolute_url()).content.decode()
    for url in (line.assignment.get_absolute_url(), begun.get_absolute_url(), claim.get_absolute_url()):
        assert f'href="{url}"' in page
    assert certificate.number in page and "Being printed" in page
    assert f"{reverse('certificates', args=[candidate.centre.number])}?find={candidate.number}" in page
    assert f"{reverse('to-mark', args=[candidate.centre.number])}?show=all&amp;q={candidate.number}" in page


def test_another_candidates_work_is_not_shown(client):
    claim = moderation.certificated_claim(1)
    other = candidates.candidate(claim.centre)
    parts = parts_for(client, other, Role.EXAMS_OFFICER)
    assert parts["Units"].context["rows"] == [] and parts["Claims"].template == ""
    assert "Results and certificates" not in parts


def test_to_do_says_what_the_person_may_do(client):
    unit, other = catalogue.unit(), catalogue.unit()
    candidate = candidates.candidate()
    centre = candidate.centre
    centres.entries(centre, unit.qualification, 1)
    handed_in, achieved = portfolios.handed_in(candidate, other), portfolios.achieved(candidate, unit)
    mark = (f"Mark {other.code} {other.title}", reverse("marking", args=[handed_in.pk]))
    claim = (f"Claim {achieved.unit.code}", reverse("claims", args=[centre.number]))
    for role, expected in (
        (Role.TUTOR, [mark, claim]),
        (Role.EXAMS_OFFICER, [claim]),
        (Role.HEAD_OF_CENTRE, []),
    ):
        client.force_login(centres.person(centre, role))
        assert client.get(candidate.get_absolute_url()).context["to_do"] == expected


def test_each_part_needs_its_permission(client):
    """A person with the role Claims alone may see neither work nor certificates."""
    claim = moderation.certificated_claim(1)
    candidate = claim.lines.get().assignment.candidate
    assert list(parts_for(client, candidate, Role.CLAIMS)) == ["Claims"]


def test_page_takes_the_same_queries_for_one_row_and_for_three(client, queries_of):
    centre = centres.centre()
    one, many = candidates.candidate(centre), candidates.candidate(centre)
    unit = catalogue.unit()
    taken_to_the_end(one, unit=unit)
    for _ in range(3):
        taken_to_the_end(many, unit=catalogue.unit())
    client.force_login(centres.person(centre, Role.TUTOR))
    counted = []
    for candidate, rows in ((one, 1), (many, 3)):
        parts = parts_for(client, candidate)
        assert len(parts["Claims"].context["lines"]) == rows
        assert len(parts["Results and certificates"].context["results"]) == rows
        url = candidate.get_absolute_url()
        counted.append(queries_of(lambda url=url: client.get(url)))
    assert counted == [16, 16]
