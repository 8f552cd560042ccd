"""News, dates, training, fees and enquiries, as staff enter them and people send them."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from django.utils import timezone

from portal.noticeboard import actions
from portal.noticeboard.models import (
    Enquiry,
    Interest,
    KeyDate,
    NewsItem,
    Service,
    ServiceFee,
    TrainingEvent,
    TrainingRequest,
)

from . import accounts

numbers = count(1)


def news_item(*qualifications, published: bool = True, **values) -> NewsItem:
    """Public news, shown from an hour ago; not sent by e-mail unless asked."""
    values = {
        "title": f"News {next(numbers)}", "text": "Claims are open.", "by_email": False,
        "publish_at": timezone.now() - timedelta(hours=1), **values,
    }  # fmt: skip
    item = NewsItem.objects.create(**values)
    item.qualifications.set(qualifications)
    if published:
        actions.publish_news(item, by=accounts.staff())
    return item


def key_date(*qualifications, **values) -> KeyDate:
    """A public day, a month ahead."""
    day = timezone.localdate() + timedelta(days=30)
    made = KeyDate.objects.create(**{"title": f"Date {next(numbers)}", "starts_on": day, **values})
    made.qualifications.set(qualifications)
    return made


def training_event(*qualifications, published: bool = True, **values) -> TrainingEvent:
    """A published event of six hours in thirty days, with ten places."""
    begins = values.pop("starts_at", timezone.now().replace(microsecond=0) + timedelta(days=30))
    values = {
        "title": f"Marking day {next(numbers)}", "place": "Online", "capacity": 10, "starts_at": begins,
        "ends_at": begins + timedelta(hours=6), **values,
    }  # fmt: skip
    made = TrainingEvent.objects.create(**values)
    made.qualifications.set(qualifications)
    if published:
        made.move("publish", by=accounts.staff())
    return made


def interest(event: TrainingEvent | None = None, *, by=None, **values) -> Interest:
    number = next(numbers)
    values = {"name": f"Person {number}", "email": f"someone{number}@example.org", **values}
    return actions.express_interest(Interest(event=event or training_event(), **values), by=by)


def place(event: TrainingEvent | None = None, **values) -> Interest:
    """A confirmed place."""
    made = interest(event, **values)
    actions.confirm_place(made, by=accounts.staff())
    return made


def training_request(**values) -> TrainingRequest:
    values = {
        "name": "Eleri Gwynne", "email": "eleri@example.org", "centre_name": "Ysgol Cwm Tawe",
        "about": "Marking on the e-checklist", "place": "Online", "when_about": "In March", "people": 4, **values,
    }  # fmt: skip
    return actions.request_training_day(TrainingRequest(**values), [], by=None)


def enquiry(text: str = "How do we claim?", *, by=None, **values) -> Enquiry:
    number = next(numbers)
    values = {
        "topic": "claims", "name": f"Person {number}", "email": f"someone{number}@example.org", **values,
    }  # fmt: skip
    return actions.open_enquiry(Enquiry(**values), text, by=by)


def service_fee(service: Service | None = None, **values) -> ServiceFee:
    service = service or Service.objects.create(name=f"Service {next(numbers)}")
    return ServiceFee.objects.create(
        **{"service": service, "price": Decimal("25.00"), "valid_from": date(2020, 1, 1), **values}
    )
