"""Forms on the noticeboard's pages, and the filters of its lists."""

from .filters import DatesForm, EnquiriesForm, FeesForm, TrainingForm
from .writing import ContactForm, InterestForm, ReplyForm, TrainingDayForm

__all__ = [
    "ContactForm",
    "DatesForm",
    "EnquiriesForm",
    "FeesForm",
    "InterestForm",
    "ReplyForm",
    "TrainingDayForm",
    "TrainingForm",
]
