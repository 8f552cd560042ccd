"""Verbs over candidates and groups, a module a story."""

from .groups import add_members, remove_members, save_group, set_groups, set_members
from .imports import check_import, complete_import, taken_numbers
from .named import enter_candidates, start_named_order, take_names_off, transfer_entry, withdraw_entry
from .people import add_candidate, change_candidate, sign_in_name
from .sign_in import issue_slips, reset_sign_in

__all__ = [
    "add_candidate",
    "add_members",
    "change_candidate",
    "check_import",
    "complete_import",
    "enter_candidates",
    "issue_slips",
    "remove_members",
    "reset_sign_in",
    "save_group",
    "set_groups",
    "set_members",
    "sign_in_name",
    "start_named_order",
    "take_names_off",
    "taken_numbers",
    "transfer_entry",
    "withdraw_entry",
]
