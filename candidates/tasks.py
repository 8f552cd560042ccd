"""What workers do for candidates."""

from portal.kit.outbox import handles


@handles("import-candidates")
def import_candidates(import_id: int) -> None:
    """Add the candidates of one file, all or none. Safe to run twice."""
    from . import actions
    from .models import CandidateImport

    actions.complete_import(CandidateImport.objects.get(pk=import_id))
