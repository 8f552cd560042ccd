"""What workers do for portfolios."""

from portal.kit.outbox import handles, when_given_up


@handles("make-preview")
def make_preview(version_id: int) -> None:
    """Make what can be looked at of one file. Safe to run twice."""
    from .models import EvidenceVersion
    from .renditions import making

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
