"""What the awarding body announces, and how it deals with questions and requests."""

from .enquiries import answer_enquiry, open_enquiry, write_again
from .notices import announce_news, publish_news, save_date, save_news
from .training import (
    answer_request,
    cancel_event,
    confirm_place,
    express_interest,
    put_on_waiting_list,
    request_training_day,
    save_event,
    withdraw_interest,
)

__all__ = [
    "announce_news",
    "answer_enquiry",
    "answer_request",
    "cancel_event",
    "confirm_place",
    "express_interest",
    "open_enquiry",
    "publish_news",
    "put_on_waiting_list",
    "request_training_day",
    "save_date",
    "save_event",
    "save_news",
    "withdraw_interest",
    "write_again",
]
