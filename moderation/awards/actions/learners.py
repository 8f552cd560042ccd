"""One person is one learner: find the same person at several centres, join candidates, keep them apart, undo either."""

from collections.abc import Iterable
from contextlib import suppress

from django.db import transaction
from django.db.models import Q

from candidates.models import Candidate, Learner, LearnerPair
from centres.models import Centre
from portal.accounts.models import User
from portal.kit import audit, outbox
from portal.kit.stateful import TransitionRefused

from ..alike import COMPARED, Alike, alike, are_not_for_the_portal_to_join, said_to_differ
from ..models import Certificate, Result

State = LearnerPair.State


def hold_learners(keys: Iterable[int]) -> dict[int, Candidate]:
    """Lock these candidates and their learners until the transaction ends. Returns {key: the candidate as it is now}.

    Only one process at a time may test what counts together: another claim of theirs may be at the same point.
    """
    keys = set(keys)
    while True:
        with suppress(_Changed), transaction.atomic():
            return _hold(keys)


class _Changed(Exception):
    """Somebody was joined or separated while this waited for their learner's lock: the locks are released."""


def _hold(keys: set[int]) -> dict[int, Candidate]:
    learners = Candidate.everyone.filter(pk__in=keys).values_list("learner", flat=True)
    held = {key for key in learners if key}
    list(Learner.objects.select_for_update().filter(pk__in=held).order_by("pk"))
    locked = Candidate.everyone.select_for_update(of=("self",), no_key=True)
    rows = list(locked.filter(pk__in=keys).select_related("centre", "learner").order_by("pk"))
    if {row.learner_id for row in rows if row.learner_id} != held:
        raise _Changed
    return {candidate.pk: candidate for candidate in rows}


def match_learners(centre: Centre) -> None:
    """Look for a centre's new and changed candidates at other centres. Safe to run twice."""
    waiting = centre.candidates.filter(is_matched=False).order_by("pk")
    while candidate := waiting.first():  # read again each time, as details may change meanwhile
        match_learner(candidate)


@transaction.atomic
def match_learner(candidate: Candidate) -> None:
    """Join a candidate with anyone who is certainly the same person; record every other pair for staff to decide.

    A candidate who was changed or merged during the search stays unmatched.
    """
    for found in alike(candidate):
        if _are_joined(candidate, found.other):
            continue  # through an earlier match
        pair = _pair_of(candidate, found)
        surely = found.is_one and pair.state == State.OPEN
        if surely and not are_not_for_the_portal_to_join(candidate, found.other):
            _join(pair, by=None, why=found.why)
            candidate.refresh_from_db(fields=["learner", "own_learner", "ocr_number"])
    compared = {name: getattr(candidate, name) for name in COMPARED}
    Candidate.objects.filter(pk=candidate.pk, **compared).update(is_matched=True)


def _are_joined(one: Candidate, other: Candidate) -> bool:
    return bool(one.learner_id) and Candidate.objects.filter(pk=other.pk, learner=one.learner_id).exists()


def keep_decisions(kept: Candidate, merged: Candidate, *, by: User) -> None:
    """Apply decisions about `merged` to `kept`: the portal does not join people whom staff keep apart or separated."""
    decided = LearnerPair.objects.filter(Q(first=merged) | Q(second=merged))
    for pair in decided.filter(Q(state=State.SEPARATE) | Q(is_undone=True)).select_related("first", "second"):
        other = pair.second if pair.first_id == merged.pk else pair.first
        same, _ = _get_pair(kept, other, why=pair.why)
        if same.state != State.OPEN:
            continue
        LearnerPair.objects.filter(pk=same.pk).update(is_undone=True)
        if pair.state == State.SEPARATE:
            separate_learners(
                same, by=by, why=f"They were kept apart from {merged}, who was merged into {kept}."
            )


def _pair_of(candidate: Candidate, found: Alike) -> LearnerPair:
    pair, is_new = _get_pair(candidate, found.other, why=found.why)
    if not is_new and pair.why != found.why:
        pair.why = found.why
        pair.save(update_fields=["why"])
    return pair


def _get_pair(one: Candidate, other: Candidate, *, why: str) -> tuple[LearnerPair, bool]:
    first, second = sorted([one, other], key=lambda row: row.pk)
    return LearnerPair.objects.get_or_create(first=first, second=second, defaults={"why": why})


@transaction.atomic
def join_learners(pair: LearnerPair, *, by: User, why: str) -> None:
    """Join two candidates as one person. Raises TransitionRefused if it would join people whom staff keep apart."""
    hold_learners([pair.first_id, pair.second_id])
    pair.lock()
    if (apart := said_to_differ(pair.first, pair.second)) and apart != pair:
        raise TransitionRefused(f"{pair} cannot be joined: {apart} are two people. Undo that first.")
    _join(pair, by=by, why=why)


