"""The noticeboard for awarding-body staff: write notices and answer questions."""

from . import enquiries, fees, notices, training  # noqa: F401
