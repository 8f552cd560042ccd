"""Centres: who they are, what they are approved for, and the entries they hold."""

from .applications import (
    Application,
    ApplicationLine,
    ApplicationLink,
    ApplicationMessage,
    Attachment,
)
from .approval import Approval, ApprovalLetter
from .centre import Centre, Membership
from .fees import Fee, Product
from .ledger import EntryAccount, LedgerLine
from .orders import EntryOrder, OrderLine
from .papers import StatementOfEntries

__all__ = [
    "Application",
    "ApplicationLine",
    "ApplicationLink",
    "ApplicationMessage",
    "Approval",
    "ApprovalLetter",
    "Attachment",
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
