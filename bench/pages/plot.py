"""A plot of what pages cost at 1, 10 and 100 times the size, as SVG: a line that stays level is a page that does not
grow."""

import math
from collections.abc import Iterator, Mapping
from html import escape

from .report import total

PLOTTED = [
    "Thin page: my account", "Home of the exams officer", "Home of a tutor", "Home of a candidate",
    "To mark, waiting", "To mark, all, last page", "Progress", "Messages of the centre", "Marking page",
    "Candidates", "Candidates by -work", "Likely duplicates", "Named entries", "Its submit page", "Certificates",
    "A moderated claim, in moderation", "A moderated line", "The conclude page", "Admin: Judgements",
]  # fmt: skip
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 1000, 640, 60, 330, 40, 50
LEAST_MS, MOST_MS = 1, 3000
LABEL_STEP = 15
COLOURS = ["#1d70b8", "#d4351c", "#00703c", "#f47738", "#4c2c92", "#d53880", "#28a197", "#505a5f"]


def svg(costs: Mapping[str, dict]) -> str:
    """`costs`: {size: {page: cost}}, the smallest size first. Both axes are logarithmic."""
    names = [name for name in PLOTTED if all(name in pages for pages in costs.values())]
    lines = {name: [total(pages[name]) for pages in costs.values()] for name in names}
    parts = [*_axes([f"{10**place} ×" for place in range(len(costs))]), *_lines(lines)]
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12"'
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" {box}>', ground, *parts, "</svg>\n"])


def _x(place: int, places: int) -> float:
    return LEFT + place * (WIDTH - LEFT - RIGHT) / max(places - 1, 1)


def _y(ms: float) -> float:
    share = math.log(max(ms, LEAST_MS) / LEAST_MS) / math.log(MOST_MS / LEAST_MS)
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _text(x: float, y: float, words: str, **more: str) -> str:
    attributes = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in more.items())
    return f'<text x="{x:.0f}" y="{y:.0f}"{attributes}>{escape(words)}</text>'


def _axes(sizes: list[str]) -> Iterator[str]:
    yield _text(LEFT, 20, "CPU of an answer in ms, by the size of the centre", font_weight="bold")
    for ms in (1, 3, 10, 30, 100, 300, 1000, 3000):
        y = _y(ms)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dddddd"/>'
        yield _text(LEFT - 8, y + 4, str(ms), text_anchor="end")
    for place, words in enumerate(sizes):
        yield _text(_x(place, len(sizes)), HEIGHT - BOTTOM + 22, words, text_anchor="middle")


def _lines(lines: Mapping[str, list[float]]) -> Iterator[str]:
    """The names stand at the right ends, moved apart where they would cover each other."""
    lowest = HEIGHT - BOTTOM + LABEL_STEP
    for number, (name, values) in enumerate(sorted(lines.items(), key=lambda line: line[1][-1])):
        colour = COLOURS[number % len(COLOURS)]
        points = [(_x(place, len(values)), _y(ms)) for place, ms in enumerate(values)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        end_x, end_y = points[-1]
        lowest = min(end_y, lowest - LABEL_STEP)
        yield _text(end_x + 14, lowest + 4, f"{values[-1]:.0f}  {name}", fill=colour)
        yield f'<line x1="{end_x:.1f}" y1="{end_y:.1f}" x2="{end_x + 11:.1f}" y2="{lowest:.1f}" stroke="{colour}"/>'
