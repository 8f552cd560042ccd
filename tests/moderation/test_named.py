"""Claims on the named route: only entered candidates can be claimed for, and no unnamed entries are used."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from candidates import actions as candidate_actions
from candidates.models import NamedEntry
from centres.models import EntryAccount, LedgerLine
from moderation import actions, rules
from moderation.awards import actions as award_actions
from moderation.awards.models import FROZEN, Certificate
from moderation.models import ClaimLine
from portal.kit.stateful import TransitionRefused
from tests.factories import candidates, catalogue, centres, portfolios
from tests.factories import moderation as make
from tests.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    """A draft claim at a centre with one candidate entered by name and one not, both with the unit achieved."""

    class Story:
        size = catalogue.size()
        unit = catalogue.unit(qualification=size.qualification)
        centre = centres.centre()
        by = centres.person(centre)
        entry = candidates.named_entry(centre, size)
        entered = portfolios.achieved(entry.candidate, unit)
        not_entered = portfolios.achieved(candidates.candidate(centre), unit)
        claim = actions.start_claim(centre, size.qualification, by=by)

    return Story


def test_only_work_of_candidates_with_a_live_entry_is_claimable(story):
    qualification = story.size.qualification
    assert list(rules.claimable(story.centre, qualification)) == [story.entered]
    assert list(rules.waiting_for_entry(story.centre, qualification)) == [story.not_entered.candidate]
    assert [opening.ready for opening in rules.openings(story.centre)] == [1]


@pytest.mark.parametrize("order_is", ["missing", "draft", "of another subject"])
def test_candidate_without_a_processed_entry_is_refused_in_words(story, order_is):
    candidate = story.not_entered.candidate
    if order_is == "draft":
        candidates.named_order(story.centre, story.size, candidate)
    if order_is == "of another subject":
        candidates.named_entry(story.centre, catalogue.size(), candidate)
    with pytest.raises(TransitionRefused, match=f"No processed named entry for: {candidate}") as refusal:
        actions.set_lines(story.claim, [story.entered, story.not_entered], by=story.by)
    assert "Entries need to be processed before" in refusal.value.for_people()
    assert not story.claim.lines.exists()


def test_withdrawn_candidate_cannot_be_claimed_for_and_keeps_the_unit(story):
    actions.set_lines(story.claim, [story.entered], by=story.by)
    candidate_actions.withdraw_entry(story.entry, by=story.by, why="Left.")
    with pytest.raises(TransitionRefused, match="a withdrawn entry does not count"):
        actions.submit_claim(story.claim, by=story.by)
    story.claim.refresh_from_db()
    story.entered.refresh_from_db()
    assert (story.claim.state, story.entered.state) == ("draft", "achieved")


def test_transferred_candidate_is_claimed_for_on_the_new_entry(story):
    other = catalogue.size(qualification=story.size.qualification)
    centres.may_enter(story.centre, other)
    made = candidate_actions.transfer_entry(story.entry, other, by=story.by, why="Larger.")
    actions.set_lines(story.claim, [story.entered], by=story.by)
    actions.submit_claim(story.claim, by=story.by)
    assert story.claim.lines.get().named_entry == made


def test_examined_unit_is_never_claimable(story):
    story.unit.is_examined = True
    story.unit.save()
    assert not rules.claimable(story.centre, story.size.qualification).exists()


def test_claim_reserves_nothing_and_its_certificate_stands_on_the_named_entry(story):
    actions.set_lines(story.claim, [story.entered], by=story.by)
    certificate = make.certificate_for(story.claim)
    line = story.claim.lines.get()
    assert rules.needs_of(story.claim) == []
    assert (line.named_entry, certificate.named_entry, certificate.entry) == (story.entry, story.entry, None)
    assert not LedgerLine.objects.exists() and not EntryAccount.objects.exists()
    again = award_actions.reissue(certificate, by=story.by, why="Lost.")
    assert (again.named_entry, again.supersedes) == (story.entry, certificate)
    assert not Certificate.objects.filter(kind="award").exists()


def test_returned_line_of_a_named_candidate_may_be_claimed_again(story):
    actions.set_lines(story.claim, [story.entered], by=story.by)
    actions.submit_claim(story.claim, by=story.by)
    actions.propose_sample(story.claim)
    story.claim.refresh_from_db()
    moderator = make.moderator(story.centre, story.size.qualification).user
    actions.send_sample(story.claim, by=moderator)
    line = story.claim.lines.for_pages().get()
    actions.decide_line(line, outcome="not_agreed", comment="Criterion 1.2.", by=moderator)
    actions.conclude(story.claim, rest={}, report="", by=moderator)
    assert ClaimLine.objects.get().state == "returned"
    assert not LedgerLine.objects.exists()


def test_database_refuses_a_certificate_on_both_or_neither_or_another_entry(story):
    actions.set_lines(story.claim, [story.entered], by=story.by)
    certificate = make.certificate_for(story.claim)
    frozen = {name: getattr(certificate, name) for name in FROZEN if name != "number"}
    other = candidates.named_entry(story.centre, story.size)
    for wrong in ({"named_entry": None}, {"named_entry": other}):
        with pytest.raises(IntegrityError, match="a unit certificate needs"), transaction.atomic():
            Certificate.objects.create(**frozen | wrong)


def test_graded_claim_is_kept_as_a_draft_until_grades_can_be_recorded(story):
    story.size.qualification.grade_scale = "PMD"
    story.size.qualification.save()
    actions.set_lines(story.claim, [story.entered], by=story.by)
    story.claim.refresh_from_db()
    with pytest.raises(TransitionRefused, match="cannot be recorded in the portal yet"):
        actions.submit_claim(story.claim, by=story.by)
    story.claim.refresh_from_db()
    assert (story.claim.state, story.claim.lines.count()) == ("draft", 1)
    actions.discard_claim(story.claim, by=story.by)
    with pytest.raises(TransitionRefused, match="cannot be recorded in the portal yet"):
        actions.start_claim(story.centre, story.claim.qualification, by=story.by)


def test_draft_that_cannot_be_submitted_offers_no_button_for_it(story, client):
    actions.set_lines(story.claim, [story.entered], by=story.by)
    client.force_login(story.by)
    shown = []
    for scale in ("PASS", "PMD"):
        story.size.qualification.grade_scale = scale
        story.size.qualification.save()
        shown.append("Save, then check and submit" in html_of(client.get(story.claim.get_absolute_url())))
    assert shown == [True, False]


def test_draft_names_who_is_not_entered_and_counts_no_unnamed_entries(story, client):
    client.force_login(story.by)
    page = html_of(client.get(story.claim.get_absolute_url()))
    assert f"Achieved but not entered:</strong> {story.not_entered.candidate}." in page
    assert "Unnamed entries" not in page and "more unnamed entr" not in page
    assert reverse("named-entries", args=[story.centre.number]) in page
    actions.set_lines(story.claim, [story.entered], by=story.by)
    check = html_of(client.get(reverse("claim-submit", args=[story.claim.pk])))
    assert "Unnamed entries" not in check
    client.post(
        reverse("claim-submit", args=[story.claim.pk]), {"is_authenticated": "on", "is_standardised": "on"}
    )
    story.claim.refresh_from_db()
    assert (story.claim.state, NamedEntry.objects.claimable().count()) == ("submitted", 1)
