"""Tell the demo's story by the real verbs, up to a stage. The same every time but for what is drawn at random
on purpose: certificate numbers, one-time codes, the seeds of samples."""

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
    """Every stage up to and with `last_stage`, all or nothing; `say` is told each before it begins."""
    with setting_up.one_hash():
        for name, stage in STAGES.items():
            say(name)
            stage()
            if name == last_stage:
                return
