"""Verbs of a centre, a module a story."""

from .applying import (
    answer_question,
    attach,
    find_link,
    open_by_link,
    remove_attachment,
    save_answers,
    send_application_link,
    start_application,
    submit_application,
    withdraw_application,
)
from .approval import (
    approve_application,
    ask_applicant,
    decide_application,
    forget_unused_links,
    free_centre_number,
    look_after_approvals,
    next_centre_number,
    refuse_application,
)
from .orders import process_order, refuse_order, save_order, submit_order
from .people import add_person, end_membership

__all__ = [
    "add_person",
    "answer_question",
    "approve_application",
    "ask_applicant",
    "attach",
    "decide_application",
    "end_membership",
    "find_link",
    "forget_unused_links",
    "free_centre_number",
    "look_after_approvals",
    "next_centre_number",
    "open_by_link",
    "process_order",
    "refuse_application",
    "refuse_order",
    "remove_attachment",
    "save_answers",
    "save_order",
    "send_application_link",
    "start_application",
    "submit_application",
    "submit_order",
    "withdraw_application",
]
