"""Verbs of a centre, a module a story."""

from .approval import apply_for_approval, approve_application, next_centre_number, refuse_application
from .orders import process_order, refuse_order, save_order, submit_order
from .people import add_person, end_membership

__all__ = [
    "add_person",
    "apply_for_approval",
    "approve_application",
    "end_membership",
    "next_centre_number",
    "process_order",
    "refuse_application",
    "refuse_order",
    "save_order",
    "submit_order",
]
