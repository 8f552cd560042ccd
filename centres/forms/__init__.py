"""What people type about centres, a module a story."""

from .approval import PART_FORMS, AnswerForm, DecisionForm, DeclarationForm, QuestionForm, StartForm
from .orders import OrderForm
from .people import PersonForm

__all__ = [
    "PART_FORMS",
    "AnswerForm",
    "DecisionForm",
    "DeclarationForm",
    "OrderForm",
    "PersonForm",
    "QuestionForm",
    "StartForm",
]
