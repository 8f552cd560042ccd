"""What people type about centres, a module a story."""

from .approval import ApplicationForm
from .orders import AgreedTotalForm, OrderForm
from .people import PersonForm

__all__ = ["AgreedTotalForm", "ApplicationForm", "OrderForm", "PersonForm"]
