"""A moderator can read the files on lines of claims that they moderate, and no others."""

import io
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from moderation import actions
from moderation.models import Claim, Conflict, Moderator
from portal.accounts.roles import Role
from portal.files.tasks import make_preview
from portfolios import actions as work_actions
from portfolios.models import EvidenceVersion
from tests.factories import accounts, catalogue, centres, portfolios
from tests.factories import moderation as make
from tests.files.renditions import files

pytestmark = pytest.mark.django_db
HOST = "content.testserver"
START = b"<h1>Ours</h1>"


@dataclass
class Claimed:
    """A claim in moderation whose only line has a web site and an image, each with its rendition."""

    claim: Claim
    moderator: Moderator
    site: EvidenceVersion
    picture: EvidenceVersion
    client: Client

    @property
    def link(self) -> str:
        return self.client.get(reverse("line-site", args=[self.site.pk])).url

    @property
    def doors(self) -> list[str]:
        return [
            reverse("line-file", args=[self.picture.pk]),
            reverse("line-rendition", args=[self.picture.pk, 1]),
            reverse("line-site", args=[self.site.pk]),
        ]

    def answers(self, link: str) -> list[int]:
        """The status codes of the file, its rendition, the web site's address, and a link issued earlier."""
        return [self.client.get(url).status_code for url in self.doors] + [there(link).status_code]


OPEN, SHUT = [200, 200, 302, 200], [404, 404, 404, 403]


def there(url: str):
    return Client().get(urlsplit(url).path, HTTP_HOST=HOST)


def drawn() -> SimpleUploadedFile:
    content = io.BytesIO()
    files.halves(64, 32).save(content, "PNG")
    return SimpleUploadedFile("poster.png", content.getvalue())


@pytest.fixture
def claimed(db) -> Claimed:
    work = portfolios.assignment()
    content = files.zipped({"index.html": START})
    site = portfolios.evidence(work, file=SimpleUploadedFile("site.zip", content)).current
    picture = portfolios.evidence(work, file=drawn()).current
    for version in (site, picture):
        make_preview(version.stored_id)
    work_actions.hand_in(work, by=work.candidate.user)
    portfolios.judge_all(work)
    portfolios.record_achieved(work)
    centre, qualification = work.candidate.centre, work.unit.qualification
    centres.entries(centre, qualification, 1)
    by = centres.person(centre)
    claim = actions.start_claim(centre, qualification, by=by)
    actions.set_lines(claim, [work], by=by)
    actions.submit_claim(claim, by=by)
    moderator = make.moderator(centre, qualification)
    return Claimed(claim, moderator, site, picture, signed_in(moderator.user))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="portal.accounts.backends.ByName")
    return client


def test_moderator_opens_file_rendition_and_web_site_of_a_line(claimed):
    link = claimed.link
    assert claimed.answers(link) == OPEN
    assert b"".join(there(link).streaming_content) == START


def test_recorded_conflict_shuts_all_of_it_and_the_link_that_was_given_before(claimed):
    link = claimed.link
    assert claimed.answers(link) == OPEN
    conflict = Conflict(moderator=claimed.moderator, centre=claimed.claim.centre, reason="A niece is there.")
    actions.record_conflict(conflict, by=accounts.staff())
    assert claimed.answers(link) == SHUT
    actions.remove_conflict(conflict, by=accounts.staff())
    assert claimed.answers(link) == OPEN


def test_ended_allocation_and_a_post_at_the_centre_shut_it_too(claimed):
    link = claimed.link
    post = claimed.claim.centre.memberships.create(user=claimed.moderator.user, role=Role.EXAMS_OFFICER)
    assert claimed.answers(link) == SHUT
    post.delete()
    assert claimed.answers(link) == OPEN
    actions.end_allocation(claimed.moderator.allocations.get(), by=accounts.staff())
    assert claimed.answers(link) == SHUT


def test_deactivated_moderator_opens_no_link(claimed):
    link = claimed.link
    claimed.moderator.user.is_active = False
    claimed.moderator.user.save()
    assert there(link).status_code == 403


def file_answers(claimed, claim) -> list[int]:
    """The status codes when the same moderator asks for the files of another claim at the centre."""
    (version,) = EvidenceVersion.objects.filter(evidence__assignment__claim_lines__claim=claim)
    make_preview(version.stored_id)
    urls = [reverse("line-file", args=[version.pk]), reverse("line-rendition", args=[version.pk, 1])]
    return [claimed.client.get(url).status_code for url in urls]


def test_files_of_a_draft_are_shut_until_it_is_submitted(claimed):
    unit = catalogue.unit(qualification=claimed.claim.qualification)
    claim = make.draft_claim(1, at=claimed.claim.centre, unit=unit, file=drawn)
    assert file_answers(claimed, claim) == [404, 404]
    actions.submit_claim(claim, by=claim.created_by)
    assert file_answers(claimed, claim) == [200, 200]


def test_files_of_a_qualification_that_is_not_theirs_are_shut(claimed):
    claim = make.submitted_claim(1, at=claimed.claim.centre, file=drawn)
    assert claim.qualification != claimed.claim.qualification
    assert file_answers(claimed, claim) == [404, 404]
