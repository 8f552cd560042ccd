"""A file is shown on the page of its unit once it is opened; without JavaScript there is a link to its own page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import expect

from portal.kit import outbox
from tests.factories import candidates, catalogue, centres, portfolios

from .test_candidate import PASSWORD, open_unit, sign_in
from .typist import Typist

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "A lighthouse that blinks the time."


def test_a_folded_file_is_fetched_when_it_is_unfolded(meet):
    candidate = candidates.candidate(centres.centre(), password=PASSWORD)
    work = portfolios.assignment(candidate, catalogue.unit(title="Pre-production skills"))
    portfolios.evidence(work, title="Idea", file=SimpleUploadedFile("idea.txt", WORDS.encode()))
    outbox.work_all()
    me = meet(width=360)
    sign_in(me, candidate)
    open_unit(me)
    assert WORDS not in me.page.content()
    me.unfold("Show it here")
    if isinstance(me, Typist):
        expect(me.page.get_by_text(WORDS)).to_be_visible()
        me.look()
    else:
        me.follow("Open the page for Idea")
        assert me.reads(WORDS)
