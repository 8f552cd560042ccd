"""A moderator reviews the claims of allocated centres on screen, and concludes them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate
from moderation import actions, rules
from moderation.models import Conflict, Decision
from portal.demo import evidence as demo
from portal.files.renditions.making import make as make_preview
from portal.kit.models import Event
from portfolios import actions as work_actions
from portfolios import rules as work_rules
from portfolios.models import EvidenceVersion
from portfolios.sides import TUTOR
from tests.factories import accounts, centres, portfolios
from tests.factories import moderation as make
from tests.pages import html_of

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return html_of(response)


def page(client, name, *args):
    return client.get(reverse(name, args=args))


def lines_of(claim) -> list:
    return list(claim.lines.for_pages())


def sampled(claim) -> list:
    return [line for line in lines_of(claim) if rules.is_sampled(line)]


def outside(claim) -> list:
    return [line for line in lines_of(claim) if not rules.is_sampled(line)]


@pytest.fixture
def claim(client):
    """Eight lines in moderation, six of them sampled; their moderator is signed in."""
    made = make.claim_in_moderation(8)
    client.force_login(made.in_moderation_by)
    return made


@pytest.fixture
def proposed(client):
    """Eight lines with a proposed sample; their moderator is signed in."""
    made = make.submitted_claim(8)
    moderator = make.moderator(made.centre, made.qualification)
    actions.propose_sample(made)
    made.refresh_from_db()
    client.force_login(moderator.user)
    return made


def decide(client, line, outcome="agreed", comment="", **options):
    url = reverse("moderated-line", args=[line.pk])
    return client.post(url, {"outcome": outcome, "comment": comment}, **options)


def test_claims_that_wait_come_first_and_the_oldest_on_top(client, claim):
    moderator = claim.in_moderation_by.moderator
    concluded = make.concluded_claim(1, at=claim.centre, by=moderator.user)
    moderator.allocations.create(centre=concluded.centre, qualification=concluded.qualification)
    later = make.submitted_claim(1, at=claim.centre)
    moderator.allocations.create(centre=later.centre, qualification=later.qualification)

    html = text(page(client, "moderator-claims"))

    assert html.index(claim.number) < html.index(later.number) < html.index(concluded.number)
    assert "0 of 6 sampled lines decided" in html


def test_only_moderators_have_the_page(client):
    for somebody in (accounts.adult(), accounts.staff(), centres.person(centres.centre())):
        client.force_login(somebody)
        assert page(client, "moderator-claims").status_code == 404


def pages_of(claim) -> list[str]:
    line = sampled(claim)[0]
    version = EvidenceVersion.objects.get(evidence__assignment=line.assignment)
    return [
        reverse("moderation-claim", args=[claim.pk]),
        reverse("claim-conclude", args=[claim.pk]),
        reverse("moderated-line", args=[line.pk]),
        reverse("line-file", args=[version.pk]),
    ]


def test_allocated_moderator_opens_everything_and_nobody_else_anything(client, claim):
    for url in pages_of(claim):
        assert client.get(url).status_code == 200
    strangers = [
        make.moderator().user,
        claim.created_by,
        centres.person(centres.centre()),
        lines_of(claim)[0].assignment.candidate.user,
        accounts.staff(),
    ]
    for stranger in strangers:
        client.force_login(stranger)
        for url in pages_of(claim):
            assert client.get(url).status_code == 404
        assert client.post(reverse("sample-send", args=[claim.pk])).status_code == 404
    client.logout()
    for url in pages_of(claim):
        assert client.get(url).status_code == 302


def test_moderator_with_a_conflict_sees_none_of_it(client, claim):
    urls = pages_of(claim)
    moderator = claim.in_moderation_by.moderator
    Conflict.objects.create(moderator=moderator, centre=claim.centre, reason="Sister teaches there")
    assert [client.get(url).status_code for url in urls] == [404] * 4
    html = text(page(client, "moderator-claims"))
    assert claim.number not in html
    assert claim.centre.name not in html


def test_access_ends_with_the_allocation(client, claim):
    urls = pages_of(claim)
    actions.end_allocation(claim.in_moderation_by.moderator.allocations.get(), by=accounts.staff())
    assert [client.get(url).status_code for url in urls] == [404] * 4


def test_draft_is_not_the_moderators_yet(client):
    draft = make.draft_claim()
    client.force_login(make.moderator(draft.centre, draft.qualification).user)
    assert page(client, "moderation-claim", draft.pk).status_code == 404
    assert page(client, "moderated-line", draft.lines.get().pk).status_code == 404


def test_summary_has_words_in_every_cell_and_says_what_is_open(client, claim):
    line = sampled(claim)[0]
    actions.decide_line(line, outcome="agreed", comment="", by=claim.in_moderation_by)
    html = text(page(client, "moderation-claim", claim.pk))
    assert html.count(">To decide<") == 5
    assert html.count(">Not in the sample<") == 2
    assert html.count(">Agreed<") == 1
    assert "5 sampled lines have no decision yet." in html
    assert claim.sample_seed in html
    assert line.sampled.reason in html


def test_moderator_adds_lines_and_sends_the_sample(client, proposed):
    html = text(page(client, "moderation-claim", proposed.pk))
    assert "check the proposed sample" in html
    added = outside(proposed)[0]
    url = group_url(proposed)
    assert str(added.assignment.candidate) in text(client.get(url))
    assert "Select the lines" in text(client.post(url, follow=True))
    client.post(url, {"added": [added.pk]})
    assert str(added.assignment.candidate) not in text(client.get(url))
    client.post(reverse("sample-send", args=[proposed.pk]))
    proposed.refresh_from_db()
    assert proposed.state == "in_moderation"
    assert len(sampled(proposed)) == 7
    again = client.post(reverse("sample-send", args=[proposed.pk]), follow=True)
    assert "was not possible to send the sample" in text(again)


def test_line_of_another_claim_cannot_be_added(client, proposed):
    foreign = make.submitted_claim().lines.get()
    client.post(group_url(proposed), {"added": [foreign.pk]})
    foreign.refresh_from_db()
    assert not hasattr(foreign, "sampled")


def group_url(claim) -> str:
    (group,) = rules.Review(claim).groups
    return reverse("claim-group", args=[claim.pk, group.key])


def test_group_lists_what_was_not_looked_at_and_finds_a_candidate(client, claim):
    url = group_url(claim)
    first, second = outside(claim)
    html = text(client.get(url))
    assert html.count(reverse("moderated-line", args=[first.pk])) == 1
    assert 'name="added"' not in html, "the sample was sent"
    found = text(client.get(url, {"find": first.assignment.candidate.number}))
    assert (str(first.assignment.candidate) in found, str(second.assignment.candidate) in found) == (
        True,
        False,
    )
    decide(client, first)
    assert reverse("moderated-line", args=[first.pk]) not in text(client.get(url))
    assert client.get(url + "x").status_code == 404


def test_lines_are_not_added_once_the_sample_is_sent(client, claim):
    line = outside(claim)[0]
    assert "its sample cannot be changed" in text(
        client.post(group_url(claim), {"added": [line.pk]}, follow=True)
    )
    assert len(sampled(claim)) == 6


def test_line_shows_the_evidence_beside_the_centres_checklist(client, claim):
    line = sampled(claim)[0]
    html = text(page(client, "moderated-line", line.pk))
    for words in ("plan.txt", "Describe part 1 of the plan.", "Agree with the centre", "Met"):
        assert words in html
    assert "checked" not in html.replace("checked that the work", ""), (
        "no decision is chosen for the moderator"
    )


def test_line_makes_15_queries_however_much_is_decided(client, claim, queries_of):
    line, other, *_ = sampled(claim)
    url = reverse("moderated-line", args=[line.pk])
    client.get(url)
    before = queries_of(lambda: client.get(url))
    decide(client, line)
    decide(client, other)
    assert (queries_of(lambda: client.get(url)), before) == (15, 15)


def test_line_reads_the_criteria_of_all_objectives_in_one_query(client, claim):
    with CaptureQueriesContext(connection) as made:
        page(client, "moderated-line", sampled(claim)[0].pk)
    of_criteria = [query["sql"] for query in made if 'FROM "catalogue_criterion"' in query["sql"]]
    assert [" IN (" in sql for sql in of_criteria] == [True]


def test_line_outside_the_sample_can_be_decided_by_itself(client, claim):
    line, other = outside(claim)
    html = text(page(client, "moderated-line", line.pk))
    assert "This line is outside the sample. Decide it here on its own" in html
    decide(client, line, "not_agreed", "The film is not theirs.")
    assert list(Decision.objects.values_list("line", "outcome", "looked_at")) == [
        (line.pk, "not_agreed", True)
    ]
    for found in sampled(claim):
        decide(client, found)
    data = {**answers(claim, "agreed", "Their other work was sound."), "report": "Fine."}
    client.post(reverse("claim-conclude", args=[claim.pk]), data)
    assert sorted(claim.lines.values_list("state", flat=True)) == ["confirmed"] * 7 + ["returned"]
    line.refresh_from_db()
    assert line.state == "returned"
    assert other.decisions.get().looked_at is False


@pytest.mark.parametrize("state", ["sample_proposed", "concluded"])
def test_no_line_is_decided_before_the_sample_is_sent_or_after_the_end(client, proposed, state):
    by = proposed.centre.allocations.get().moderator.user
    if state == "concluded":
        actions.send_sample(proposed, by=by)
        for line in lines_of(proposed):
            actions.decide_line(line, outcome="agreed", comment="", by=by)
        actions.conclude(proposed, rest={}, report="", by=by)
    line = lines_of(proposed)[0]
    assert "Save decision" not in text(page(client, "moderated-line", line.pk))
    before = Decision.objects.count()
    decide(client, line, "not_agreed", "Too late")
    assert Decision.objects.count() == before


def test_saving_a_decision_leads_to_the_next_undecided_line(client, claim):
    first, second, *_, last = sampled(claim)
    assert decide(client, first).url == reverse("moderated-line", args=[second.pk])
    for line in sampled(claim)[1:-1]:
        decide(client, line)
    assert decide(client, last).url == reverse("moderation-claim", args=[claim.pk])
    assert Event.objects.filter(verb="decide").count() == 6


def test_going_on_begins_again_at_the_top(client, claim):
    *_, last = sampled(claim)
    assert decide(client, last).url == reverse("moderated-line", args=[sampled(claim)[0].pk])


@pytest.mark.parametrize("outcome", ["not_agreed", "withdrawn"])
def test_decision_against_the_centre_needs_a_comment(client, claim, outcome):
    line = sampled(claim)[0]
    response = decide(client, line, outcome, "  ")
    assert "Enter a comment" in text(response)
    assert f'value="{outcome}"' in text(response)
    assert not Decision.objects.exists()
    decide(client, line, outcome, "Criterion 1.2 has no evidence.")
    assert Decision.objects.get().outcome == outcome


def test_decision_is_changed_by_adding_another(client, claim):
    line = sampled(claim)[0]
    decide(client, line, "not_agreed", "Where is the plan?")
    assert "Where is the plan?</textarea>" in text(page(client, "moderated-line", line.pk))
    decide(client, line, "agreed", "")
    assert list(Decision.objects.values_list("outcome", flat=True)) == ["not_agreed", "agreed"]


def test_conclusion_waits_for_every_sampled_line(client, claim):
    html = text(page(client, "claim-conclude", claim.pk))
    assert "6 sampled lines have no decision yet." in html
    response = client.post(reverse("claim-conclude", args=[claim.pk]), {**answers(claim), "report": "Fine."})
    assert "6 sampled lines have no decision yet." in text(response)
    assert "Fine.</textarea>" in text(response)
    claim.refresh_from_db()
    assert claim.state == "in_moderation"


def answers(claim, outcome="agreed", comment="") -> dict:
    return {
        f"group-{group.key}-{name}": value
        for group in rules.Review(claim).groups
        if group.others
        for name, value in (("outcome", outcome), ("comment", comment))
    }


def test_lines_outside_the_sample_are_decided_by_group_and_never_by_default(client, claim):
    for line in sampled(claim):
        actions.decide_line(line, outcome="agreed", comment="", by=claim.in_moderation_by)
    url = reverse("claim-conclude", args=[claim.pk])
    html = text(client.get(url))
    assert "checked" not in html
    for data in ({"report": "Fine."}, {**answers(claim, "not_agreed"), "report": "Fine."}, answers(claim)):
        assert client.post(url, data).status_code == 200
        claim.refresh_from_db()
        assert claim.state == "in_moderation"

    client.post(url, {**answers(claim, "withdrawn", "Claimed twice."), "report": "Fine."})

    claim.refresh_from_db()
    assert (claim.state, claim.report) == ("concluded", "Fine.")
    assert sorted(claim.lines.values_list("state", flat=True)) == ["confirmed"] * 6 + ["withdrawn"] * 2
    assert client.get(url).status_code == 302
    assert "Concluded by" in text(page(client, "moderation-claim", claim.pk))


def test_file_leaves_as_a_download_and_is_recorded(client, claim):
    line = sampled(claim)[0]
    version = EvidenceVersion.objects.get(evidence__assignment=line.assignment)
    response = client.get(reverse("line-file", args=[version.pk]))
    assert b"".join(response.streaming_content) == b"Purpose, audience, ideas.\n"
    assert response["Content-Disposition"].startswith("attachment")
    assert Event.objects.get(verb="download").by == claim.in_moderation_by


def test_work_after_the_claim_is_not_the_moderators(client):
    claim = make.claim_in_moderation(1)
    by = claim.in_moderation_by
    line = claim.lines.for_pages().get()
    claimed = EvidenceVersion.objects.get(evidence__assignment=line.assignment)
    actions.decide_line(line, outcome="not_agreed", comment="More, please.", by=by)
    actions.conclude(claim, rest={}, report="More.", by=by)
    work = line.assignment
    work.refresh_from_db()
    work_actions.return_for_further_work(work, why="More", by=portfolios.tutor_of(work))
    portfolios.evidence(work, file=portfolios.text_file("later.txt", b"Later"), title="Later")
    work_actions.hand_in(work, by=work.candidate.user)
    later = EvidenceVersion.objects.get(stored__name="later.txt")
    criterion = work_rules.criteria_of(work)[0]
    work_actions.judge(
        work, criterion, side=TUTOR, outcome="not_yet", comment="Second thoughts",
        seen=portfolios.seen_of(work, criterion), by=portfolios.tutor_of(work),
    )  # fmt: skip

    client.force_login(by)
    html = text(page(client, "moderated-line", line.pk))
    assert "plan.txt" in html
    assert "later.txt" not in html
    assert "Second thoughts" not in html
    assert page(client, "line-file", claimed.pk).status_code == 200
    assert page(client, "line-file", later.pk).status_code == 404


def test_page_image_leaves_by_the_same_door(client):
    claim = make.claim_in_moderation(
        file=lambda: portfolios.text_file("board.pdf", demo.storyboard(1, "Fair", "0001"))
    )
    version = EvidenceVersion.objects.get()
    make_preview(version.stored)
    client.force_login(claim.in_moderation_by)
    shown = page(client, "line-rendition", version.pk, 1)
    assert (shown["Content-Type"], shown["Content-Disposition"]) == (
        "image/jpeg",
        'inline; filename="page-1.jpg"',
    )
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
    assert page(client, "line-rendition", version.pk, 99).status_code == 404
    client.force_login(make.moderator().user)
    assert page(client, "line-rendition", version.pk, 1).status_code == 404


def queries(client, name, *args) -> int:
    page(client, name, *args)
    with CaptureQueriesContext(connection) as captured:
        assert page(client, name, *args).status_code == 200
    return len(captured)


def test_pages_make_the_same_number_of_queries_for_7_and_for_9_lines(client):
    counts = []
    for size in (7, 9):  # six are sampled
        claim = make.claim_in_moderation(size)
        client.force_login(claim.in_moderation_by)
        for line in sampled(claim):
            actions.decide_line(line, outcome="agreed", comment="", by=claim.in_moderation_by)
        counts.append(
            [
                queries(client, "moderation-claim", claim.pk),
                queries(client, "moderated-line", sampled(claim)[0].pk),
                queries(client, "claim-conclude", claim.pk),
                queries(client, "claim-group", claim.pk, rules.Review(claim).groups[0].key),
            ]
        )
    assert counts[0] == counts[1]


def test_list_makes_the_same_number_of_queries_for_1_and_for_3_claims(client, claim):
    few = queries(client, "moderator-claims")
    from moderation.models import Claim

    for number in range(2):
        Claim.objects.create(
            number=f"CL-{number}",
            centre=claim.centre,
            qualification=claim.qualification,
            created_by=claim.created_by,
            state="submitted",
            submitted_at=timezone.now(),
            submitted_by=claim.created_by,
        )
    assert queries(client, "moderator-claims") == few


def test_candidates_of_a_claim_are_shown_by_name(client):
    claim = make.claim_in_moderation(3)
    names = [("Zed", "Adam", "0103"), ("Adair", "Bea", "0101"), ("Adair", "Ann", "0102")]
    for line, (last, first, number) in zip(claim.lines.order_by("pk"), names, strict=True):
        one = Candidate.objects.filter(pk=line.assignment.candidate_id)
        one.update(last_name=last, first_names=first, number=number)
    client.force_login(claim.in_moderation_by)
    shown = page(client, "moderation-claim", claim.pk).context["rows"]
    assert [candidate.first_names for candidate, _ in shown] == ["Ann", "Bea", "Adam"]
