"""Everything that workers would have done by now is done: nothing is due, mail is sent, certificates are printed."""

from django.db.models import Value
from django.db.models.functions import Concat, Now

from moderation.awards.models import Certificate
from portal.accounts.models import EMail
from portal.files.models import StoredFile
from portal.kit.models import OutboxEntry


def settle() -> None:
    files = list(StoredFile.objects.values_list("pk", flat=True))
    OutboxEntry.objects.bulk_create(
        [OutboxEntry(kind=kind, subject_id=key) for kind in ("take-file", "make-preview") for key in files],
        batch_size=5000,
    )
    OutboxEntry.objects.update(state=OutboxEntry.State.DONE, tries=1, done_at=Now())
    EMail.objects.update(state=EMail.State.SENT, sent_at=Now())
    Certificate.objects.filter(pdf="").update(
        pdf=Concat(Value("certificates/"), "number", Value("/none.pdf")),
        pdf_sha256="0" * 64,
        printed_at=Now(),
    )