def _join(pair: LearnerPair, *, by: User | None, why: str) -> None:
    ends = hold_learners([pair.first_id, pair.second_id]).values()
    for candidate in ends:
        learner_of(candidate)
    pair.move("join", by=by, why=why)
    outbox.due("test-awards", *{_settle(candidate, by=by, why=why) for candidate in ends})


def learner_of(candidate: Candidate) -> Learner:
    """The learner that a candidate counts as; created when first needed."""
    if candidate.learner is None:
        candidate.learner = candidate.own_learner = Learner.objects.create()
        candidate.save(update_fields=["learner", "own_learner"])
    return candidate.learner


def _settle(candidate: Candidate, *, by: User | None, why: str) -> Learner:
    """Make everyone who is the same person as `candidate` count as one learner, and return it.

    A learner with a number keeps it, the older of two, because it is printed on certificates. The result follows from
    the pairs alone, so separating two people restores what each had, whatever the order of joining and separating.
    """
    one_person = _joined_learners(candidate.own_learner_id)
    learner = min(Learner.objects.filter(pk__in=one_person), key=lambda row: (not row.ocr_number, row.pk))
    others = Candidate.everyone.filter(own_learner__in=one_person).exclude(learner=learner)
    _give(learner, others.order_by("pk"), by=by, why=why)
    return learner


def _joined_learners(key: int | None, *, without: LearnerPair | None = None) -> set[int]:
    """Keys of the learners who are one person by the joined pairs; `without`: as if this pair were not joined."""
    joined = LearnerPair.objects.filter(state=State.JOINED)
    if without:
        joined = joined.exclude(pk=without.pk)
    found: set[int] = set()
    new = {key} if key else set()
    while new:
        found |= new
        either = Q(first__own_learner__in=new) | Q(second__own_learner__in=new)
        ends = joined.filter(either).values_list("first__own_learner", "second__own_learner")
        new = {end for pair in ends for end in pair} - found
    return found


def _give(learner: Learner, candidates: Iterable[Candidate], *, by: User | None, why: str) -> None:
    """Make the candidates count as this learner. Those who have a number get the learner's."""
    for candidate in candidates:
        before = candidate.ocr_number
        candidate.learner = learner
        candidate.ocr_number = learner.ocr_number if before else ""
        candidate.save(update_fields=["learner", "ocr_number"])
        # Recorded about the learner: the centre reads a candidate's history, and is not told about a match.
        numbers = [before, candidate.ocr_number]
        audit.record(
            "join learner",
            learner,
            by=by,
            after=str(candidate),
            why=why,
            candidate=candidate.pk,
            numbers=numbers,
        )


@transaction.atomic
def separate_learners(pair: LearnerPair, *, by: User, why: str) -> None:
    """Record that they are two people with similar details: the portal never joins them."""
    hold_learners([pair.first_id, pair.second_id])  # anyone joining them through a third waits
    pair.move("separate", by=by, why=why)


@transaction.atomic
def undo_learners(pair: LearnerPair, *, by: User, why: str) -> None:
    """Undo a decision about a pair. If they were joined they are separated, unless other pairs join them as well.

    Raises TransitionRefused while an award in force counts units from both.
    """
    ends = hold_learners([pair.first_id, pair.second_id]).values()
    pair.lock()
    was_joined = pair.state == State.JOINED
    if was_joined:
        _refuse_shared_awards(pair, *ends)
    pair.move("undo", by=by, why=why)
    for candidate in ends if was_joined else ():
        _settle(candidate, by=by, why=why)


def _refuse_shared_awards(pair: LearnerPair, first: Candidate, second: Candidate) -> None:
    learners = _joined_learners(first.own_learner_id, without=pair)
    if second.own_learner_id in learners:
        return  # they stay one person
    keys = set(Candidate.everyone.filter(own_learner__in=learners).values_list("pk", flat=True))
    awards = Certificate.objects.standing().filter(kind="award", candidate__learner=first.learner_id)
    for award in awards.select_related("claim__qualification", "candidate"):
        results = Result.objects.standing_of(award.claim.qualification, award.candidate)
        side = award.candidate_id in keys
        own = {result.unit.code for result in results if (result.candidate_id in keys) == side}
        if not {code for code, _ in award.units} <= own:
            raise TransitionRefused(
                f"{award.size} {award} ({award.certificate_name}) counts units from both. Revoke it first."
            )
