"""Candidates' work: ten units each, four of them begun, with evidence, hand-ins, judgements and messages."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pgtrigger
from django.db.models import prefetch_related_objects
from django.utils import timezone

from portal.accounts.models import User
from portal.catalogue.grades import PASS_ONLY, Outcome
from portal.catalogue.models import Criterion, Unit
from portal.demo import words
from portal.files.kinds import Kind, Preview, Shown
from portal.files.models import Rendition, StoredFile
from portal.kit import audit
from portfolios import actions
from portfolios.actions.handing_in import STATEMENT, TUTOR_STATEMENT
from portfolios.models import (
    Assignment,
    Evidence,
    EvidenceVersion,
    Judgement,
    Message,
    ReadMark,
    Round,
    RoundFile,
)
from portfolios.rules import criteria_of
from portfolios.sides import CANDIDATE, TUTOR

from ..sizes import FILES
from .people import World

State = Assignment.State
UNITS_OF_A_LEVEL = 5
# Up to this share of the candidates, by level; whoever comes later has not begun.
PROGRESS = {
    2: [(0.33, State.ACHIEVED), (0.48, State.HANDED_IN), (0.53, State.RETURNED), (0.75, State.IN_PROGRESS)],
    3: [(0.05, State.ACHIEVED)],
}
HANDED_IN = (State.ACHIEVED, State.HANDED_IN, State.RETURNED)
PAGES_OF_A_PDF = 3
TAGS = 5  # criteria an item is tagged to
JUDGED_OF_RETURNED = 6  # criteria, of which the last two are not yet met
BATCH = 1000


@dataclass
class Desk:
    """One unit that is begun, with who works on it and who teaches it, and when it was handed in or last changed."""

    work: Assignment
    hands: User
    tutor: User
    at: datetime

    @property
    def is_handed_in(self) -> bool:
        return self.work.state in HANDED_IN


def build(world: World) -> None:
    desks = list(_begun(world, _assigned(world)))
    with pgtrigger.ignore():
        Assignment.objects.bulk_update(
            [desk.work for desk in desks],
            ["state", "handed_in_at", "achieved_at", "achieved_by"],
            batch_size=500,
        )
        versions = _evidence(world, desks)
        _hand_in(desks, versions)
        _judge(desks)
        _talk(world, desks)
        _large_files(desks)
    _tell(desks)


def _assigned(world: World) -> list[tuple[int, int, Assignment]]:
    """(level, place of the candidate, the work) of all."""
    places = {candidate.pk: place for place, candidate in enumerate(world.candidates)}
    found = []
    for level in PROGRESS:
        units = Unit.objects.filter(qualification__code=f"IMEDIA-L{level}").order_by("number")
        for number, unit in enumerate(units[:UNITS_OF_A_LEVEL]):
            due_on = timezone.localdate() + timedelta(days=30 * number - 60)
            for tutor in world.tutors:
                theirs = [c for place, c in enumerate(world.candidates) if world.tutor_of(place) == tutor]
                made = actions.assign(unit, theirs, due_on=due_on, by=tutor)
                found += [(level, places[work.candidate_id], work) for work in made]
    prefetch_related_objects([work for *_, work in found], "checklist__objectives__criteria")
    return found


def _begun(world: World, assigned: list[tuple[int, int, Assignment]]) -> Iterator[Desk]:
    """Those that are begun, in the state in which they shall be."""
    now = timezone.now()
    for level, place, work in assigned:
        share = place / world.size.candidates
        state = next((state for up_to, state in PROGRESS[level] if share < up_to), None)
        if state is None:
            continue
        at = now - timedelta(minutes=world.chance.randrange(60, 200_000))
        tutor = world.tutor_of(place)
        work.__dict__["state"] = state  # past the descriptor, which lets moves alone change it
        work.handed_in_at = at if state in HANDED_IN else None
        if state == State.ACHIEVED:
            work.achieved_at, work.achieved_by = at, tutor
        yield Desk(work, work.candidate.user, tutor, at)


# --- Evidence -------------------------------------------------------------------------------------


def _evidence(world: World, desks: list[Desk]) -> dict[int, list[EvidenceVersion]]:
    """Three items for every two units, a PDF or a picture each. Returns {assignment's key: the files}."""
    owners = [desk for place, desk in enumerate(desks) for _ in range(1 + place % 2)]
    stored = StoredFile.objects.bulk_create(
        [_stored(desk, number) for number, desk in enumerate(owners)], batch_size=BATCH
    )
    items = Evidence.objects.bulk_create(
        [
            Evidence(
                assignment=desk.work,
                title=f"Item {number}: storyboard and notes",
                note=world.chance.choice(words.NOTES),
                uploaded_by=desk.hands,
                uploaded_at=desk.at,
            )
            for number, desk in enumerate(owners)
        ],
        batch_size=BATCH,
    )
    versions = EvidenceVersion.objects.bulk_create(
        [
            EvidenceVersion(
                evidence=item,
                number=1,
                stored=file,
                uploaded_by=desk.hands,
                uploaded_at=desk.at,
                frozen_at=desk.at if desk.is_handed_in else None,
            )
            for item, file, desk in zip(items, stored, owners, strict=True)
        ],
        batch_size=BATCH,
    )
    Rendition.objects.bulk_create([part for file in stored for part in _shown(file)], batch_size=BATCH)
    tag = Evidence.criteria.through
    tag.objects.bulk_create(
        [
            tag(evidence_id=item.pk, criterion_id=criterion.pk)
            for item, desk in zip(items, owners, strict=True)
            for criterion in world.chance.sample(criteria_of(desk.work), TAGS)
        ],
        batch_size=5 * BATCH,
    )
    found: dict[int, list[EvidenceVersion]] = {}
    for version, desk in zip(versions, owners, strict=True):
        found.setdefault(desk.work.pk, []).append(version)
    return found


def _stored(desk: Desk, number: int) -> StoredFile:
    is_pdf = number % 2 == 0
    file = StoredFile(
        use="evidence",
        name="storyboard.pdf" if is_pdf else "poster.jpg",
        size_bytes=250_000,
        received_bytes=250_000,
        sender=desk.hands,
        started_at=desk.at,
        received_at=desk.at,
        ready_at=desk.at,
        expires_at=desk.at + timedelta(days=3),
        kept_at=desk.at if desk.is_handed_in else None,
        file=f"evidence/bench-{number}",
        sha256=hashlib.sha256(f"bench {number}".encode()).hexdigest(),
        media_type="application/pdf" if is_pdf else "image/jpeg",
        kind=Kind.PDF if is_pdf else Kind.PICTURE,
        preview=Preview.READY,
        generation=1,
        pages=PAGES_OF_A_PDF if is_pdf else None,
        width=None if is_pdf else 1920,
        height=None if is_pdf else 1080,
    )
    file.__dict__["state"] = StoredFile.State.READY
    return file


def _shown(file: StoredFile) -> Iterator[Rendition]:
    for index in range(1, (file.pages or 1) + 1):
        yield Rendition(
            stored=file,
            generation=1,
            kind=Shown.PAGE,
            index=index,
            file=f"renditions/{file.sha256}/{index}.webp",
            media_type="image/webp",
            width=1200,
            height=1697,
            text="What the page says, in the words of the candidate. " * 10 if file.pages else "",
        )


def _large_files(desks: list[Desk]) -> None:
    """Two items whose files are as large as their names say; `make bench-http` writes the files."""
    desk = next(desk for desk in desks if desk.work.state == State.IN_PROGRESS)
    for name, size in FILES.items():
        file = _stored(desk, 1)
        file.name, file.size_bytes, file.received_bytes, file.file = (
            f"{name}.bin",
            size,
            size,
            f"bench/{size}",
        )
        file.kind, file.media_type, file.preview = Kind.OTHER, "application/octet-stream", Preview.NONE
        file.save()
        item = Evidence.objects.create(assignment=desk.work, title=f"File of {name}", uploaded_by=desk.hands)
        EvidenceVersion.objects.create(evidence=item, number=1, stored=file, uploaded_by=desk.hands)


# --- Hand-ins, judgements, messages ---------------------------------------------------------------


def _hand_in(desks: list[Desk], versions: dict[int, list[EvidenceVersion]]) -> None:
    plan = {name.replace("_", " ").capitalize(): text for name, text in words.PLANS[0].items()}
    outcomes = {State.ACHIEVED: Round.Outcome.ACHIEVED, State.RETURNED: Round.Outcome.RETURNED}
    handed_in = [desk for desk in desks if desk.is_handed_in]
    rounds = Round.objects.bulk_create(
        [
            Round(
                assignment=desk.work,
                number=1,
                statement=STATEMENT,
                sources="Pictures by myself.",
                ai_use=Round.AIUse.NONE,
                planning={"plan": [list(pair) for pair in plan.items()]},
                handed_in_at=desk.at,
                handed_in_by=desk.hands,
                outcome=outcomes.get(desk.work.state, Round.Outcome.WAITING),
                grade=PASS_ONLY.grades[0].code if desk.work.state == State.ACHIEVED else "",
                comment=words.ACHIEVED[0] if desk.work.state in outcomes else "",
                decided_at=desk.at if desk.work.state in outcomes else None,
                decided_by=desk.tutor if desk.work.state in outcomes else None,
                tutor_statement=TUTOR_STATEMENT if desk.work.state == State.ACHIEVED else "",
            )
            for desk in handed_in
        ],
        batch_size=BATCH,
    )
    RoundFile.objects.bulk_create(
        [
            RoundFile(round=found, version=version)
            for found in rounds
            for version in versions[found.assignment_id]
        ],
        batch_size=5 * BATCH,
    )


def _judged(desk: Desk) -> list[tuple[Criterion, str]]:
    """What the tutor says of each criterion: of achieved work all, of returned work the first few."""
    met, not_yet = Outcome.MET.value, Outcome.NOT_YET.value
    if desk.work.state == State.ACHIEVED:
        return [(criterion, met) for criterion in criteria_of(desk.work)]
    if desk.work.state == State.RETURNED:
        first = criteria_of(desk.work)[:JUDGED_OF_RETURNED]
        return [(c, met if place < JUDGED_OF_RETURNED - 2 else not_yet) for place, c in enumerate(first)]
    return []


def _judge(desks: list[Desk]) -> None:
    Judgement.objects.bulk_create(
        [
            Judgement(
                assignment=desk.work,
                criterion=criterion,
                round_number=1,
                side=TUTOR.code,
                outcome=outcome,
                comment=words.MET[1][0] if number % 3 == 0 else "",
                by=desk.tutor,
                at=desk.at,
            )
            for desk in desks
            for number, (criterion, outcome) in enumerate(_judged(desk))
        ],
        batch_size=5 * BATCH,
    )


def _talk(world: World, desks: list[Desk]) -> None:
    """Three messages about every third unit. The first tutor has read half of them, the others none."""
    talked = desks[::3]
    Message.objects.bulk_create(
        [
            Message(
                assignment=desk.work,
                side=CANDIDATE.code if by == desk.hands else TUTOR.code,
                text="May I use a photograph that I took at work?",
                by=by,
                at=desk.at + timedelta(minutes=minutes),
            )
            for minutes in (0, 10, 20)
            for desk in talked
            for by in [desk.tutor if minutes == 10 else desk.hands]
        ],
        batch_size=BATCH,
    )
    newest = Message.objects.latest("pk").pk
    ReadMark.objects.bulk_create(
        [ReadMark(assignment=desk.work, user=world.tutors[0], up_to=newest) for desk in talked[::2]],
        batch_size=BATCH,
    )


def _tell(desks: list[Desk]) -> None:
    """What the audit trail holds of it."""
    for person in {desk.tutor for desk in desks}:
        theirs = [desk for desk in desks if desk.tutor == person]
        audit.record_all(
            "judge", [(desk.work, "", outcome) for desk in theirs for _, outcome in _judged(desk)], by=person
        )
        handed_in = [(desk.work, "in_progress", "handed_in") for desk in theirs if desk.is_handed_in]
        audit.record_all("hand_in", handed_in, by=None)
        achieved = [desk.work for desk in theirs if desk.work.state == State.ACHIEVED]
        audit.record_all("achieve", [(work, "handed_in", "achieved") for work in achieved], by=person)
