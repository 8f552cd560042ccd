"""What the admin's lists and records share, and the audit trail and the outbox for awarding-body staff."""

from . import trail, work  # noqa: F401
from .bases import (
    AuditedAdmin,
    DatedAdmin,
    ReadOnlyAdmin,
    ReadOnlyInline,
    StaffAdmin,
    TwoTabsAdmin,
    TwoTabsInline,
)
from .columns import moment, short
from .filters import AutocompleteFilter, DateRangeFilter, SelectFilter, whether
from .verbs import verb

__all__ = [
    "AuditedAdmin",
    "AutocompleteFilter",
    "DateRangeFilter",
    "DatedAdmin",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "SelectFilter",
    "StaffAdmin",
    "TwoTabsAdmin",
    "TwoTabsInline",
    "moment",
    "short",
    "verb",
    "whether",
]
