"""What ordinary awarding-body staff may do in the admin: see everything, and change what their actions change."""

from collections.abc import Iterator

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

NAME = "Awarding-body staff"
# Django's own tables are for superusers: sessions, permissions, content types.
ROOMS = [
    "kit",
    "accounts",
    "catalogue",
    "centres",
    "noticeboard",
    "candidates",
    "portfolios",
    "moderation",
    "awards",
]
# Only superusers change people: whoever can change an e-mail address can take over the account.
MAY = {
    "accounts.user": ["add"],
    "centres.adjustment": ["add", "change"],
    "centres.application": ["change"],
    "centres.approval": ["change"],
    "centres.centre": ["change"],
    "centres.entryorder": ["change"],
    "centres.fee": ["add", "change"],
    "noticeboard.newsitem": ["add", "change"],
    "noticeboard.keydate": ["add", "change"],
    "noticeboard.service": ["add", "change"],
    "noticeboard.servicefee": ["add", "change", "delete"],
    "noticeboard.trainingevent": ["add", "change"],
    "noticeboard.interest": ["change"],
    "noticeboard.trainingrequest": ["change"],
    "noticeboard.enquiry": ["change"],
    "moderation.moderator": ["add"],
    "moderation.allocation": ["add"],
    "moderation.conflict": ["add", "delete"],
    "awards.certificate": ["change"],
    "candidates.learnerpair": ["change"],
    "awards.revocation": ["add", "change"],
    "kit.outboxentry": ["change"],
}


@transaction.atomic
def load_staff_group() -> Group:
    """Create the group, or bring its permissions up to date. Its members stay the same."""
    group, _ = Group.objects.get_or_create(name=NAME)
    group.permissions.set(_permissions())
    return group


def _permissions():
    wanted = Q(content_type__app_label__in=ROOMS, codename__startswith="view_")
    for label, codename in _codenames():
        wanted |= Q(content_type__app_label=label, codename=codename)
    return Permission.objects.filter(wanted)


def _codenames() -> Iterator[tuple[str, str]]:
    """(app, codename) of each permission in MAY; a model that does not exist is an error."""
    for model, verbs in MAY.items():
        options = apps.get_model(model)._meta
        for verb in verbs:
            yield options.app_label, f"{verb}_{options.model_name}"
