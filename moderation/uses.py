"""Who else may read files: moderators may read those of the hand-ins that they moderate."""

from portal.files import uses
from portal.files.models import StoredFile

from .querysets import files_moderated_by


@uses.readable_by("moderation")
def moderated(user):
    return StoredFile.objects.filter(pk__in=files_moderated_by(user).values("stored"))
