"""E-mails from templates: `emails/<name>.subject.txt`, `.txt` and `.html` side by side."""

from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


class Written(NamedTuple):
    """The text of one e-mail."""

    subject: str
    text: str
    html: str


def write(name: str, context: dict[str, Any]) -> Written:
    """The text of the e-mail `name`."""
    context = {
        "portal_name": settings.PORTAL_NAME,
        "awarding_body": settings.AWARDING_BODY,
        "body_contact": settings.BODY_CONTACT,
        "site_url": settings.SITE_URL,
        **context,
    }
    return Written(
        " ".join(render_to_string(f"emails/{name}.subject.txt", context).split()),
        render_to_string(f"emails/{name}.txt", context),
        render_to_string(f"emails/{name}.html", context),
    )


def send(name: str, *, to: str | None, context: dict[str, Any]) -> None:
    """Send the e-mail `name` to one address, as text and HTML; without an address, nothing is sent.

    `attachments` in the context: [(file name, bytes, media type), …].
    """
    if not to:
        return
    written = write(name, context)
    message = EmailMultiAlternatives(written.subject, written.text, to=[to])
    message.attach_alternative(written.html, "text/html")
    for file_name, content, media_type in context.get("attachments", []):
        message.attach(file_name, content, media_type)
    message.send()
