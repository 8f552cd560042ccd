"""Parts that more than one room shows: an item of evidence to view, and the hand-ins so far.

Each is given the URL names its links lead to, as every room has its own.
"""

from django import template
from django.urls import reverse
from django.utils import timezone

from portal.files import sandbox
from portal.files.door import INLINE_TYPES
from portal.files.kinds import Kind
from portal.files.kinds import Shown as Part

from ..models import Assignment, Evidence, EvidenceVersion

register = template.Library()

SHOWN_AS = {(Kind.VIDEO, "sound"): Kind.AUDIO.label, (Kind.AUDIO, "video"): Kind.VIDEO.label}


def _address(door: str, under, *arguments) -> str:
    return reverse(door, args=[*([] if under is None else [under]), *arguments])


def _figure(version: EvidenceVersion, door: str, pages: str, site: str, under) -> dict:
    """The context of `portfolios/_figure.html` and the stages in `portfolios/figure/`."""
    made = {found.kind: found for found in version.shown}
    urls = {
        found.kind: _address(pages, under, version.pk, found.index) for found in made.values() if found.file
    }
    file_url = _address(door, under, version.pk)
    listing = made.get(Part.LISTING)
    stage = _stage(version, made)
    opens = listing is not None and listing.start and sandbox.is_open()
    return {
        "item": version.evidence,
        "version": version,
        "stage": f"portfolios/figure/{stage}.html",
        "kind": SHOWN_AS.get((version.kind, stage), version.get_kind_display()),
        "first": next(iter(version.shown), None),
        "pages": [
            (page, _address(pages, under, version.pk, page.index))
            for page in version.shown
            if page.kind == Part.PAGE
        ],
        "poster": made.get(Part.POSTER),
        "poster_url": urls.get(Part.POSTER, ""),
        "waveform": made.get(Part.WAVEFORM),
        "waveform_url": urls.get(Part.WAVEFORM, ""),
        "play_url": urls.get(Part.PLAYABLE) or (f"{file_url}?inline=1" if _may_play(version) else ""),
        "site_url": _address(site, under, version.pk) if opens else "",
        "file_url": file_url,
    }


def _stage(version: EvidenceVersion, made: dict) -> str:
    """Which template shows the file, by what workers found in it, whatever its name says."""
    if Part.POSTER in made:
        return "moving" if version.kind == Kind.PICTURE else "video"
    if Part.WAVEFORM in made:
        return "sound"
    if version.kind in (Kind.VIDEO, Kind.AUDIO) and (made or _may_play(version)):
        return "video" if version.kind == Kind.VIDEO else "sound"
    for part, stage in ((Part.TEXT, "text"), (Part.TABLE, "table"), (Part.LISTING, "listing")):
        if part in made:
            return stage
    if Part.PAGE in made:
        return "picture" if version.kind == Kind.PICTURE else "pages"
    return "none"


def _may_play(version: EvidenceVersion) -> bool:
    """Whether to let the browser try the file itself, even before workers have checked it."""
    plays = version.kind in (Kind.VIDEO, Kind.AUDIO) and version.media_type in INLINE_TYPES
    return plays and version.plays_itself is not False and version.preview != EvidenceVersion.Preview.FAILED


@register.inclusion_tag("portfolios/_evidence.html")
def evidence_view(
    item: Evidence,
    door: str = "evidence-file",
    pages: str = "rendition",
    under=None,
    site: str = "evidence-site",
    *,
    level: int = 3,
    edit_url: str = "",
) -> dict:
    """The item shown in the page, with its note and tags. `item` from `Evidence.objects.for_looking()`.

    `door`, `pages` and `site`: URL names with the arguments ([under,] version), ([under,] version, part) and
    ([under,] version).
    `level`: of its heading. `edit_url`: the page to change its tags.
    """
    return {
        **_figure(item.current, door, pages, site, under),
        "level": level,
        "edit_url": edit_url,
    }


@register.inclusion_tag("portfolios/_figure.html")
def evidence_figure(item: Evidence) -> dict:
    """The file alone. `item` from `Evidence.objects.for_looking()`."""
    return _figure(item.current, "evidence-file", "rendition", "evidence-site", under=None)


@register.inclusion_tag("portfolios/_rounds.html")
def rounds(
    assignment: Assignment, door: str = "evidence-file", under=None, *, page: str | None = "round"
) -> dict:
    """Every hand-in with its files and outcome. `assignment` from `Assignment.objects.for_pages()`.

    `page`: the URL name of the page of one hand-in, with the arguments (assignment, number); None: no link.
    """
    return {
        "under": under,
        "rounds": [
            (
                found,
                [(version, _address(door, under, version.pk)) for version in found.versions.all()],
                reverse(page, args=[assignment.pk, found.number]) if page else "",
            )
            for found in sorted(assignment.rounds.all(), key=lambda found: -found.number)
        ],
    }


@register.inclusion_tag("portfolios/_due.html")
def due(assignment: Assignment, is_late: bool = False) -> dict:
    """When the work is due, and how many days late it is."""
    days = (timezone.localdate() - assignment.due_on).days if is_late and assignment.due_on else 0
    return {"due_on": assignment.due_on, "days_late": days}
