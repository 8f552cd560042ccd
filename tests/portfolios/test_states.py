"""Every move of an assignment from every state, and what the database itself refuses."""

import pgtrigger
import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from portal.files.models import StoredFile
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from portfolios import actions
from portfolios.models import Assignment, Evidence, EvidenceVersion, Judgement
from tests.factories import candidates, catalogue, centres
from tests.factories import portfolios as make

pytestmark = pytest.mark.django_db
State = Assignment.State
VERBS = [
    "begin",
    "hand_in",
    "send_back",
    "achieve",
    "claim",
    "reopen",
    "reassess",
    "confirm",
    "void",
    "restore",
]
ALLOWED = {
    ("begin", "assigned"): "in_progress",
    ("begin", "returned"): "in_progress",
    ("hand_in", "in_progress"): "handed_in",
    ("hand_in", "returned"): "handed_in",
    ("send_back", "handed_in"): "returned",
    ("send_back", "achieved"): "returned",
    ("achieve", "handed_in"): "achieved",
    ("claim", "achieved"): "claimed",
    ("reopen", "claimed"): "achieved",
    ("reassess", "claimed"): "handed_in",
    ("confirm", "claimed"): "confirmed",
    ("void", "confirmed"): "achieved",
    ("restore", "achieved"): "confirmed",
}


def in_state(state: str) -> Assignment:
    """Work in `state` with a file and every criterion met, so that only the state decides."""
    checklist = catalogue.checklist(criteria=2)
    candidate = candidates.candidate()
    tutor = centres.person(candidate.centre)
    work = Assignment.objects.create(
        candidate=candidate, unit=checklist.unit, checklist=checklist, assigned_by=tutor, state=state
    )
    with pgtrigger.ignore("portfolios.Evidence:work_is_open"):
        Evidence.objects.create(assignment=work, title="Plan", uploaded_by=candidate.user)
    work.rounds.create(number=1, statement="Mine.", handed_in_by=candidate.user)
    for criterion in checklist.objectives.get().criteria.all():
        work.judgements.create(criterion=criterion, round_number=1, side="tutor", outcome="met", by=tutor)
    return work


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_from_every_state(verb, state):
    work = in_state(state)
    person = work.candidate.user
    events = Event.objects.count()
    if (verb, state) in ALLOWED:
        work.move(verb, by=person, why="Because")
        event = Event.objects.latest("pk")
        assert (event.verb, event.before, event.after, event.by, event.why) == (
            verb,
            state,
            ALLOWED[verb, state],
            person,
            "Because",
        )
    else:
        with pytest.raises(TransitionRefused, match="not possible"):
            work.move(verb, by=person)
        assert Event.objects.count() == events
    stored = Assignment.objects.get(pk=work.pk)
    assert stored.state == ALLOWED.get((verb, state), state) == work.state


@pytest.mark.parametrize("state", State.values)
def test_the_database_knows_the_same_moves(state):
    work = in_state(state)
    reached = set()
    for target in State.values:
        try:
            with transaction.atomic():
                Assignment.objects.filter(pk=work.pk).update(state=target)
                reached.add(target)
                transaction.set_rollback(True)
        except DatabaseError:
            pass
    assert reached - {state} == {target for (_, source), target in ALLOWED.items() if source == state}


def test_state_that_nobody_knows_is_refused_by_the_database():
    work = in_state("assigned")
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            candidate=work.candidate,
            unit=catalogue.checklist().unit,
            checklist=work.checklist,
            assigned_by=work.assigned_by,
            state="perhaps",
        )


def test_unit_is_assigned_once():
    work = make.assignment()
    assert actions.assign(work.unit, [work.candidate], due_on=None, by=make.tutor_of(work)) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            candidate=work.candidate, unit=work.unit, checklist=work.checklist, assigned_by=work.assigned_by
        )


def test_nothing_is_handed_in_without_a_file():
    work = make.assignment()
    item = make.evidence(work)
    actions.remove_evidence(item, by=work.candidate.user)
    with pytest.raises(TransitionRefused, match="Upload at least one file"):
        actions.hand_in(work, by=work.candidate.user)
    assert work.rounds.count() == 0


def test_unit_with_an_unmet_criterion_is_not_achieved():
    work = make.handed_in()
    with pytest.raises(TransitionRefused, match="Not every required criterion"):
        actions.record_achieved(work, comment="", by=make.tutor_of(work))
    work.refresh_from_db()
    assert (work.state, work.achieved_at, work.rounds.get().outcome) == ("handed_in", None, "")


def change_evidence(item, by):
    item.title = "Other"
    actions.change_evidence(item, by=by, criteria=[])


