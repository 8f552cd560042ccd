"""A centre starts, builds, checks and submits a claim, and reads the decisions."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moderation import actions
from moderation.models import Claim
from portal.accounts.roles import Role
from portal.kit.models import Event
from portfolios import actions as work_actions
from tests.factories import accounts, candidates, catalogue, centres, portfolios
from tests.factories import moderation as make
from tests.pages import html_of

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return html_of(response)


def page(client, name, *args, **query):
    return client.get(reverse(name, args=args) + (f"?{urlencode(query)}" if query else ""))


@pytest.fixture
def claim(client):
    """A draft of two lines with two entries; its exams officer is signed in."""
    draft = make.draft_claim(2)
    client.force_login(draft.created_by)
    return draft


def ready(claim, count: int = 1) -> list:
    unit = claim.lines.first().assignment.unit
    return [portfolios.achieved(candidates.candidate(claim.centre), unit) for _ in range(count)]


def post_lines(client, claim, *, shown, work=(), query="", **more):
    data = {"shown": [row.pk for row in shown], "work": [row.pk for row in work], **more}
    return client.post(reverse("claim-lines", args=[claim.pk]) + query, data, follow=True)


def on_draft(claim) -> set:
    return {line.assignment for line in claim.lines.all()}


def test_list_says_what_is_ready_and_starts_a_claim(client):
    unit = catalogue.unit()
    centre = centres.centre()
    centres.entries(centre, unit.qualification)
    portfolios.achieved(candidates.candidate(centre), unit)
    client.force_login(centres.person(centre))

    assert "<strong>1</strong> unit achieved and not claimed yet" in text(
        page(client, "claims", centre.number)
    )
    response = client.post(
        reverse("claim-start", args=[centre.number]), {"qualification": unit.qualification.code}
    )

    started = Claim.objects.get()
    assert response.url == started.get_absolute_url()
    assert f"Continue {started}" in text(page(client, "claims", centre.number))


def test_second_draft_is_refused_in_words(client, claim):
    response = client.post(
        reverse("claim-start", args=[claim.centre.number]),
        {"qualification": claim.qualification.code},
        follow=True,
    )
    assert "Submit or discard it first" in text(response)
    assert Claim.objects.count() == 1


def test_nothing_is_claimed_unless_it_is_ticked(client, claim):
    (other,) = ready(claim)
    html = text(page(client, "claim", claim.pk))
    assert html.count(" checked>") == 2
    assert f'id="work-{other.pk}" >' in html


def test_both_lists_build_the_same_claim(client, claim):
    kept = on_draft(claim)
    new = set(ready(claim))
    for by in ("unit", "candidate"):
        response = post_lines(client, claim, shown=kept | new, work=kept | new, query=f"?by={by}")
        assert on_draft(claim) == kept | new
        assert response.redirect_chain[-1][0].endswith(f"?by={by}")
        post_lines(client, claim, shown=new, work=[], query=f"?by={by}")
        assert on_draft(claim) == kept


def test_lines_that_the_page_did_not_list_stay(client, claim):
    kept = on_draft(claim)
    (new,) = ready(claim)
    post_lines(client, claim, shown=[new], work=[new])
    assert on_draft(claim) == kept | {new}


def test_whole_unit_is_claimed_with_one_button(client, claim):
    new = set(ready(claim, 2))
    unit = claim.lines.first().assignment.unit
    kept = on_draft(claim)
    post_lines(client, claim, shown=kept, work=kept, whole_unit=unit.pk)
    assert on_draft(claim) == kept | new


def test_work_returned_meanwhile_is_named_and_the_ticks_are_kept(client, claim):
    kept = on_draft(claim)
    stale, fresh = ready(claim, 2)
    work_actions.return_for_further_work(stale, why="More", by=portfolios.tutor_of(stale))

    response = post_lines(client, claim, shown=[stale, fresh], work=[stale, fresh])

    assert f"Cannot be claimed now: {stale}" in text(response)
    assert f'value="{fresh.pk}" id="work-{fresh.pk}" checked' in text(response)
    assert on_draft(claim) == kept


def test_work_of_another_centre_never_gets_on_the_draft(client, claim):
    kept = on_draft(claim)
    unit = claim.lines.first().assignment.unit
    foreign = portfolios.achieved(candidates.candidate(), unit)
    post_lines(client, claim, shown=kept, work=kept | {foreign})
    assert on_draft(claim) == kept


def test_list_is_filtered_by_group_and_by_name(client, claim):
    one, other = [line.assignment for line in claim.lines.all()]
    group = candidates.group(claim.centre, one.candidate)
    for query in ({"group": group.pk}, {"find": one.candidate.last_name}):
        html = text(page(client, "claim", claim.pk, **query))
        assert f"work-{one.pk}" in html
        assert f"work-{other.pk}" not in html


def test_draft_warns_of_missing_entries_and_submit_refuses_without_losing_anything(client):
    claim = make.draft_claim(3, entries=1)
    client.force_login(claim.created_by)
    draft = text(page(client, "claim", claim.pk))
    order = f"{reverse('order-new', args=[claim.centre.number])}?qualification={claim.qualification.code}&amp;number=2"
    assert "You need 2 more unnamed entries." in draft and f'href="{order}"' in draft
    assert '<p id="submit" hidden>' in draft and "2 short" in draft
    check = text(page(client, "claim-submit", claim.pk))
    assert f'href="{order}"' in check and "Submit claim" not in check and "is_authenticated" not in check

    response = client.post(
        reverse("claim-submit", args=[claim.pk]), {"is_authenticated": "on", "is_standardised": "on"}
    )

    assert response.status_code == 200
    assert "There are not enough unnamed entries: 2 more for" in text(response)
    assert "Submit claim" not in text(response)
    claim.refresh_from_db()
    assert (claim.state, claim.lines.count()) == ("draft", 3)


def test_draft_with_enough_entries_can_be_submitted_and_shows_no_warning(client):
    claim = make.draft_claim(2, entries=2)
    client.force_login(claim.created_by)
    draft = text(page(client, "claim", claim.pk))
    assert '<p id="submit"> <button' in draft and 'id="short" hidden>' in draft
    post_lines(client, claim, shown=ready(claim) + list(on_draft(claim)), work=[*on_draft(claim)])
    assert '<dd id="stock-left" aria-live="polite">0</dd>' in text(page(client, "claim", claim.pk))
    assert "Submit claim" in text(page(client, "claim-submit", claim.pk))


def test_tutor_is_told_who_orders_the_missing_entries(client):
    claim = make.draft_claim(2, entries=1)
    client.force_login(centres.person(claim.centre, Role.TUTOR))
    draft = text(page(client, "claim", claim.pk))
    assert "Your exams officer orders entries." in draft and "order-new" not in draft


def test_check_page_shows_names_and_birth_dates_as_they_print_and_entries_before_and_after(client):
    claim = make.draft_claim(1, entries=5)
    client.force_login(claim.created_by)
    candidate = claim.lines.get().assignment.candidate
    candidate.known_as = "Meg"
    candidate.save()
    html = text(page(client, "claim-submit", claim.pk))
    assert candidate.certificate_name in html
    assert "Meg " not in html
    assert "14 March 2010" in html
    assert "<dt>Before</dt><dd>5</dd>" in html
    assert "<dt>After</dt><dd>4</dd>" in html


def test_check_page_says_who_declared_each_unit(client):
    claim = make.draft_claim(1)
    client.force_login(claim.created_by)
    line = claim.lines.for_pages().get()
    html = text(page(client, "claim-submit", claim.pk))
    assert f"Declared as the candidate’s own work by {line.round.decided_by}, " in html


@pytest.mark.parametrize("missing", ["is_authenticated", "is_standardised"])
def test_both_declarations_are_needed(client, claim, missing):
    ticks = {"is_authenticated": "on", "is_standardised": "on"}
    del ticks[missing]
    response = client.post(reverse("claim-submit", args=[claim.pk]), ticks)
    assert response.status_code == 200
    claim.refresh_from_db()
    assert claim.state == "draft"


def test_submitted_claim_is_shown_and_can_no_longer_be_changed(client, claim):
    data = {"is_authenticated": "on", "is_standardised": "on"}
    assert client.post(reverse("claim-submit", args=[claim.pk]), data).status_code == 302
    claim.refresh_from_db()
    assert claim.state == "submitted"
    assert "Waiting for OCR to allocate a moderator" in text(page(client, "claim", claim.pk))
    assert "has already been submitted" in text(
        client.post(reverse("claim-submit", args=[claim.pk]), data, follow=True)
    )
    assert "can no longer be changed" in text(post_lines(client, claim, shown=[], work=[]))
    response = client.post(reverse("claim-discard", args=[claim.pk]), follow=True)
    assert "was not possible to discard" in text(response)
    claim.refresh_from_db()
    assert (claim.state, claim.lines.count()) == ("submitted", 2)


def test_draft_is_discarded_after_a_question(client, claim):
    assert "Discard this draft?" in text(page(client, "claim-discard", claim.pk))
    client.post(reverse("claim-discard", args=[claim.pk]))
    claim.refresh_from_db()
    assert claim.state == "discarded"
    assert "This draft was discarded" in text(page(client, "claim", claim.pk))


def test_tutor_builds_but_does_not_submit(client, claim):
    client.force_login(centres.person(claim.centre, Role.TUTOR))
    html = text(page(client, "claim", claim.pk))
    assert "Save draft" in html
    assert "An exams officer submits the claim." in html
    assert page(client, "claim-submit", claim.pk).status_code == 403


def test_standardiser_reads_and_changes_nothing(client, claim):
    client.force_login(centres.person(claim.centre, Role.STANDARDISER))
    html = text(page(client, "claim", claim.pk))
    assert "Save draft" not in html
    work = next(iter(on_draft(claim)))
    assert client.post(reverse("claim-lines", args=[claim.pk]), {"shown": [work.pk]}).status_code == 403
    assert page(client, "claim-discard", claim.pk).status_code == 403
    start = client.post(reverse("claim-start", args=[claim.centre.number]), {"qualification": "X"})
    assert start.status_code == 403


def test_other_centre_candidate_moderator_and_staff_find_nothing(client, claim):
    moderator = make.moderator(claim.centre, claim.qualification).user
    theirs = centres.person(centres.centre())
    candidate = claim.lines.first().assignment.candidate.user
    for somebody in (theirs, candidate, moderator, accounts.staff()):
        client.force_login(somebody)
        for name in ("claim", "claim-submit", "claim-discard"):
            assert page(client, name, claim.pk).status_code == 404
        assert client.post(reverse("claim-lines", args=[claim.pk])).status_code == 404
        assert page(client, "claims", claim.centre.number).status_code == 404


def test_decisions_are_shown_to_the_centre_once_the_claim_is_concluded(client):
    claim = make.claim_in_moderation(1)
    by = claim.in_moderation_by
    line = claim.lines.for_pages().get()
    actions.decide_line(line, outcome="not_agreed", comment="No audience is named.", by=by)
    client.force_login(claim.created_by)
    html = text(page(client, "claim", claim.pk))
    assert "In the sample" in html
    assert "No audience is named." not in html

    actions.conclude(claim, rest={}, report="Name the audience.", by=by)

    html = text(page(client, "claim", claim.pk))
    for words in ("No audience is named.", "Name the audience.", "Not agreed", "Work looked at"):
        assert words in html


def queries(client, url) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_lists_make_the_same_number_of_queries_for_1_and_for_3_rows(client, claim):
    list_url = reverse("claims", args=[claim.centre.number])
    draft_url = claim.get_absolute_url()
    client.get(list_url)
    few = [
        queries(client, url)
        for url in (list_url, draft_url, draft_url + "?by=candidate", draft_url + "submit/")
    ]
    for number in range(2):
        Claim.objects.create(
            number=f"CL-{number}",
            centre=claim.centre,
            qualification=catalogue.qualification(),
            created_by=claim.created_by,
        )
    actions.set_lines(claim, [*on_draft(claim), *ready(claim, 2)], by=claim.created_by)
    many = [
        queries(client, url)
        for url in (list_url, draft_url, draft_url + "?by=candidate", draft_url + "submit/")
    ]
    assert many == few


def test_page_of_a_concluded_claim_makes_the_same_number_of_queries_for_1_and_for_9_lines(client):
    small, large = make.concluded_claim(1), make.concluded_claim(9)
    counts = []
    for claim in (small, large):
        client.force_login(claim.created_by)
        client.get(claim.get_absolute_url())
        counts.append(queries(client, claim.get_absolute_url()))
    assert counts[0] == counts[1]


def test_history_tells_who_did_what(client, claim):
    actions.submit_claim(claim, by=claim.created_by)
    html = text(page(client, "claim", claim.pk))
    for words in (
        "Claim started",
        "Lines changed: 2 lines",
        "Submitted to the moderator",
        str(claim.created_by),
    ):
        assert words in html
    assert Event.objects.about(claim).count() == 3
