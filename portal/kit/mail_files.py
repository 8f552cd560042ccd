"""An e-mail backend for development: every e-mail becomes a file that a mail program can open."""

import time
from itertools import count
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.text import slugify

_numbers = count()


class EmailBackend(BaseEmailBackend):
    """Writes `<when>-<to>-<subject>.eml` into EMAIL_FILE_PATH; sorted by name, the files are in order of sending."""

    def send_messages(self, email_messages) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            words = slugify(f"{message.to[0] if message.to else 'nobody'} {message.subject}")[:100]
            name = f"{time.time_ns()}-{next(_numbers)}-{words}.eml"
            hidden = folder / f".{name}"  # a watcher of the folder finds only complete e-mails
            hidden.write_bytes(message.message().as_bytes())
            hidden.rename(folder / name)
        return len(email_messages)