CHANGES = {
    "upload": lambda item, by: make.evidence(item.assignment, by=by),
    "replace": lambda item, by: actions.replace_file(item, make.text_file(), by=by),
    "change": change_evidence,
    "remove": lambda item, by: actions.remove_evidence(item, by=by),
    "restore": lambda item, by: actions.restore_evidence(item, by=by),
}


@pytest.mark.parametrize("verb", CHANGES)
def test_handed_in_evidence_cannot_be_changed(verb):
    work = make.handed_in()
    item = work.evidence.get()
    before = (item.title, item.removed_at, item.versions.count(), Event.objects.count())
    with pytest.raises(TransitionRefused, match="its evidence cannot be changed"):
        CHANGES[verb](item, work.candidate.user)
    item = work.evidence.get()
    assert (item.title, item.removed_at, item.versions.count(), Event.objects.count()) == before


def refused_by_the_database(write) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        write()


def test_the_database_itself_keeps_what_was_handed_in():
    work = make.handed_in()
    item, version = work.evidence.get(), work.rounds.get().versions.get()
    assert version.frozen_at == work.rounds.get().handed_in_at
    refused_by_the_database(lambda: Evidence.objects.filter(pk=item.pk).update(title="Other"))
    refused_by_the_database(lambda: Evidence.objects.filter(pk=item.pk).delete())
    refused_by_the_database(
        lambda: Evidence.objects.create(assignment=work, title="Late", uploaded_by=work.candidate.user)
    )
    versions, files = (
        EvidenceVersion.objects.filter(pk=version.pk),
        StoredFile.objects.filter(pk=version.stored_id),
    )
    other = make.in_workspace(work.candidate).stored
    for values in ({"stored": other}, {"number": 2}, {"frozen_at": None}):
        refused_by_the_database(lambda values=values: versions.update(**values))
    for values in (
        {"file": "other"}, {"sha256": "0" * 64}, {"size_bytes": 1}, {"name": "x"}, {"kept_at": None},
    ):  # fmt: skip
        refused_by_the_database(lambda values=values: files.update(**values))
    refused_by_the_database(lambda: versions.delete())
    refused_by_the_database(
        lambda: EvidenceVersion.objects.create(
            evidence=item, number=2, stored=other, uploaded_by=work.candidate.user
        )
    )
    files.update(preview="ready")  # what workers make of it is stored beside it
    assert EvidenceVersion.objects.get() == version


def test_a_file_never_changes_even_before_it_is_handed_in():
    version = make.evidence(make.assignment()).current
    refused_by_the_database(lambda: StoredFile.objects.filter(pk=version.stored_id).update(sha256="0" * 64))


def test_judgements_are_only_added():
    work = make.handed_in()
    make.judge_all(work)
    refused_by_the_database(lambda: Judgement.objects.update(outcome="not_yet"))
    refused_by_the_database(lambda: Judgement.objects.all().delete())
    assert set(Judgement.objects.values_list("outcome", flat=True)) == {"met"}


def test_criterion_of_another_checklist_is_refused_by_the_database():
    work = make.handed_in()
    strange = catalogue.checklist().objectives.get().criteria.first()
    refused_by_the_database(
        lambda: work.judgements.create(
            criterion=strange, round_number=1, side="tutor", outcome="met", by=work.candidate.user
        )
    )


def test_work_handed_in_again_keeps_what_was_handed_in_before():
    work = make.handed_in()
    tutor, candidate = make.tutor_of(work), work.candidate.user
    actions.return_for_further_work(work, why="Say who it is for.", by=tutor)
    item = work.evidence.get()
    actions.replace_file(item, make.text_file("plan-2.txt", b"For teenagers"), by=candidate)
    extra = make.evidence(work, title="Poster")
    actions.hand_in(work, by=candidate)
    first, second = work.rounds.all()
    assert (first.outcome, first.comment, first.decided_by) == ("returned", "Say who it is for.", tutor)
    assert [version.file_name for version in first.versions.all()] == ["plan.txt"]
    assert {version.evidence_id: version.file_name for version in second.versions.all()} == {
        item.pk: "plan-2.txt",
        extra.pk: "plan.txt",
    }
    assert (second.number, second.outcome, second.statement) == (2, "", actions.STATEMENT)


def test_tutor_hands_in_with_the_statement_for_others():
    work = make.assignment()
    make.evidence(work)
    this_round = actions.hand_in(work, by=make.tutor_of(work))
    assert (this_round.statement, this_round.handed_in_by) == (
        actions.STATEMENT_ON_BEHALF,
        make.tutor_of(work),
    )
