"""Two people act at once: real threads, real transactions, and one entry left."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from centres import actions as centre_actions
from centres.ledger import NotEnoughEntries
from centres.models import EntryAccount, LedgerLine
from moderation import actions
from moderation.models import Claim
from portal.kit.models import OutboxEntry
from portal.kit.stateful import TransitionRefused
from tests.factories import accounts, candidates, centres, portfolios
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db(transaction=True)
ONE_DRAFT = next(
    constraint for constraint in Claim._meta.constraints if constraint.name == "claim_one_open_draft"
)


def at_once(*calls):
    """Run `calls` at once, each on its own connection. Returns "won" or the kind of refusal for each."""
    start = Barrier(len(calls))

    def run(call):
        start.wait()
        try:
            call()
        except (NotEnoughEntries, TransitionRefused) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "won"

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def several_drafts():
    """Remove the rule of one open draft, which by itself would stop two claims from racing."""
    with connection.schema_editor() as editor:
        editor.remove_constraint(Claim, ONE_DRAFT)
    yield
    connection.cursor().execute("TRUNCATE moderation_claim CASCADE")
    with connection.schema_editor() as editor:
        editor.add_constraint(Claim, ONE_DRAFT)


def submit(claim):
    return lambda: actions.submit_claim(Claim.objects.get(pk=claim.pk), by=claim.created_by)


def balances(claim):
    account = EntryAccount.objects.get(centre=claim.centre, qualification=claim.qualification)
    return account.available, account.reserved, account.used


def test_two_claims_race_for_the_last_entry_and_exactly_one_wins(several_drafts):
    first = make.draft_claim(1, entries=1)
    work = portfolios.achieved(candidates.candidate(first.centre), first.lines.get().assignment.unit)
    second = actions.start_claim(first.centre, first.qualification, by=first.created_by)
    actions.set_lines(second, [work], by=first.created_by)

    assert sorted(at_once(submit(first), submit(second))) == ["NotEnoughEntries", "won"]

    assert balances(first) == (0, 1, 0)
    assert sorted(Claim.objects.values_list("state", flat=True)) == ["draft", "submitted"]
    assert LedgerLine.objects.filter(kind="reserve").count() == 1
    loser = Claim.objects.get(state="draft")
    assert [line.state for line in loser.lines.all()] == ["draft"]
    assert [line.assignment.state for line in loser.lines.all()] == ["achieved"]


def test_claim_submitted_by_two_people_at_once_is_submitted_once():
    claim = make.draft_claim(2, entries=4)
    assert sorted(at_once(submit(claim), submit(claim))) == ["TransitionRefused", "won"]
    assert balances(claim) == (2, 2, 0)
    assert OutboxEntry.objects.filter(kind="propose-sample").count() == 1


def test_claim_and_cancellation_race_for_the_last_entry():
    claim = make.draft_claim(1, entries=1)
    account = EntryAccount.objects.get(centre=claim.centre)
    staff = accounts.staff()
    cancelled = centres.adjustment(account, -1, "cancel")

    outcomes = at_once(submit(claim), lambda: centre_actions.approve_adjustment(cancelled, by=staff))

    claim.refresh_from_db()
    cancelled.refresh_from_db()
    lines = sorted(LedgerLine.objects.values_list("kind", flat=True))
    claim_won = (["won", "TransitionRefused"], "submitted", "proposed", (0, 1, 0), ["grant", "reserve"])
    cancellation_won = (["NotEnoughEntries", "won"], "draft", "approved", (0, 0, 0), ["cancel", "grant"])
    expected = claim_won if outcomes[0] == "won" else cancellation_won
    assert (outcomes, claim.state, cancelled.state, balances(claim), lines) == expected


def test_sample_drawn_by_two_workers_at_once_is_drawn_once():
    claim = make.submitted_claim(8)

    def draw():
        actions.propose_sample(Claim.objects.get(pk=claim.pk))

    assert at_once(draw, draw) == ["won", "won"]
    assert claim.lines.filter(sampled__isnull=False).count() == 6


def test_two_claims_started_at_once_get_two_numbers():
    centre = centres.centre()
    first, second = make.catalogue.qualification(), make.catalogue.qualification()
    for qualification in (first, second):
        centres.approval(centre, qualification)
    by = centres.person(centre)

    def start(qualification):
        return lambda: actions.start_claim(centre, qualification, by=by)

    assert at_once(start(first), start(second)) == ["won", "won"]
    numbers = sorted(Claim.objects.values_list("number", flat=True))
    assert [number[-4:] for number in numbers] == ["0001", "0002"]
