"""Certificates are downloaded from the centre's list, the candidate's page or a zip, and each download is recorded."""

import io
import re
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moderation.awards import actions
from moderation.awards.models import Certificate
from portal.kit.models import Event
from tests.awards.confirming import confirm, revoke
from tests.factories import accounts, candidates, centres
from tests.factories import moderation as make
from tests.pages import html_of

pytestmark = pytest.mark.django_db


def printed(certificate: Certificate) -> Certificate:
    """The certificate as if a worker had printed it. Drawing is tested in test_printing."""
    name = default_storage.save(
        f"certificates/{certificate.number}.pdf", ContentFile(f"%PDF {certificate.number}".encode())
    )
    Certificate.objects.filter(pk=certificate.pk).update(pdf=name)
    certificate.refresh_from_db()
    return certificate


def text(response) -> str:
    return html_of(response)


@pytest.fixture
def claim(client):
    """Two issued certificates, neither printed; the exams officer is signed in."""
    made = make.certificated_claim(2)
    client.force_login(made.created_by)
    return made


def certificates_of(claim) -> list[Certificate]:
    return list(Certificate.objects.filter(line__claim=claim).order_by("pk"))


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args), query)


def test_list_tells_printed_from_printing(client, claim):
    first, _ = certificates_of(claim)
    printed(first)
    html = text(page(client, "certificates", claim.centre.number))
    assert html.count(">Printed<") == 1
    assert html.count(">Being printed<") == 1
    assert "1 certificate is being printed" in html
    assert "Download 1 as a zip" in html


def test_list_is_searched_and_filtered(client, claim):
    one, other = certificates_of(claim)
    unit = one.line.assignment.unit
    found = {
        "find": [
            one.candidate.last_name,
            one.candidate.number,
            one.number,
            one.number[:8].lower(),
            one.ocr_number,
        ],
        "unit": [],
    }
    for word in found["find"]:
        html = text(page(client, "certificates", claim.centre.number, find=word))
        assert one.number in html, word
        assert other.number not in html, word
    for query, expected in (
        ({"unit": unit.pk}, 2),
        ({"claim": claim.pk}, 2),
        ({"kind": "unit"}, 2),
        ({"kind": "award"}, 0),
    ):
        html = text(page(client, "certificates", claim.centre.number, **query))
        assert sum(certificate.number in html for certificate in (one, other)) == expected
    assert "No certificates match" in html


def test_claims_filter_shows_that_claims_certificates_alone(client, level):
    candidate = candidates.candidate()
    other = candidates.candidate(candidate.centre)
    first = confirm(candidate, level, 1, 2)
    second = confirm(candidate, level, 3)
    apart = confirm(other, level, 1, 2, 3)
    client.force_login(first.created_by)
    shown = {
        claim: [
            row.number
            for row in Certificate.objects.order_by("pk")
            if row.number in text(page(client, "certificates", claim.centre.number, claim=claim.pk, kind=""))
        ]
        for claim in (first, second, apart)
    }
    of = {claim: list(claim.certificates.order_by("pk")) for claim in (first, second, apart)}
    assert shown == {claim: [row.number for row in rows] for claim, rows in of.items()}
    assert [[row.kind for row in rows] for rows in of.values()] == [
        ["unit", "unit"],
        ["unit", "award"],
        ["unit", "unit", "unit", "award"],
    ]


def test_printed_certificate_is_downloaded_and_recorded(client, claim):
    certificate = printed(certificates_of(claim)[0])
    response = page(client, "certificate-download", certificate.number)
    assert b"".join(response.streaming_content) == f"%PDF {certificate.number}".encode()
    assert response["Content-Disposition"] == f'attachment; filename="{certificate.file_name}"'
    assert Event.objects.about(certificate).get(verb="download").by == claim.created_by


def test_certificate_that_is_not_printed_yet_says_so(client, claim):
    response = page(client, "certificate-download", certificates_of(claim)[0].number)
    assert response.status_code == 404
    assert "This certificate is being printed" in text(response)
    assert not Event.objects.filter(verb="download").exists()


def test_candidate_sees_and_downloads_their_own_and_no_other(client, claim):
    mine, other = (printed(certificate) for certificate in certificates_of(claim))
    client.force_login(mine.candidate.user)
    html = text(page(client, "my-certificates"))
    assert mine.number in html
    assert other.number not in html
    assert page(client, "certificate-download", mine.number).status_code == 200
    assert page(client, "certificate-download", other.number).status_code == 404
    assert page(client, "certificates", claim.centre.number).status_code == 404
    assert page(client, "certificates-zip", claim.centre.number).status_code == 404


def test_candidates_page_lists_each_unit_and_each_award_once(client, level):
    candidate = candidates.candidate()
    confirm(candidate, level, 1, 2, 3)
    client.force_login(centres.person(candidate.centre))
    shown = client.get(candidate.get_absolute_url()).content.decode()
    assert (shown.count("Confirmed "), shown.count("Awarded ")) == (3, 1)


