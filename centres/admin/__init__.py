"""Centres, approvals and entries for awarding-body staff: verbs are actions, the ledger is read-only."""

from . import approval, centres, entries

__all__ = ["approval", "centres", "entries"]
