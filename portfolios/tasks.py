"""What workers do for portfolios."""

from portal.kit.outbox import handles


@handles("make-preview")
def make_preview(version_id: int) -> None:
    """Make what can be looked at of one file. Safe to run twice."""
    from . import previews
    from .models import EvidenceVersion

    version = EvidenceVersion.objects.get(pk=version_id)
    if version.preview == EvidenceVersion.Preview.WAITING:
        previews.make_preview(version)
