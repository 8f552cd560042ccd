"""Candidates' work for awarding-body staff to read. It is changed by the people whose work it is."""

from . import files, work  # noqa: F401
