"""Harmful or unusable files: ten or more of each kind, each with the message that must refuse it."""

from . import archives, bombs, documents, names, sealed, whole  # noqa: F401  (each adds its kinds to the list)
from .inert import inert
from .kinds import CLEANED_ON_THE_WAY, KINDS, one_of_each, samples

__all__ = ["CLEANED_ON_THE_WAY", "KINDS", "inert", "one_of_each", "samples"]
