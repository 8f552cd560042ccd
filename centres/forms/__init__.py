"""Forms about centres, one module for each story."""

from .approval import PART_FORMS, AnswerForm, DecisionForm, DeclarationForm, QuestionForm, StartForm
from .orders import AgreedTotalForm, OrderForm
from .people import PersonForm, RolesForm

__all__ = [
    "PART_FORMS",
    "AgreedTotalForm",
    "AnswerForm",
    "DecisionForm",
    "DeclarationForm",
    "OrderForm",
    "PersonForm",
    "QuestionForm",
    "RolesForm",
    "StartForm",
]
