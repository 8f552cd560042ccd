"""Verbs of a centre, a module a story."""

from .adjustments import (
    approve_adjustment,
    propose_adjustment,
    propose_expiries,
    reject_adjustment,
)
from .approval import apply_for_approval, approve_application, next_centre_number, refuse_application
from .orders import (
    OrderNumberTaken,
    delete_order,
    issue_invoice,
    process_order,
    refuse_order,
    save_order,
    submit_order,
    withdraw_order,
)
from .people import add_person, end_membership

__all__ = [
    "OrderNumberTaken",
    "add_person",
    "apply_for_approval",
    "approve_adjustment",
    "approve_application",
    "delete_order",
    "end_membership",
    "issue_invoice",
    "next_centre_number",
    "process_order",
    "propose_adjustment",
    "propose_expiries",
    "refuse_application",
    "refuse_order",
    "reject_adjustment",
    "save_order",
    "submit_order",
    "withdraw_order",
]
