"""Centres: who they are, what they are approved for, and the entries they hold."""

from .approval import Application, Approval
from .centre import Centre, Membership
from .fees import Fee, Product
from .ledger import EntryAccount, LedgerLine
from .orders import EntryOrder, OrderLine
from .papers import StatementOfEntries

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
    "Product",
    "StatementOfEntries",
]
