"""The noticeboard for awarding-body staff: what is told is typed here, what is asked is answered here."""

from . import enquiries, fees, notices, training  # noqa: F401
