"""Centres, approvals and entries for awarding-body staff: changes are admin actions, and the ledger is read-only."""

from . import adjustments, approval, centres, entries

__all__ = ["adjustments", "approval", "centres", "entries"]
