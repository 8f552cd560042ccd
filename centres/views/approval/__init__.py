"""Pages about approval: the ways into an application, its pages, and the letter that confirms it."""

from .pages import answer, application, attachment, attachment_remove, check, part, withdraw
from .papers import letter
from .ways import apply, apply_sent, centre_apply, leave, open_by_link

__all__ = [
    "answer",
    "application",
    "apply",
    "apply_sent",
    "attachment",
    "attachment_remove",
    "centre_apply",
    "check",
    "leave",
    "letter",
    "open_by_link",
    "part",
    "withdraw",
]
