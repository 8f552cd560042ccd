"""Centres, approvals and entries for awarding-body staff: verbs are actions, the ledger is read-only."""

from . import adjustments, approval, centres, entries

__all__ = ["adjustments", "approval", "centres", "entries"]
