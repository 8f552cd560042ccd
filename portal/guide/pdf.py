"""Each guide as one PDF, drawn once by a worker and stored under a name made from everything it is drawn from.

When the text, a picture, a setting or the printing itself changes, so does the name, and the next
deployment draws the PDF again (docs/decisions/guides.md).
"""

import hashlib
from functools import cache
from importlib.metadata import version

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.template.loader import render_to_string

from portal.files import printing, storage
from portal.kit import outbox

from .contents import GUIDES, Guide
from .facts import facts

FAMILY = "AtkinsonHyperlegibleNext"
DRAWN_FROM = ["pdf/guide.css", "pdf/fonts/*.ttf", "guide/*.png"]  # under static/


def stored(guide: Guide) -> File | None:
    """The current PDF, or None if no worker has drawn it yet."""
    name = name_of(guide)
    return default_storage.open(name) if default_storage.exists(name) else None


def have_drawn() -> list[Guide]:
    """Ask workers to draw every guide whose current PDF is missing. Returns these guides."""
    missing = [guide for guide in GUIDES.values() if not default_storage.exists(name_of(guide))]
    if missing:
        outbox.due("draw-guide", *missing)
    return missing


def draw_once(guide: Guide) -> None:
    """Draw and store it, unless this is already done. Safe to run twice, even at once: the file is the same."""
    name = name_of(guide)
    if default_storage.exists(name):
        return
    pdf = printing.draw(html_of(guide), family=FAMILY)
    if not default_storage.exists(name):
        storage.save(name, ContentFile(pdf))


def html_of(guide: Guide) -> str:
    context = {
        "guide": guide,
        "facts": facts(),
        "on_paper": True,
        "awarding_body": settings.AWARDING_BODY,
        "portal_name": settings.PORTAL_NAME,
        "site": settings.SITE_URL.partition("://")[2],
    }
    return render_to_string("pdf/guide.html", context)


@cache
def name_of(guide: Guide) -> str:
    """Where it is stored. Computed once per process: what it is drawn from does not change while one runs."""
    digest = hashlib.sha256(html_of(guide).encode())
    digest.update(version("weasyprint").encode())
    static = settings.BASE_DIR / "static"
    for pattern in DRAWN_FROM:
        for path in sorted(static.glob(pattern)):
            digest.update(path.read_bytes())
    return f"guides/{guide.slug}-{digest.hexdigest()[:16]}.pdf"
