"""Verbs of a centre, a module a story."""

from .approval import apply_for_approval, approve_application, next_centre_number, refuse_application
from .orders import process_order, refuse_order, save_order, submit_order
from .people import add_person, change_roles, end_access, end_membership, reset_second_step

__all__ = [
    "add_person",
    "apply_for_approval",
    "approve_application",
    "change_roles",
    "end_access",
    "end_membership",
    "next_centre_number",
    "process_order",
    "refuse_application",
    "refuse_order",
    "reset_second_step",
    "save_order",
    "submit_order",
]
