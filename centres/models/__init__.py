"""Centres: who they are, what they are approved for, and their entries."""

from .adjustments import Adjustment
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
from .offers import RoleOffer
from .orders import EntryOrder, OrderLine
from .printed import Invoice, StatementOfEntries

__all__ = [
    "Adjustment",
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
    "Invoice",
    "LedgerLine",
    "Membership",
    "OrderLine",
    "Product",
    "RoleOffer",
    "StatementOfEntries",
]
