"""Files that mean harm or cannot be used: ten or more of each kind, with the words that each is to be answered with."""

from . import archives, bombs, documents, names, sealed, whole  # noqa: F401  (each adds its kinds to the list)
from .inert import inert
from .kinds import CLEANED_ON_THE_WAY, KINDS, one_of_each, samples

__all__ = ["CLEANED_ON_THE_WAY", "KINDS", "inert", "one_of_each", "samples"]
