"""Groups of a claim (unit, assessor, grade): agreed against the lines looked at only with a reason, or after more."""

import pytest
from django.urls import reverse

from moderation import actions, rules
from moderation.models import ClaimLine, Decision
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from portfolios.models import Round
from tests.factories import accounts, centres
from tests.factories import moderation as make
from tests.pages import html_of

pytestmark = pytest.mark.django_db


def lines_of(claim) -> list[ClaimLine]:
    return list(claim.lines.for_pages())


def decide_sample(claim, *outcomes: str) -> None:
    """Decide the sampled lines in turn, using the last outcome for all the rest."""
    sampled = [line for line in lines_of(claim) if rules.is_sampled(line)]
    for place, line in enumerate(sampled):
        outcome = outcomes[min(place, len(outcomes) - 1)]
        actions.decide_line(line, outcome=outcome, comment="Seen.", by=claim.in_moderation_by)


def conclude(claim, comment: str, outcome: str = "agreed") -> None:
    groups = rules.Review(claim).groups
    rest = {group.key: (outcome, comment) for group in groups if group.others}
    actions.conclude(claim, rest=rest, report="", by=claim.in_moderation_by)


def states_of(claim) -> dict[str, int]:
    states = list(claim.lines.values_list("state", flat=True))
    return {state: states.count(state) for state in sorted(set(states))}


@pytest.mark.parametrize(
    "outcomes", [["not_agreed"], ["agreed", "not_agreed"], ["agreed", "withdrawn", "agreed"]]
)
def test_rest_is_not_agreed_against_the_sample_without_a_reason_that_is_kept(outcomes):
    claim = make.claim_in_moderation(7)
    decide_sample(claim, *outcomes)
    with pytest.raises(TransitionRefused, match=r"You agree with \d of the 6 you looked at"):
        conclude(claim, "  ")
    claim.refresh_from_db()
    assert (claim.state, states_of(claim)) == ("in_moderation", {"pending": 7})

    conclude(claim, "The seventh was marked by both tutors.")
    kept = Decision.objects.get(looked_at=False)
    assert (kept.outcome, kept.comment) == ("agreed", "The seventh was marked by both tutors.")


def test_rest_is_agreed_without_a_word_where_all_that_was_looked_at_was_agreed():
    claim = make.claim_in_moderation(7)
    decide_sample(claim, "agreed")
    conclude(claim, "")
    assert states_of(claim) == {"confirmed": 7}


def test_looking_at_the_rest_is_the_other_way_out():
    claim = make.claim_in_moderation(7)
    decide_sample(claim, "not_agreed")
    (last,) = [line for line in lines_of(claim) if not rules.is_sampled(line)]
    actions.decide_line(last, outcome="agreed", comment="", by=claim.in_moderation_by)
    conclude(claim, "")
    assert states_of(claim) == {"confirmed": 1, "returned": 6}


def test_group_of_which_nothing_was_looked_at_is_agreed_only_with_a_reason():
    claim = make.submitted_claim(7)
    (second,) = ClaimLine.objects.filter(pk=claim.lines.last().pk)
    ClaimLine.objects.filter(pk=second.pk).update(assessor=centres.person(claim.centre, "tutor"))
    actions.propose_sample(claim)
    claim.refresh_from_db()
    by = make.moderator(claim.centre, claim.qualification).user
    second.refresh_from_db()
    actions.drop_from_sample(claim, second, why="Seen last year.", by=by)
    actions.send_sample(claim, by=by)
    decide_sample(claim, "agreed")
    with pytest.raises(TransitionRefused, match="You have not looked at any of this group"):
        conclude(claim, "")
    conclude(claim, "Moderated last year.")
    assert states_of(claim) == {"confirmed": 7}


def test_groups_of_the_page_are_those_of_the_sampling():
    claim = make.draft_claim(3)
    _first, second, third = lines_of(claim)
    Round.objects.filter(pk=second.round_id).update(grade="MERIT")
    actions.submit_claim(claim, by=claim.created_by)
    ClaimLine.objects.filter(pk=third.pk).update(assessor=centres.person(claim.centre, "tutor"))
    on_page = {(group.assessor.pk, group.grade) for group in rules.Review(claim).groups}
    sampled = {(line.assessor, line.grade) for line in actions.claimed_lines(claim)}
    assert on_page == sampled
    assert len(rules.Review(claim).groups) == 3


