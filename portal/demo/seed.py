"""Tell the demo's story with the portal's own actions, up to a stage. It is the same every time except for what
is random on purpose: certificate numbers, one-time codes, the seeds of samples."""

from collections.abc import Callable

from django.db import transaction

from . import claims, setting_up, work

STAGES: dict[str, Callable[[], None]] = {
    "approved": setting_up.approved,
    "entries": setting_up.entries,
    "candidates": setting_up.candidates,
    "work": work.work,
    "claimed": claims.claimed,
    "moderated": claims.moderated,
    "certificated": claims.certificated,
}
LAST = list(STAGES)[-1]


@transaction.atomic
def tell(last_stage: str = LAST, *, say: Callable[[str], None] = lambda stage: None) -> None:
    """Run every stage up to and including `last_stage`, all or nothing; `say` is called with each as it starts."""
    with setting_up.one_hash():
        for name, stage in STAGES.items():
            say(name)
            stage()
            if name == last_stage:
                return
