"""Background work for candidates."""

from portal.kit.outbox import Lane, handles, when_given_up


@handles("import-candidates", lane=Lane.URGENT)
def import_candidates(import_id: int) -> None:
    """Add the candidates of one file, all or none. Safe to run twice."""
    from . import actions
    from .models import CandidateImport

    actions.complete_import(CandidateImport.objects.get(pk=import_id))


@when_given_up("import-candidates")
def no_import(import_id: int) -> None:
    """After an unexpected failure: the page says that nobody was added, and staff see the failed work."""
    from . import actions
    from .models import CandidateImport

    actions.give_up_import(CandidateImport.objects.get(pk=import_id))
