"""What the awarding body announces and is asked: news, key dates, training, other fees, enquiries."""

from .audience import Audience
from .dates import KeyDate
from .enquiries import Enquiry, EnquiryMessage
from .fees import Service, ServiceFee
from .news import NewsItem
from .requests import TrainingRequest
from .training import Interest, TrainingEvent

__all__ = [
    "Audience",
    "Enquiry",
    "EnquiryMessage",
    "Interest",
    "KeyDate",
    "NewsItem",
    "Service",
    "ServiceFee",
    "TrainingEvent",
    "TrainingRequest",
]
