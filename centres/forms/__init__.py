"""What people type about centres, a module a story."""

from .approval import ApplicationForm
from .orders import OrderForm
from .people import PersonForm, RolesForm

__all__ = ["ApplicationForm", "OrderForm", "PersonForm", "RolesForm"]