def test_strangers_find_nothing(client, claim):
    certificate = printed(certificates_of(claim)[0])
    for stranger in (centres.person(centres.centre()), claim.in_moderation_by, accounts.staff()):
        client.force_login(stranger)
        assert page(client, "certificate-download", certificate.number).status_code == 404
        assert page(client, "certificates", claim.centre.number).status_code == 404
        assert page(client, "certificates-zip", claim.centre.number).status_code == 404
        assert page(client, "my-certificates").status_code == 404


def unzipped(response) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_zip_holds_what_the_filter_shows_as_far_as_printed_and_in_force(client, claim):
    one, other = (printed(certificate) for certificate in certificates_of(claim))
    response = page(client, "certificates-zip", claim.centre.number)
    assert response["Content-Disposition"].startswith("attachment")
    assert unzipped(response) == {
        f"{certificate.candidate.number}-{certificate.file_name}": f"%PDF {certificate.number}".encode()
        for certificate in (one, other)
    }
    assert Event.objects.filter(verb="download", by=claim.created_by).count() == 2

    assert (
        len(unzipped(page(client, "certificates-zip", claim.centre.number, find=one.candidate.number))) == 1
    )
    actions.reissue(one, by=accounts.staff(), why="Lost")
    names = unzipped(page(client, "certificates-zip", claim.centre.number))
    assert list(names) == [f"{other.candidate.number}-{other.file_name}"]


def test_empty_zip_is_answered_in_words(client, claim):
    response = client.get(reverse("certificates-zip", args=[claim.centre.number]), follow=True)
    assert "None of these certificates has been printed yet" in text(response)


def test_replaced_certificate_is_shown_as_such(client, claim):
    certificate = printed(certificates_of(claim)[0])
    replacement = actions.reissue(certificate, by=accounts.staff(), why="Lost")
    html = text(page(client, "certificates", claim.centre.number))
    assert "Replaced" in html
    assert f"by {replacement.number}" in html


def test_page_of_a_replaced_certificate_names_the_one_that_is_valid_only_if_one_is(client, claim):
    first = printed(certificates_of(claim)[0])
    second = actions.reissue(first, by=accounts.staff(), why="Lost")
    third = actions.reissue(second, by=accounts.staff(), why="Lost again")
    html = re.sub(r"<[^>]*>", "", text(page(client, "certificate-download", first.number)))
    assert f"Certificate {first} was replaced by {second} on" in html
    assert f"Certificate {third} is valid in its place" in html
    revoke(third)
    html = re.sub(r"<[^>]*>", "", text(page(client, "certificate-download", first.number)))
    assert f"Certificate {first} was replaced by {second} on" in html
    assert f"No certificate is valid in its place: certificate {third} was revoked on" in html


def test_revoked_certificate_says_why_and_is_not_handed_out(client, claim):
    certificate = printed(certificates_of(claim)[0])
    revoke(certificate, reason="Copied from the web.")
    html = text(page(client, "certificates", claim.centre.number))
    assert "Copied from the web." in html
    assert certificate.get_absolute_url() not in html
    assert text(page(client, "claim", claim.pk)).count(">Certificate revoked<") == 1
    for person in (claim.created_by, certificate.candidate.user):
        client.force_login(person)
        response = page(client, "certificate-download", certificate.number)
        assert response.status_code == 410
        assert "The assessment behind it is no longer valid." in text(response)
    mine = text(page(client, "my-certificates"))
    assert "The assessment behind it is no longer valid." in mine
    assert "Copied from the web." not in mine


def queries(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_lists_make_the_same_number_of_queries_for_1_and_for_3_certificates(client):
    small, large = make.certificated_claim(1), make.certificated_claim(3)
    counts = []
    for claim in (small, large):
        client.force_login(claim.created_by)
        counts.append(queries(client, reverse("certificates", args=[claim.centre.number])))
    assert counts[0] == counts[1]

    candidate = certificates_of(small)[0].candidate
    client.force_login(candidate.user)
    few = queries(client, reverse("my-certificates"))
    for _ in range(2):
        actions.reissue(candidate.certificates.get(state="issued"), by=accounts.staff(), why="Lost")
    assert queries(client, reverse("my-certificates")) == few
    revoke(candidate.certificates.get(state="issued"))
    assert queries(client, reverse("my-certificates")) == few


def test_list_of_the_revoked_makes_no_query_a_row(client):
    small, large = make.certificated_claim(1), make.certificated_claim(3)
    counts = []
    for claim in (small, large):
        for certificate in certificates_of(claim):
            revoke(certificate)
        client.force_login(claim.created_by)
        counts.append(queries(client, reverse("certificates", args=[claim.centre.number])))
    assert counts[0] == counts[1]
