"""E-mails from templates: `emails/<name>.subject.txt`, `.txt` and `.html` side by side."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def send(name: str, *, to: str | None, context: dict) -> None:
    """Send the e-mail `name` to one address, as text and HTML; who has no address gets none."""
    if not to:
        return
    context = {
        "portal_name": settings.PORTAL_NAME,
        "awarding_body": settings.AWARDING_BODY,
        "site_url": settings.SITE_URL,
        **context,
    }
    subject = " ".join(render_to_string(f"emails/{name}.subject.txt", context).split())
    message = EmailMultiAlternatives(subject, render_to_string(f"emails/{name}.txt", context), to=[to])
    message.attach_alternative(render_to_string(f"emails/{name}.html", context), "text/html")
    message.send()
