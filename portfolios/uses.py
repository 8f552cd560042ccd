"""What this room receives files for, and who may read them: evidence, bulk uploads, the workspace."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.files import uses
from portal.files.models import StoredFile
from portal.files.uses import Use

from .access import require_upload
from .models import EvidenceVersion, Upload, WorkspaceFile


class _OnItsWay(Use):
    """The use of a file that arrives with an Upload, which says what it will be."""

    @property
    def most_bytes(self) -> int:
        return settings.EVIDENCE_FILE_LIMIT_BYTES

    def require_sender(self, user, stored: StoredFile) -> None:
        visible = Upload.objects.visible_to(user).select_related(
            "assignment__candidate__centre", "bulk__centre"
        )
        upload = visible.filter(stored=stored).first()
        if upload is None:
            raise Http404
        require_upload(user, upload)


@uses.register
class OfEvidence(_OnItsWay):
    name = "evidence"

    def when_ready(self, stored: StoredFile) -> None:
        from .actions.evidence import take

        take(Upload.objects.select_related("assignment", "replaces").get(stored=stored))


@uses.register
class OfBulk(_OnItsWay):
    """Inspected when it arrives; a person sorts it into a unit afterwards. A zip of many is opened."""

    name = "bulk"

    def most_bytes_of(self, stored: StoredFile) -> int:
        return settings.BULK_UPLOAD_LIMIT_BYTES if self.opens(stored) else self.most_bytes

    def opens(self, stored: StoredFile) -> bool:
        from .sorting.arriving import is_of_many

        upload = Upload.objects.select_related("bulk__centre").get(stored=stored)
        return not upload.path and is_of_many(upload.centre, stored.name)

    def open(self, stored: StoredFile, file, sha256: str) -> None:
        from .sorting import unpacking

        unpacking.unpack(Upload.objects.select_related("bulk__centre").get(stored=stored), file, sha256)

    def when_ready(self, stored: StoredFile) -> None:
        from .sorting.arriving import propose

        upload = Upload.objects.select_related("bulk__centre", "bulk__unit").get(stored=stored)
        if not upload.ended:
            propose(upload)


@uses.register
class OfWorkspace(Use):
    """Only arrives by the form, and is inspected before the answer."""

    name = "workspace"

    @property
    def most_bytes(self) -> int:
        return settings.EVIDENCE_FILE_LIMIT_BYTES

    def require_sender(self, user, stored: StoredFile) -> None:
        raise PermissionDenied


@uses.readable_by("evidence")
def visible_evidence(user):
    return StoredFile.objects.filter(pk__in=EvidenceVersion.objects.visible_to(user).values("stored"))


@uses.readable_by("workspace")
def own_workspace(user):
    return StoredFile.objects.filter(pk__in=WorkspaceFile.objects.own(user).values("stored"))
