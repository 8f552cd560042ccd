from django.urls import path

from .views import contact, dates, fees, news, training

urlpatterns = [
    path("news/", news.news, name="news"),
    path("news/<int:pk>/", news.news_item, name="news-item"),
    path("dates/", dates.key_dates, name="key-dates"),
    path("dates/calendar.ics", dates.calendar, name="dates-calendar"),
    path("dates/<int:pk>/date.ics", dates.one, name="key-date-calendar"),
    path("fees/", fees.fees, name="fees"),
    path("training/", training.events, name="training"),
    path("training/calendar.ics", training.calendar, name="training-calendar"),
    path("training/request/", training.request_day, name="training-day"),
    path("training/request/sent/", training.request_sent, name="training-day-sent"),
    path("training/<int:pk>/", training.event, name="training-event"),
    path("training/<int:pk>/event.ics", training.one, name="training-event-calendar"),
    path("training/<int:pk>/interest/", training.ask, name="training-interest"),
    path("training/<int:pk>/interest/sent/", training.asked, name="training-interest-sent"),
    path("training/place/<int:pk>/<str:token>/", training.place, name="interest"),
    path("training/place/<int:pk>/<str:token>/withdraw/", training.withdraw, name="interest-withdraw"),
    path("contact/", contact.contact, name="contact"),
    path("contact/sent/", contact.sent, name="contact-sent"),
    path("contact/yours/", contact.yours, name="enquiries"),
    path("contact/<str:reference>/<str:token>/", contact.enquiry, name="enquiry"),
]
