"""Centres: who they are, what they are approved for, and the entries they hold."""

from .approval import Application, Approval
from .centre import Centre, Membership
from .entries import EntryAccount, EntryOrder, Fee, LedgerLine, OrderLine, StatementOfEntries

__all__ = [
    "Application",
    "Approval",
    "Centre",
    "EntryAccount",
    "EntryOrder",
    "Fee",
    "LedgerLine",
    "Membership",
    "OrderLine",
    "StatementOfEntries",
]
