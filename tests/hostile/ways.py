"""Every way by which a file comes in. Each takes a sample and says with which words it was refused; "" if taken.

A new way in is a new line in WAYS.
"""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portfolios import checks

from .sample import Sample, Upload


def straight(world, upload: Upload) -> str:
    """The checks by themselves, as every other way calls them."""
    try:
        checks.inspect(upload)
    except ValidationError as refusal:
        assert refusal.code == "refused"
        return " ".join(refusal.messages)
    return ""


def by_form(world, upload: Upload) -> str:
    """The plain form, posted by the candidate."""
    client = Client()
    client.force_login(world.candidate, backend="django.contrib.auth.backends.ModelBackend")
    file = SimpleUploadedFile("as.sent", upload.getvalue())
    file._name = upload.name  # the setter would clean it before it is sent
    answer = client.post(reverse("evidence-add", args=[world.work.pk]), {"files": [file]})
    if answer.status_code == 302:
        return ""
    assert answer.status_code == 200
    return " ".join(answer.context["form"].errors["files"])


WAYS: dict[str, Callable[[object, Upload], str]] = {"checks": straight, "form": by_form}


def sent(way: str, world, sample: Sample) -> str:
    return WAYS[way](world, Upload(sample))
