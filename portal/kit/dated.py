"""Rows that apply from a day on, such as prices: once begun, they are history and cannot change."""

import pgtrigger
from django.utils import timezone

FIELD = "valid_from"


def past_is_kept() -> pgtrigger.Trigger:
    """Trigger for a model with `valid_from`: a row whose day has come (in London) cannot be changed or deleted."""
    return pgtrigger.Trigger(
        name="past_is_kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF OLD.{FIELD} <= (now() AT TIME ZONE 'Europe/London')::date THEN
                RAISE EXCEPTION 'a row of % is in force since % and cannot be changed', TG_TABLE_NAME, OLD.{FIELD}
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            IF NEW.{FIELD} < (now() AT TIME ZONE 'Europe/London')::date THEN
                RAISE EXCEPTION 'a row of % cannot be moved into the past', TG_TABLE_NAME
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        """,
    )


def has_begun(row) -> bool:
    """Whether the day from which `row` applies has come."""
    return getattr(row, FIELD) <= timezone.localdate()
