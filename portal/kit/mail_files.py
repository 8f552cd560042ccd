"""An e-mail backend for development: every e-mail is a file of its own that a mail program opens."""

import time
from itertools import count
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.text import slugify

_numbers = count()


class EmailBackend(BaseEmailBackend):
    """Writes `<when>-<to>-<subject>.eml` into EMAIL_FILE_PATH, in the order of sending by name."""

    def send_messages(self, email_messages) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            words = slugify(f"{message.to[0] if message.to else 'nobody'} {message.subject}")[:100]
            name = f"{time.time_ns()}-{next(_numbers)}-{words}.eml"
            hidden = folder / f".{name}"  # whoever looks for new letters finds whole ones only
            hidden.write_bytes(message.message().as_bytes())
            hidden.rename(folder / name)
        return len(email_messages)
