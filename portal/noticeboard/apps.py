from django.apps import AppConfig


class NoticeboardConfig(AppConfig):
    name = "portal.noticeboard"
    label = "noticeboard"
    verbose_name = "Noticeboard: news, dates, training, fees, contact"
