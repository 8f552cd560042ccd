"""The noticeboard of the demo: news, dates, training, other fees, and questions."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from portal.catalogue.models import Qualification
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

from .people import CWM_TAWE, HARBOUR, JOANNE, KWAME, LOWRI, SALTMARSH, TOMASZ

# (name, charged for each, note, price, offered now): placeholders, as the entry fees are (domain reference 8)
SERVICES = [
    ("Replacement certificate", "certificate", "", "42.00", True),
    ("Review of moderation", "unit", "For all candidates of a claim. Refunded if upheld.", "95.00", False),
    ("Visit beyond the two that are free", "visit", "", "310.00", False),
    ("Inspection visit for approval", "visit", "", "280.00", True),
    ("Training day at a centre", "day", "For up to 20 people.", "450.00", True),
]

# (title, text, audience, also sent by e-mail)
NEWS: list[tuple[str, str, str, bool]] = [
    (
        "Certificates can be checked by their QR code",
        "Anyone who is shown a certificate can scan its code, or enter its number in the portal, to see at once if it "
        "is genuine and in force.",
        "everybody",
        False,
    ),
    (
        "Check names before you claim",
        "Names are printed as they are when a claim is submitted. Ask candidates to check theirs on their account page "
        "first: there is a charge for a certificate that is printed again.",
        "exams_officers",
        True,
    ),
    (
        "Say where you found it",
        "Moderators read your comments beside the criteria. Give the page or the minute in a comment to show where you "
        "found the evidence.\n\nThe training day on marking gives examples.",
        "tutors",
        False,
    ),
]


def notices() -> None:
    """Staff fill the noticeboard; tutors ask for places, a centre asks for a day, an exams officer asks a question."""
    _services()
    _news()
    _dates()
    _training()
    _asked()


def _services() -> None:
    for position, (name, per, note, price, is_offered) in enumerate(SERVICES, start=1):
        service = Service.objects.create(
            name=name, per=per, note=note, is_offered=is_offered, position=position
        )
        ServiceFee.objects.create(service=service, price=Decimal(price), valid_from=date(2020, 9, 1))
    ServiceFee.objects.create(
        service=Service.objects.get(position=1), price=Decimal("44.00"), valid_from=_next(9, 1)
    )


def _news() -> None:
    for days, (title, text, audience, by_email) in zip((12, 5, 1), NEWS, strict=True):
        shown = timezone.now() - timedelta(days=days)
        item = NewsItem(title=title, text=text, publish_at=shown, audience=audience, by_email=by_email)
        actions.save_news(item, ["title", "text"], by=KWAME.user)
        actions.publish_news(item, by=KWAME.user)


def _dates() -> None:
    first = _next(3, 1)
    for title, text, values in (
        (
            "Claims in time for the summer results",
            "Advice, not a deadline: units can be claimed at any time. Claims submitted by this day are in time for "
            "certificates with the summer results.",
            {"starts_on": _next(6, 30)},
        ),
        (
            "Plan who will finish this year",
            "Look through the progress page with your tutors. Which candidates will finish by summer, and does the "
            "centre have enough entries for them?",
            {"starts_on": first, "ends_on": first.replace(month=4, day=30)},
        ),
        (
            "Order entries for the summer claims",
            "Advice, not a deadline: a claim needs entries, and an order has to be processed before they can be used.",
            {"starts_on": _next(5, 15), "audience": "centres"},
        ),
        (
            "The portal is being improved",
            "Nobody can sign in for two hours. Save what you are working on before then.",
            {
                "starts_on": timezone.localdate() + timedelta(days=17),
                "starts_at": time(18),
                "ends_at": time(20),
            },
        ),
    ):
        actions.save_date(KeyDate(title=title, text=text, **values), ["title"], by=KWAME.user)


def _training() -> None:
    marking = _event("Marking on the e-checklist", "Online", capacity=2, days=24, hours=3)
    marking.qualifications.set(Qualification.objects.filter(level=2))
    _event("Starting with iMedia", "Westport, Quay Street", capacity=20, days=66, hours=6)
    places = [
        actions.express_interest(
            Interest(event=marking, name=adult.name, email=adult.email, centre_name=at.name), by=adult.user
        )
        for adult, at in ((TOMASZ, HARBOUR), (LOWRI, CWM_TAWE))
    ]
    actions.confirm_place(places[0], by=KWAME.user)


def _event(title: str, place: str, *, capacity: int, days: int, hours: int) -> TrainingEvent:
    begins = timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=days), time(10)))
    event = TrainingEvent(
        title=title,
        text="With examples from Level 2. Bring a piece of coursework if you have one.",
        place=place,
        capacity=capacity,
        starts_at=begins,
        ends_at=begins + timedelta(hours=hours),
    )
    actions.save_event(event, ["title"], by=KWAME.user)
    event.move("publish", by=KWAME.user)
    return event


def _asked() -> None:
    request = TrainingRequest(
        name=SALTMARSH.exams_officer.name,
        email=SALTMARSH.exams_officer.email,
        centre_name=SALTMARSH.name,
        about="Planning the first year, and marking by e-checklist. Both of us are new to it.",
        place=SALTMARSH.name,
        when_about="A Friday before Easter",
        people=4,
    )
    actions.request_training_day(request, Qualification.objects.filter(level__in=SALTMARSH.levels), by=None)
    enquiry = Enquiry(
        topic=Enquiry.Topic.ENTRIES, name=JOANNE.name, email=JOANNE.email, centre_number=HARBOUR.number
    )
    actions.open_enquiry(enquiry, "Can entries that we have left be used next year?", by=JOANNE.user)
    actions.answer_enquiry(
        enquiry, "Yes. You can use them until the last certification date of the level.", by=KWAME.user
    )


def _next(month: int, day: int) -> date:
    """The next date with this month and day."""
    today = timezone.localdate()
    this_year = date(today.year, month, day)
    return this_year if this_year > today else this_year.replace(year=today.year + 1)
