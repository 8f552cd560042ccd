"""Actions on candidates and groups: one module for each story."""

from .groups import add_members, remove_members, save_group, set_groups, set_members
from .imports import (
    answer_duplicates,
    check_import,
    complete_import,
    confirm_names,
    give_up_import,
    start_import,
    upload_import,
)
from .merging import merge_candidates, say_different
from .named import enter_candidates, start_named_order, take_names_off, transfer_entry, withdraw_entry
from .people import Taken, add_candidate, change_candidate, hold_candidates_of, sign_in_name, taken_fields
from .sign_in import issue_slips, reset_sign_in

__all__ = [
    "Taken",
    "add_candidate",
    "add_members",
    "answer_duplicates",
    "change_candidate",
    "check_import",
    "complete_import",
    "confirm_names",
    "enter_candidates",
    "give_up_import",
    "hold_candidates_of",
    "issue_slips",
    "merge_candidates",
    "remove_members",
    "reset_sign_in",
    "save_group",
    "say_different",
    "set_groups",
    "set_members",
    "sign_in_name",
    "start_import",
    "start_named_order",
    "take_names_off",
    "taken_fields",
    "transfer_entry",
    "upload_import",
    "withdraw_entry",
]