def test_page_asks_for_the_reason_and_keeps_what_was_typed(client):
    claim = make.claim_in_moderation(7)
    decide_sample(claim, "not_agreed")
    client.force_login(claim.in_moderation_by)
    url = reverse("claim-conclude", args=[claim.pk])
    (group,) = rules.Review(claim).groups
    html = client.get(url).content.decode()
    assert "You agree with 0 of the 6 you looked at." in html
    page = client.post(url, {f"group-{group.key}-outcome": "agreed", "report": "My report"})
    assert "My report</textarea>" in page.content.decode()
    claim.refresh_from_db()
    assert claim.state == "in_moderation"


# --- the proposed sample ------------------------------------------------------------------------


@pytest.fixture
def proposed(client):
    """Eight lines with a proposed sample; their moderator is signed in."""
    made = make.submitted_claim(8)
    moderator = make.moderator(made.centre, made.qualification)
    actions.propose_sample(made)
    made.refresh_from_db()
    client.force_login(moderator.user)
    return made


def in_and_out(claim) -> tuple[list[ClaimLine], list[ClaimLine]]:
    lines = lines_of(claim)
    return [x for x in lines if rules.is_sampled(x)], [x for x in lines if not rules.is_sampled(x)]


def test_proposed_line_is_swapped_with_a_reason_that_the_history_keeps(client, proposed):
    (first, *_), (other, _) = in_and_out(proposed)
    url = reverse("sample-drop", args=[first.pk])
    assert "Enter" in client.post(url, {"instead": other.pk, "why": " "}).content.decode()
    client.post(url, {"instead": other.pk, "why": "The file of it is damaged."})
    sampled, outside = in_and_out(proposed)
    assert (len(sampled), first in outside, other in sampled) == (6, True, True)
    event = Event.objects.about(proposed).get(verb="drop from sample")
    assert (event.before, event.after, event.why) == (
        str(first.assignment),
        str(other.assignment),
        "The file of it is damaged.",
    )
    assert (
        "The file of it is damaged."
        in client.get(reverse("moderation-claim", args=[proposed.pk])).content.decode()
    )
    client.force_login(proposed.created_by)
    assert "The file of it is damaged." not in client.get(proposed.get_absolute_url()).content.decode()


def test_proposed_line_is_dropped_and_the_page_says_which_groups_have_none(client, proposed):
    url = reverse("moderation-claim", args=[proposed.pk])
    assert (
        "Every group (unit, assessor and grade) has a line in the sample." in client.get(url).content.decode()
    )
    sampled, _ = in_and_out(proposed)
    by = proposed.centre.allocations.get().moderator.user
    for line in sampled:
        actions.drop_from_sample(proposed, line, why="Not needed.", by=by)
    html = html_of(client.get(url))
    assert "1 group has no line in the sample and is marked below." in html
    assert "<strong>none in the sample</strong>" in html


def test_sample_is_changed_by_nobody_once_it_is_sent_and_only_with_lines_of_the_claim(proposed):
    by = proposed.centre.allocations.get().moderator.user
    (first, second, *_), (outside, _) = in_and_out(proposed)
    foreign = make.submitted_claim().lines.get()
    for line, instead in ((outside, None), (first, second), (first, foreign), (foreign, None)):
        with pytest.raises(TransitionRefused):
            actions.drop_from_sample(proposed, line, why="No", by=by, instead=instead)
    actions.send_sample(proposed, by=by)
    with pytest.raises(TransitionRefused, match="its sample cannot be changed"):
        actions.drop_from_sample(proposed, first, why="No", by=by)
    assert len(in_and_out(proposed)[0]) == 6


def test_empty_sample_is_not_sent(proposed):
    by = accounts.adult()
    for line in in_and_out(proposed)[0]:
        actions.drop_from_sample(proposed, line, why="No", by=by)
    with pytest.raises(TransitionRefused, match="at least one line"):
        actions.send_sample(proposed, by=by)
    proposed.refresh_from_db()
    assert proposed.state == "sample_proposed"
