"""The templates as text."""

from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"
LONGEST = 160


def test_every_line_can_be_read_without_scrolling():
    too_long = [
        f"{path.relative_to(TEMPLATES)}:{number}"
        for path in TEMPLATES.rglob("*.*")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > LONGEST
    ]
    assert too_long == []
