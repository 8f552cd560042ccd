"""Verbs of this room, a module a story."""

from .issuing import record_results
from .replacing import reissue

__all__ = ["record_results", "reissue"]
