from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "moderation.awards"
    label = "awards"
    verbose_name = "Results and certificates"
