"""The fourth stage: units are assigned, worked on, handed in and marked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.contrib.auth.models import update_last_login
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import prefetch_related_objects
from django.utils import timezone

from candidates.models import Candidate
from portal.accounts.actions import use_code
from portal.accounts.models import User
from portal.catalogue.grades import Outcome
from portal.catalogue.models import Criterion, Unit
from portfolios import actions, rules
from portfolios.models import PAPERS, Assignment, Round
from portfolios.sides import TUTOR
from portfolios.sorting import arriving, confirming
from portfolios.standing import standing_at

from . import PASSWORD, evidence, words
from .files import Item, items_for
from .people import (
    ANJALI,
    CWM_TAWE,
    FIRST_L2,
    HARBOUR,
    LEVEL_1_GROUP,
    LEVEL_2_GROUP,
    LEVEL_3,
    LOWRI,
    SECOND_L2,
    TOMASZ,
    Adult,
    DemoCentre,
)


@dataclass(frozen=True)
class Row:
    """One unit assigned to a group by a tutor: how far each member has got, in the order of their numbers.

    Space: not assigned. `.` assigned, `p` in progress, `h` handed in, `m` handed in and marking begun,
    `r` returned for further work, `a` achieved, `b` achieved at the second attempt.
    """

    unit: str
    group: str
    tutor: Adult
    due_in_days: int
    progress: str


WORK: dict[str, list[Row]] = {
    HARBOUR.number: [
        Row("IM201", FIRST_L2, TOMASZ, -52, "aaba    "),
        Row("IM201", FIRST_L2, ANJALI, -52, "    aabh"),
        Row("IM202", FIRST_L2, TOMASZ, -31, "aab.arp."),
        Row("IM206", FIRST_L2, ANJALI, -10, "aahmh..."),
        Row("IM203", FIRST_L2, TOMASZ, -3, "amp.p..."),
        Row("IM205", FIRST_L2, ANJALI, 18, "ah.p...."),
        Row("IM201", SECOND_L2, ANJALI, -24, "aab..phr"),
        Row("IM202", SECOND_L2, ANJALI, 4, "hphp...."),
        Row("IM301", LEVEL_3, TOMASZ, -45, "aabahp"),
        Row("IM304", LEVEL_3, TOMASZ, -12, "a.r.m."),
        Row("IM306", LEVEL_3, ANJALI, 25, "hp...."),
    ],
    CWM_TAWE.number: [
        Row("IM101", LEVEL_1_GROUP, LOWRI, -8, "aa.hr"),
        Row("IM102", LEVEL_1_GROUP, LOWRI, 30, "p...."),
        Row("IM201", LEVEL_2_GROUP, LOWRI, -15, "ab..mh."),
        Row("IM203", LEVEL_2_GROUP, LOWRI, 12, "hp.p..."),
    ],
}
NO_INTERNET = "0102"  # at Harbour: the tutor uploads and hands in for him
# What Tomasz collected on a memory stick and has not sorted yet: most of the group is working on IM205.
ON_A_STICK = [
    "0103 script.txt",
    "0105 script.txt",
    "0106 script second draft.txt",
    "0107_IM203_page texts.txt",
    "0102 script.txt",
    "0199 script.txt",
    "final FINAL.txt",
]


def work() -> None:
    """All of WORK, centre by centre, and files of several candidates that are waiting to be sorted."""
    for given in (HARBOUR, CWM_TAWE):
        for row in WORK[given.number]:
            for assignment, progress in _assigned(given, row):
                _Desk(assignment, row.tutor.user).work(progress)
    _bring_the_stick()


def _bring_the_stick() -> None:
    tutor = TOMASZ.user
    bulk = confirming.start(HARBOUR.row, unit=Unit.objects.get(code="IM205"), by=tutor)
    for number, name in enumerate(ON_A_STICK):
        arriving.receive(bulk, SimpleUploadedFile(name, evidence.notes(number, name)), by=tutor)


def _assigned(given: DemoCentre, row: Row) -> Iterator[tuple[Assignment, str]]:
    unit = Unit.objects.get(code=row.unit)
    members = given.row.candidates.filter(groups__name=row.group).order_by("number").select_related("user")
    wanted = {m.pk: letter for m, letter in zip(members, row.progress, strict=True) if letter != " "}
    due_on = timezone.localdate() + timedelta(days=row.due_in_days)
    made = actions.assign(
        unit, [member for member in members if member.pk in wanted], due_on=due_on, by=row.tutor.user
    )
    prefetch_related_objects(made, "checklist__objectives__criteria")
    for assignment in made:
        yield assignment, wanted[assignment.candidate_id]


class _Desk:
    """One candidate's work for one unit, with the tutor who marks it."""

    def __init__(self, assignment: Assignment, tutor: User):
        self.assignment, self.tutor = assignment, tutor
        candidate = assignment.candidate
        self.chance = Random(f"{candidate.user.sign_in_name} {assignment.unit.code}")  # noqa: S311 - a demo
        # Random numbers of their own, so that what is uploaded and said stays the same.
        self.papers = Random(f"papers {candidate.user.sign_in_name} {assignment.unit.code}")  # noqa: S311
        self.on_behalf = candidate.user.sign_in_name == f"{HARBOUR.number}/{NO_INTERNET}"
        self.items = items_for(assignment.unit.number, int(candidate.number), candidate.display_name)
        self.criteria = rules.criteria_of(assignment)

    @property
    def hands(self) -> User:
        """Who uploads and hands in."""
        return self.tutor if self.on_behalf else self.assignment.candidate.user

    def work(self, progress: str) -> None:
        """Bring the work as far as the letter says (see Row)."""
        steps = {
            ".": [],
            "p": [self.begin],
            "h": [self.hand_in],
            "m": [self.hand_in, self.mark_in_part],
            "r": [self.hand_in, self.return_it],
            "a": [self.hand_in, self.achieve],
            "b": [self.hand_in, self.return_it, self.improve, self.achieve],
        }
        if progress != "." and not self.on_behalf:
            _sign_in_first_time(self.assignment.candidate)
        for step in steps[progress]:
            step()

    def begin(self) -> None:
        self._plan()
        self._talk()
        for item in self.items[: self.chance.choice([1, 2])]:
            self._upload(item)

    def hand_in(self) -> None:
        self._plan()
        self._talk()
        for item in self.items:
            self._upload(item)
        self._write("review", self.papers.choice(words.REVIEWS))
        actions.hand_in(self.assignment, by=self.hands, declared=self._declared())

    def mark_in_part(self) -> None:
        """The first two objectives; the tutor will continue tomorrow."""
        self._judge([criterion for criterion in self.criteria if criterion.objective.number <= 2])

    def return_it(self) -> None:
        """Objective 4 is not yet met; the tutor has not looked further than that."""
        self._judge([criterion for criterion in self.criteria if criterion.objective.number == 1])
        self._judge([criterion for criterion in self.criteria if criterion.objective.number == 4], met=False)
        why = self.chance.choice(words.RETURNED)
        actions.return_for_further_work(self.assignment, why=why, by=self.tutor)

    def improve(self) -> None:
        """The last item gets a second version, and the work is handed in again."""
        *_, last = self.assignment.evidence.present()
        actions.replace_file(last, self.items[-1].upload(), by=self.hands)
        actions.hand_in(self.assignment, by=self.hands, declared=self._declared())

    def achieve(self) -> None:
        """Judge what is not judged as met, and record the unit as achieved."""
        self._judge(rules.unmet(self.assignment))
        comment = self.chance.choice(words.ACHIEVED)
        actions.record_achieved(self.assignment, comment=comment, by=self.tutor)

    def _plan(self) -> None:
        """Two in three have one; the tutor comments on every other."""
        if self.papers.random() < 0.67:
            self._write("plan", self.papers.choice(words.PLANS))
            if self.papers.random() < 0.5:
                comment = self.papers.choice(words.ON_A_PLAN)
                actions.comment_on_paper(self.assignment, "plan", comment, by=self.tutor)

    def _write(self, paper: str, texts: dict[str, str]) -> None:
        empty = PAPERS[paper](assignment=self.assignment)
        actions.save_paper(self.assignment, paper, texts, seen=empty.text_mark(), by=self.hands)

    def _talk(self) -> None:
        """A question for one in four; not all have an answer yet."""
        if self.on_behalf or self.papers.random() >= 0.25:
            return
        question, answer = self.papers.choice(words.TALK)
        actions.write_message(self.assignment, question, by=self.hands)
        if answer:
            actions.write_message(self.assignment, answer, by=self.tutor)

    def _declared(self) -> actions.Declared:
        uses_ai = self.papers.random() < 0.2
        return actions.Declared(
            sources=self.papers.choice(words.SOURCES),
            ai_use=Round.AIUse.USED if uses_ai else Round.AIUse.NONE,
            ai_note=words.AI_NOTE if uses_ai else "",
        )

    def _upload(self, item: Item) -> None:
        actions.upload(
            self.assignment,
            item.upload(),
            title=item.title,
            note=words.BEHALF_NOTE if self.on_behalf else self.chance.choice(words.NOTES),
            criteria=[c for c in self.criteria if c.objective.number in item.objectives],
            by=self.hands,
        )

    def _judge(self, criteria: list[Criterion], *, met: bool = True) -> None:
        """A comment for one criterion in three."""
        outcome = Outcome.MET if met else Outcome.NOT_YET
        standing = self.assignment.judgements.standing(standing_at(self.assignment), TUTOR)
        seen = {judgement.criterion_id: judgement.pk for judgement in standing}
        for criterion in criteria:
            number = criterion.objective.number
            said = self.chance.choice(words.MET[number]) if self.chance.random() < 0.3 else ""
            actions.judge(
                self.assignment,
                criterion,
                side=TUTOR,
                outcome=outcome,
                comment=said if met else words.NOT_YET[number],
                seen=seen.get(criterion.pk, 0),
                by=self.tutor,
            )


def _sign_in_first_time(candidate: Candidate) -> None:
    """Use the code on the slip and choose a password, unless that was done for another unit."""
    code = candidate.user.signincodes.filter(ended_at=None).first()
    if code:
        update_last_login(User, use_code(code, PASSWORD))
