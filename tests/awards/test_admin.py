"""Staff read certificates and results, and reissue certificates; they never edit them."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moderation.awards.models import Certificate, Revocation
from portal.accounts.models import User
from portal.kit.models import Event
from tests.factories import accounts
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db
LIST = "admin:awards_certificate_changelist"


@pytest.fixture
def staff(client) -> User:
    person = accounts.staff()
    client.force_login(person)
    return person


@pytest.fixture
def certificate(staff) -> Certificate:
    return make.certificated_claim().lines.get().certificates.get()


def act(client, action, *rows, **more):
    data = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    return client.post(reverse(LIST), data, follow=True).content.decode()


def test_reissue_asks_for_a_reason_first(client, staff, certificate):
    assert "Reissue these certificates?" in act(client, "reissue", certificate)
    assert Certificate.objects.count() == 1

    assert "1 reissued." in act(client, "reissue", certificate, reason="Lost in the post")

    replacement = Certificate.objects.get(supersedes=certificate)
    assert Event.objects.about(certificate).get(verb="replace").why == "Lost in the post"
    assert Event.objects.about(certificate).get(verb="replace").by == staff
    assert "was not possible to replace it" in act(client, "reissue", certificate, reason="Again")
    assert Certificate.objects.get(state="issued") == replacement


PROPOSALS = "admin:awards_revocation_changelist"


def decide(client, action, proposal, **more):
    data = {"action": action, "_selected_action": [proposal.pk], **more}
    return client.post(reverse(PROPOSALS), data, follow=True).content.decode()


def test_revoking_is_proposed_by_one_and_approved_by_another(client, staff, certificate):
    asked = act(client, "revoke", certificate)
    assert "Nothing changes until somebody else approves it" in asked
    assert f"{certificate.code} no longer counts" in asked
    assert "This field is required" in act(client, "revoke", certificate, reason="Copied", ground="")
    assert not Revocation.objects.exists()

    said = act(client, "revoke", certificate, reason="Copied", ground="error")
    assert f"{certificate} proposed to revoke" in said
    proposal = Revocation.objects.get()
    assert (proposal.proposed_by, proposal.ground, proposal.reason) == (staff, "error", "Copied")
    assert "The public reads: It was issued in error." in decide(client, "approve", proposal)
    assert "Somebody else has to approve it" in decide(client, "approve", proposal, confirmed="yes")
    assert Certificate.objects.get().state == "issued"

    second = accounts.staff()
    client.force_login(second)
    assert f"Revoke {certificate} done." in decide(client, "approve", proposal, confirmed="yes")
    fresh = Certificate.objects.get()
    assert (fresh.state, fresh.revoked_by) == ("revoked", second)
    assert "was revoked on" in act(client, "revoke", certificate, reason="Again", ground="error")

    act(client, "restore", certificate, reason="Not copied after all")
    client.force_login(staff)
    decide(client, "approve", Revocation.objects.get(kind="restore"), confirmed="yes")
    assert Certificate.objects.get().state == "issued"


def test_proposal_is_rejected_with_a_reason_and_is_never_typed(client, certificate):
    act(client, "revoke", certificate, reason="Copied", ground="error")
    proposal = Revocation.objects.get()
    assert f"Revoke {certificate} rejected." in decide(client, "reject", proposal, reason="No")
    assert (Revocation.objects.get().state, Certificate.objects.get().state) == ("rejected", "issued")
    assert client.get(reverse("admin:awards_revocation_add")).status_code == 403
    page = reverse("admin:awards_revocation_change", args=[proposal.pk])
    client.post(page, {"reason": "Another"})
    assert Revocation.objects.get().reason == "Copied"


def test_certificate_and_result_can_only_be_looked_at(client, certificate):
    page = reverse("admin:awards_certificate_change", args=[certificate.pk])
    assert 'name="certificate_name"' not in client.get(page).content.decode()
    client.post(page, {"certificate_name": "Somebody Else"})
    assert Certificate.objects.get().certificate_name == certificate.certificate_name
    for model in ("certificate", "result"):
        assert client.get(reverse(f"admin:awards_{model}_add")).status_code == 403
    assert client.post(reverse("admin:awards_certificate_delete", args=[certificate.pk])).status_code == 403


def test_search_finds_number_name_and_candidate_numbers(client, certificate):
    make.certificated_claim()
    words = (
        certificate.number,
        certificate.certificate_name,
        certificate.candidate.number,
        certificate.ocr_number,
    )
    for word in words:
        html = client.get(reverse(LIST), {"q": word}).content.decode()
        assert certificate.number in html, word
        assert "1 certificate" in html, word


def test_pdf_is_downloaded_by_staff_and_recorded(client, staff, certificate):
    url = reverse("admin:awards_certificate_pdf", args=[certificate.pk])
    assert "being printed" in client.get(url, follow=True).content.decode()
    name = default_storage.save("certificates/x.pdf", ContentFile(b"%PDF"))
    Certificate.objects.filter(pk=certificate.pk).update(pdf=name)
    assert b"".join(client.get(url).streaming_content) == b"%PDF"
    assert Event.objects.about(certificate).get(verb="download").by == staff
    client.force_login(accounts.adult(is_staff=True))
    assert client.get(url).status_code == 403
    client.force_login(accounts.adult())
    assert client.get(url).status_code == 302


def queries(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_lists_make_the_same_number_of_queries_for_1_and_for_3_rows(client, certificate):
    urls = [reverse(LIST), reverse("admin:awards_result_changelist")]
    few = [queries(client, url) for url in urls]
    make.certificated_claim(2)
    assert [queries(client, url) for url in urls] == few
