"""What workers do for portfolios."""

from celery import shared_task

from portal.accounts.mailing import letter
from portal.accounts.models import Topic
from portal.kit.outbox import handles, when_given_up


@handles("make-preview")
def make_preview(version_id: int) -> None:
    """Make what can be looked at of one file. Safe to run twice."""
    from portal.files.renditions import making

    from .models import EvidenceVersion

    version = EvidenceVersion.objects.get(pk=version_id)
    if version.is_being_made or version.preview == EvidenceVersion.Preview.FAILED:
        making.make(version)


@when_given_up("make-preview")
def no_preview(version_id: int) -> None:
    """For a reason nobody foresaw: the file says so and stays downloadable; staff see the failed try."""
    from .models import EvidenceVersion

    states = EvidenceVersion.Preview
    EvidenceVersion.objects.filter(pk=version_id, preview__in=[states.WAITING, states.MAKING]).update(
        preview=states.FAILED,
        preview_fault="The portal could not make one. The awarding body has been told.",
    )


@handles("take-upload")
def take_upload(upload_id: int) -> None:
    """Check one received file and make it evidence; one that nobody has sorted yet is proposed a place."""
    from .models import Upload
    from .sorting import arriving
    from .uploads import joining

    about = ("assignment", "replaces", "uploaded_by", "bulk__centre", "bulk__unit")
    upload = Upload.objects.select_related(*about).get(pk=upload_id)
    if upload.assignment_id:
        joining.take(upload)
    else:
        arriving.arrive(upload)


@when_given_up("take-upload")
def cannot_take(upload_id: int) -> None:
    """The file stays listed, and what came of it stored, until staff have it tried again."""
    from .models import Upload
    from .uploads import joining

    joining.hold(Upload.objects.get(pk=upload_id))


@shared_task(name="portfolios.tasks.expire_uploads")
def expire_uploads() -> None:
    """Every hour: let uploads run out that nobody went on with. Safe to run twice."""
    from .uploads import receiving

    receiving.expire()


@letter("work_message", topic=Topic.WORK)
def work_message(event) -> dict:
    """That somebody wrote about a unit."""
    return {"message": event.subject, "work": event.subject.assignment}


@letter("work_handed_in", topic=Topic.HANDED_IN)
def work_handed_in(event) -> dict | None:
    """That work waits to be marked; none once it was marked or returned."""
    work = event.subject
    if work.state != work.State.HANDED_IN:
        return None
    on_behalf_by = event.who if event.by_id != work.candidate.user_id else ""
    return {"work": work, "on_behalf_by": on_behalf_by}
