"""Work at each stage."""

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.accounts.roles import Role
from portal.files import receiving, storage
from portfolios import actions, rules
from portfolios.actions import uploading
from portfolios.models import Assignment, BulkUpload, Evidence, Upload, WorkspaceFile
from portfolios.sides import TUTOR, Side
from portfolios.sorting import arriving, confirming
from portfolios.standing import standing_at

from . import candidates, catalogue, centres


def text_file(name: str = "plan.txt", content: bytes = b"Purpose, audience, ideas.\n") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/plain")


def tutor_of(assignment: Assignment):
    """A tutor at the assignment's centre, the same one each time."""
    centre = assignment.candidate.centre
    membership = centre.memberships.filter(role=Role.TUTOR).select_related("user").order_by("pk").first()
    return membership.user if membership else centres.person(centre, Role.TUTOR)


def assignment(candidate=None, unit=None) -> Assignment:
    candidate = candidate or candidates.candidate()
    unit = unit or catalogue.unit()
    if unit.current_checklist() is None:
        catalogue.checklist(unit=unit)
    by = centres.person(candidate.centre, Role.TUTOR)
    (made,) = actions.assign(unit, [candidate], due_on=None, by=by)
    return made


def evidence(of: Assignment, *, by=None, file=None, criteria=(), title: str = "Plan") -> Evidence:
    by = by or of.candidate.user
    return actions.upload(of, file or text_file(), title=title, note="", criteria=criteria, by=by)


def begun_upload(of: Assignment, *, by=None, name: str = "film.mp4", size_bytes: int = 1000) -> Upload:
    """A file of which nothing has arrived yet."""
    return uploading.begin(of, file_name=name, size_bytes=size_bytes, by=by or of.candidate.user)


def received_upload(of: Assignment, name: str = "plan.txt", content: bytes = b"Purpose\n", **about) -> Upload:
    """A file that has arrived completely by the protocol; no worker has checked it yet."""
    upload = uploading.begin(of, file_name=name, size_bytes=len(content), by=of.candidate.user, **about)
    bring(upload, content)
    return upload


def bring(upload: Upload, content: bytes) -> None:
    """The whole of a started file arrives, in one part."""
    name = storage.save(receiving.part_name(upload.stored.key, 0), ContentFile(content))
    receiving.note_part(upload.stored, 0, len(content), name)
    upload.refresh_from_db()


def bulk(centre, *, unit=None, by=None) -> BulkUpload:
    return confirming.start(centre, unit=unit, by=by or centres.person(centre, Role.TUTOR))


def bulk_file(of: BulkUpload, name: str, content: bytes = b"Purpose, audience, ideas.\n") -> Upload:
    """A file sent with the form; no worker has unpacked a zip of many yet."""
    return arriving.receive(of, SimpleUploadedFile(name, content), by=of.uploaded_by)


def in_workspace(candidate, *, file=None, title: str = "Idea") -> WorkspaceFile:
    return actions.keep_in_workspace(candidate, file or text_file(), title=title, by=candidate.user)


def handed_in(candidate=None, unit=None, *, file=None) -> Assignment:
    """Work with one item of evidence, made by `file()`, that is waiting to be marked."""
    made = assignment(candidate, unit)
    evidence(made, file=file() if file else None)
    actions.hand_in(made, by=made.candidate.user)
    return made


def judge_all(of: Assignment, outcome: str = "met", *, by=None) -> None:
    """The tutor judges every criterion that does not have this judgement yet."""
    by, side = by or tutor_of(of), TUTOR
    for criterion in rules.criteria_of(of):
        actions.judge(
            of, criterion, side=side, outcome=outcome, comment="", seen=seen_of(of, criterion, side), by=by
        )


def seen_of(of: Assignment, criterion, side: Side = TUTOR) -> int:
    """What a page opened now contains for a criterion."""
    standing = of.judgements.filter(criterion=criterion).standing(standing_at(of), side).first()
    return standing.pk if standing else 0


def record_achieved(of: Assignment, *, comment: str = "") -> None:
    """The tutor records the unit; nothing needs to be tagged."""
    actions.record_achieved(of, comment=comment, by=tutor_of(of), untagged="All of it is in the plan.")


def achieved(candidate=None, unit=None, *, file=None) -> Assignment:
    made = handed_in(candidate, unit, file=file)
    judge_all(made)
    record_achieved(made)
    return made
