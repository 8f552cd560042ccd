"""Every way for a file to come in. Each takes a sample and returns the message of its refusal; "" if accepted.

A new way in is a new line in WAYS.
"""

import io
import zipfile
from base64 import b64encode
from collections.abc import Callable
from pathlib import PurePath
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from centres.actions import send_application_link
from centres.models import Application
from portal.files import checks, filetypes
from portal.kit import outbox
from portfolios.sorting import arriving, confirming
from tests.factories import portfolios as make

from .sample import Sample, Upload


def straight(world, upload: Upload) -> str:
    """Only the checks, as every other way calls them."""
    try:
        checks.inspect(upload, max_bytes=settings.EVIDENCE_FILE_LIMIT_BYTES)
    except ValidationError as refusal:
        assert refusal.code == "refused"
        return " ".join(refusal.messages)
    return ""


def by_form(world, upload: Upload) -> str:
    """The plain form, posted by the candidate."""
    return posted(world, upload, world.candidate)


def on_behalf(world, upload: Upload) -> str:
    """The plain form, posted by the tutor for the candidate."""
    return posted(world, upload, world.tutor)


def posted(world, upload: Upload, by) -> str:
    client = Client()
    client.force_login(by, backend="portal.accounts.backends.ByName")
    answer = client.post(
        reverse("evidence-add", args=[world.work.pk]), {"files": [as_sent(upload)], **showing()}
    )
    if answer.status_code == 302:
        return judged(world)
    assert answer.status_code == 200
    return " ".join(answer.context["form"].errors["files"])


def showing() -> dict[str, str]:
    """What each showing of a form with files has of its own: the same file may be sent from the next one again."""
    return {"once": uuid4().hex}


def as_sent(upload: Upload) -> SimpleUploadedFile:
    file = SimpleUploadedFile("as.sent", upload.getvalue())
    file._name = upload.name  # the setter would clean it before it is sent
    return file


def in_place_of_another(world, upload: Upload) -> str:
    """The plain form for a new file of an item."""
    item = make.evidence(world.work, file=SimpleUploadedFile(BEFORE, b"Plan"))
    client = Client()
    client.force_login(world.candidate, backend="portal.accounts.backends.ByName")
    answer = client.post(reverse("evidence-replace", args=[item.pk]), {"file": as_sent(upload)})
    if answer.status_code == 200:
        return " ".join(answer.context["form"].errors["file"])
    assert item.versions.count() == 2
    return ""


def attached(world, upload: Upload) -> str:
    """With a centre's application, by a person who has the link to it."""
    link = send_application_link(f"{uuid4().hex}@example.org")  # an address has few links
    client = Client()
    client.post(client.get(reverse("application-open", args=[link.pk, link.token])).url)
    application = Application.objects.latest("pk")
    page = reverse("application-part", args=[application.pk, "approvals"])
    answer = client.post(
        page, {"approved_elsewhere": "no", "files": [as_sent(upload)], **showing()}, follow=True
    )
    if application.attachments.exists():
        return ""
    return " ".join(str(message) for message in answer.context["messages"])


def by_tus(world, upload: Upload) -> str:
    """In one part, as a client of the protocol sends it."""
    client = Client()
    client.force_login(world.candidate, backend="portal.accounts.backends.ByName")
    name = b64encode(upload.name.encode()).decode()
    content = upload.getvalue()
    begun = client.post(
        reverse("uploads", args=[world.work.pk]),
        b"",
        "application/octet-stream",  # a form is refused
        headers={**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": f"filename {name}"},
    )
    if begun.status_code != 201:
        assert begun.status_code < 500
        return begun.content.decode()
    if content:
        sent = client.patch(
            begun["Location"],
            content,
            "application/offset+octet-stream",
            headers={**TUS, "Upload-Offset": "0"},
        )
        assert sent.status_code == 204
    return judged(world)


def by_workspace(world, upload: Upload) -> str:
    """Kept in the workspace, and then added to the unit."""
    client = Client()
    client.force_login(world.candidate, backend="portal.accounts.backends.ByName")
    answer = client.post(reverse("workspace"), {"files": [as_sent(upload)], **showing()})
    if answer.status_code == 200:
        return " ".join(answer.context["form"].errors["files"])
    kept = world.work.candidate.workspace.latest("pk")
    client.post(reverse("workspace-add", args=[kept.pk]), {"unit": world.work.pk})
    assert world.work.evidence.latest("pk").current.sha256 == kept.sha256
    return ""


def by_bulk_zip(world, upload: Upload) -> str:
    """In the candidate's folder of a zip for many, which the tutor uploads and whose sorting is confirmed."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(f"{world.work.candidate.number}/{upload.name}", upload.getvalue())
    return sorted_in(world, SimpleUploadedFile("class.zip", held.getvalue()))


def by_hand(world, upload: Upload) -> str:
    """Among many files, with a name that says nothing: the tutor says whose it is."""
    file = SimpleUploadedFile("as.sent", upload.getvalue())
    # A zip among many would be unpacked, and judged by its contents.
    of_many = arriving.is_of_many(world.centre, upload.name)
    file._name = f"{world.work.candidate.number} {upload.name}" if of_many else upload.name
    return sorted_in(world, file)


def sorted_in(world, file) -> str:
    client = Client()
    client.force_login(world.tutor, backend="portal.accounts.backends.ByName")
    bulk = confirming.start(world.centre, unit=world.work.unit, by=world.tutor)
    answer = client.post(
        reverse("bulk-upload-add", args=[bulk.pk]), {"files": [file], **showing()}, follow=True
    )
    outbox.work_all()
    if not bulk.uploads.exists():
        return " ".join(str(message) for message in answer.context["messages"])
    newest = bulk.uploads.latest("pk")
    if newest.state == "refused":
        return newest.reason
    work = world.work
    typed = {"number": work.candidate.number, "unit": work.unit.code}
    data = {f"file-{newest.pk}-{field}": value for field, value in typed.items()}
    assert client.post(bulk.get_absolute_url(), {**data, "confirm": "1"}).status_code == 302
    return judged(world)


def judged(world) -> str:
    """What a worker says about the newest upload."""
    outbox.work_all()
    newest = world.work.uploads.latest("pk")
    assert newest.state in ("ready", "refused"), newest.state
    return newest.reason if newest.state == "refused" else ""


def takes(way: str, sample: Sample) -> bool:
    """Whether a good file is accepted: applications accept only documents."""
    is_paper = PurePath(sample.name).suffix.lower().lstrip(".") in filetypes.PAPERS
    found = checks.inspect(Upload(sample))
    return way != "attachment" or (is_paper and found in filetypes.PAPERS.values())


BEFORE = "before.txt"  # what existed before a file was sent
TUS = {"Tus-Resumable": "1.0.0"}
WAYS: dict[str, Callable[[object, Upload], str]] = {
    "checks": straight,
    "form": by_form,
    "on behalf": on_behalf,
    "tus": by_tus,
    "workspace": by_workspace,
    "replacement": in_place_of_another,
    "attachment": attached,
    "bulk zip": by_bulk_zip,
    "bulk by hand": by_hand,
}


def sent(way: str, world, sample: Sample) -> str:
    return WAYS[way](world, Upload(sample))
