"""Which rule of the database a refused row broke, so that a verb explains its own case and no other."""

from django.db import IntegrityError


def constraint_of(error: IntegrityError) -> str:
    """Name of the constraint that `error` broke; empty where none is named (an empty column, a trigger's refusal).

    A verb that puts one constraint into words raises every other error again.
    """
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
