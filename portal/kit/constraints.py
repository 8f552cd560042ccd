"""Which database rule a refused row broke, so that an action explains only its own case."""

from django.db import IntegrityError


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint that `error` broke; empty if it names none (an empty column, a trigger's refusal).

    An action that explains one constraint re-raises every other error.
    """
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
