"""Work that the demo's candidates hand in: pictures, storyboards, web sites, plans, sound and video.

It is made from a seed: the same seed gives the same work, and different seeds can be told apart.
"""

import io
import math
import random
import textwrap
import zipfile
from functools import cache
from html import escape
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageColor, ImageDraw, ImageFilter, ImageFont

from portal.files import printing

MEDIA = Path(__file__).parent / "media"
FONTS = Path(settings.BASE_DIR) / "static" / "pdf" / "fonts"
BOLD = FONTS / "AtkinsonHyperlegibleNext_700Bold.ttf"
REGULAR = FONTS / "AtkinsonHyperlegibleNext_400Regular.ttf"
Colour = tuple[int, ...]


def _chance(kind: str, seed: int) -> random.Random:
    return random.Random(f"{kind} {seed}")  # noqa: S311 - drawings, not secrets


def video() -> bytes:
    """A five-second title sequence as MP4 (H.264, AAC)."""
    return (MEDIA / "riverside.mp4").read_bytes()


def sound() -> bytes:
    """A jingle of nine seconds as MP3."""
    return (MEDIA / "melody.mp3").read_bytes()


# --- pictures -------------------------------------------------------------------------------------


def picture(seed: int, title: str, size: tuple[int, int] = (900, 1200)) -> bytes:
    """A poster as JPEG: a sky of two colours, one of four motifs, and the title."""
    chance = _chance("picture", seed)
    palette = _palette(seed)
    width, height = size
    image = _gradient((width * 2, height * 2), palette[0], palette[1])
    draw = ImageDraw.Draw(image, "RGBA")
    chance.choice([_hills, _rings, _blocks, _waves])(draw, image.size, palette, chance)
    image = image.reduce(2)
    _letter(image, title, palette, chance)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=88, optimize=True)
    return file.getvalue()


# Sky above, sky below, an accent, three of one family from light to dark, a highlight.
PALETTES = [
    "1d2350 6d3a6e ffb55a b9587f 7d3f74 46295c ffe3b8",
    "0c3b4c 2f8f9d ffd166 57b8b3 2a7f8c 14505f fff1c9",
    "7a2e3a e0735c ffe08a f29a76 c9574f 8f3744 fff0d6",
    "141b3c 36508f f6d860 6f8fd0 46639f 2a3f70 e9efff",
    "16302b 4f8a6a f4b860 7fb685 4c8063 27503f fdf0d0",
    "2f1a45 7b4f9d 7fe0c3 a97cc4 77509a 4b2f6b e3fff5",
    "5a3d2b c88d5a 5fb0a8 e0b483 b37d4f 7d5436 fff4df",
    "1f2d3a 5b7c8d ff7a59 8fabb6 5d7c8b 38505e ffe6dd",
]


def _palette(seed: int) -> list[Colour]:
    return [ImageColor.getrgb(f"#{colour}") for colour in PALETTES[seed % len(PALETTES)].split()]


def _gradient(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    column = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), column)


def _hills(draw, size, palette, chance):
    width, height = size
    sun, x = width * 0.17, width * chance.uniform(0.3, 0.7)
    y = height * chance.uniform(0.42, 0.5)
    for grow, strength in ((2.1, 26), (1.5, 44), (1.0, 255)):
        draw.ellipse(_around(x, y, sun * grow), fill=(*palette[2], strength))
    for row, colour in enumerate(palette[3:6]):
        base, swing = height * (0.60 + 0.13 * row), height * 0.05
        start, wave = chance.uniform(0, 6), chance.uniform(2.2, 3.6)
        edge = [(step * width / 60, base + swing * math.sin(start + wave * step / 18)) for step in range(61)]
        draw.polygon([(0, height), *edge, (width, height)], fill=colour)
    for _ in range(18):
        x, y = chance.uniform(0, width), chance.uniform(0, height * 0.36)
        draw.ellipse(_around(x, y, chance.uniform(3, 9)), fill=(255, 255, 255, 190))


def _rings(draw, size, palette, chance):
    width, height = size
    x, y = width * chance.uniform(0.35, 0.65), height * 0.63
    for ring, colour in zip(range(7, 0, -1), [4, 3, 6, 2, 5, 4, 2], strict=True):
        draw.ellipse(_around(x, y, width * 0.062 * ring), fill=palette[colour])
    for _ in range(30):
        angle, far = chance.uniform(0, math.tau), width * chance.uniform(0.48, 0.7)
        place = _around(x + far * math.cos(angle), y + far * math.sin(angle), chance.uniform(8, 30))
        draw.ellipse(place, fill=(*palette[6], 200))


def _blocks(draw, size, palette, chance):
    width, height = size
    draw.ellipse(_around(width * 0.74, height * 0.4, width * 0.13), fill=palette[2])
    for row, colour in enumerate(palette[3:6]):
        left = -40.0
        while left < width:
            wide = chance.uniform(0.09, 0.17) * width
            top = height * (0.5 + 0.12 * row) - chance.uniform(0, 0.13) * height
            draw.rectangle((left, top, left + wide, height), fill=colour)
            for floor in range(int(top) + 44, height, 84):
                for column in range(int(left) + 30, int(left + wide) - 40, 66):
                    if chance.random() < 0.34:
                        draw.rectangle((column, floor, column + 26, floor + 38), fill=(*palette[6], 220))
            left += wide + 8


def _waves(draw, size, palette, chance):
    width, height = size
    colours = [palette[2], palette[3], palette[6], palette[4], palette[5], palette[2], palette[5]]
    bend, start = chance.uniform(0.05, 0.09), chance.uniform(0, 6)
    for row, colour in enumerate(colours):
        base = height * (0.40 + 0.085 * row)
        edge = [
            (step * width / 80, base + height * bend * math.sin(start + row * 0.5 + step / 12))
            for step in range(81)
        ]
        draw.polygon([(0, height), *edge, (width, height)], fill=colour)


def _around(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    return x - radius, y - radius, x + radius, y + radius


def _letter(image: Image.Image, title: str, palette: list[Colour], chance: random.Random) -> None:
    """Set `title` large at the top, over as many lines as it needs, and a line of small print at the foot."""
    width, height = image.size
    large = next(
        points for points in range(width // 7, 12, -2) if _fits(title, points, width * 0.86, height * 0.27)
    )
    font, text = _font(BOLD, large), "\n".join(_lines(title, large, width * 0.86))
    where = (width * 0.07, height * 0.06)
    shade = Image.new("L", (width, round(height * 0.4)))
    ImageDraw.Draw(shade).multiline_text(where, text, font=font, fill=110, spacing=large * 0.12)
    image.paste("black", (0, 0), shade.filter(ImageFilter.GaussianBlur(width / 90)))
    draw = ImageDraw.Draw(image)
    draw.multiline_text(where, text, font=font, fill=(255, 255, 255), spacing=large * 0.12)
    words = chance.choice(
        ["Saturday 14 June", "Open every day", "All welcome", "Doors at seven", "Issue one"]
    )
    draw.rectangle((0, height * 0.93, width, height), fill=palette[5])
    draw.text(
        (width * 0.07, height * 0.965), words, font=_font(REGULAR, width // 26), fill="white", anchor="lm"
    )


def _fits(title: str, points: int, width: float, height: float) -> bool:
    lines = _lines(title, points, width)
    font = _font(BOLD, points)
    return len(lines) * points * 1.25 <= height and all(font.getlength(line) <= width for line in lines)


def _lines(title: str, points: int, width: float) -> list[str]:
    font, lines = _font(BOLD, points), [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@cache
def _font(path: Path, points: int):
    """The bundled font, or Pillow's own if it is missing."""
    return ImageFont.truetype(path, points) if path.exists() else ImageFont.load_default(points)


# --- storyboards ----------------------------------------------------------------------------------

SHOTS = ["Wide shot", "Mid shot", "Close-up", "Over the shoulder", "Low angle", "High angle", "Tracking shot"]
PICTURES = [
    "Sunrise over the site, mist on the water",
    "The main character comes into the frame from the left",
    "Hands at work, tools on the bench",
    "Friends meet and point at the sign",
    "The crowd turns towards the stage",
    "Title fades in over the moving background",
    "Slow pan along the wall of pictures",
    "She looks up; the camera follows her eyes",
    "Wheels pass close to the lens",
    "Everything stops for two seconds",
    "The logo comes together out of five shapes",
    "Credits roll over the last view",
]
SOUNDS = [
    "birdsong, no music",
    "theme starts, low",
    "theme, full",
    "voice: first line",
    "traffic, fading",
    "silence",
]
LINKS = ["cut", "cross-fade, 1 s", "fade to black", "wipe left", "cut on the beat"]
FRAMES_PER_PAGE = 6


def storyboard(seed: int, title: str, author_number: str = "") -> bytes:
    """A storyboard of two or three pages as PDF: six frames a page, with shot, time, sound and transition.

    `author_number`: the candidate number written on every page, if any; never a name.
    """
    chance = _chance("storyboard", seed)
    palette = _palette(seed)
    frames = chance.choice([2, 2, 3]) * FRAMES_PER_PAGE - chance.choice([0, 1, 2])
    scenes = chance.sample(PICTURES, len(PICTURES)) * 2
    cells, seconds = [], 0
    for number in range(1, frames + 1):
        lasts = chance.choice([2, 3, 3, 4, 5])
        side = "left" if number % 2 else "right"
        cells.append(
            f'<div class="cell {side}"><div class="frame">{_sketch(chance, palette)}</div>'
            f"<p><b>{number}</b> {chance.choice(SHOTS)}"
            f"<i>{_clock(seconds)} to {_clock(seconds + lasts)}</i></p>"
            f"<p>{scenes[number]}.</p>"
            f'<p class="note">Sound: {chance.choice(SOUNDS)}. Then: {chance.choice(LINKS)}.</p></div>'
        )
        seconds += lasts
    pages = [cells[first : first + FRAMES_PER_PAGE] for first in range(0, frames, FRAMES_PER_PAGE)]
    author = f"<span>Candidate {escape(author_number)}</span>" if author_number else ""
    body = "".join(
        f"<section><h1>{escape(title)}</h1><div class=head>Storyboard, page {number} of {len(pages)}"
        f"{author}</div>{''.join(page)}</section>"
        for number, page in enumerate(pages, start=1)
    )
    head = f"<title>{escape(title)}: storyboard</title><style>{_storyboard_css(palette)}</style>"
    return printing.draw(f'<html lang="en">{head}<body>{body}</body></html>')


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"


def _storyboard_css(palette: list[Colour]) -> str:
    dark, accent = (f"rgb({red},{green},{blue})" for red, green, blue in (palette[0], palette[4]))
    return f"""
        @font-face {{ font-family: Plain; src: url("fonts/{REGULAR.name}") }}
        @font-face {{ font-family: Plain; font-weight: bold; src: url("fonts/{BOLD.name}") }}
        @page {{ size: A4; margin: 14mm 15mm }}
        body {{ font: 8.6pt/1.35 Plain, sans-serif; color: #222 }}
        section + section {{ break-before: page }}
        h1 {{ font-size: 19pt; margin: 0; color: {dark} }}
        .head {{ color: #555; border-bottom: 1.2mm solid {accent}; padding-bottom: 2mm; margin-bottom: 5mm }}
        .head span {{ float: right }}
        .cell {{ width: 86mm; height: 78mm }}
        .left {{ float: left; clear: both }} .right {{ float: right }}
        .frame {{ height: 47mm; border: 0.5mm solid #333 }}
        svg {{ display: block; width: 85mm; height: 47mm }}
        p {{ margin: 1.4mm 0 0 }} .note {{ color: #555 }}
        i {{ float: right; color: #555; font-style: normal }}
    """


def _sketch(chance: random.Random, palette: list[Colour]) -> str:
    """One frame as SVG, 160 × 90: ground, something in the distance, people, and sometimes an arrow."""
    tint = ["#{:02x}{:02x}{:02x}".format(*colour) for colour in palette]
    ground = chance.randint(58, 72)
    parts = [
        '<svg viewBox="0 0 160 90" preserveAspectRatio="none">',
        _box(0, 0, 160, 90, "#fbfaf6"),
        _box(0, ground, 160, 90 - ground, tint[3], opacity=0.45),
        chance.choice([_sun, _mountain, _street, _sign])(chance, ground, tint),
        *(_person(chance, ground + 10, tint[6]) for _ in range(chance.choice([1, 1, 2]))),
    ]
    if chance.random() < 0.35:
        parts.append('<path d="M12 80h30m-7-5l8 5l-8 5" stroke="#c0392b" stroke-width="2.2" fill="none"/>')
    return "".join([*parts, "</svg>"])


def _box(x: float, y: float, width: float, height: float, colour: str, opacity: float = 1) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{colour}" opacity="{opacity}"/>'


def _sun(chance: random.Random, ground: int, tint: list[str]) -> str:
    return f'<circle cx="{chance.randint(20, 140)}" cy="{chance.randint(14, 34)}" r="11" fill="{tint[2]}"/>'


def _mountain(chance: random.Random, ground: int, tint: list[str]) -> str:
    peak = chance.randint(30, 110)
    return f'<path d="M{peak - 34} {ground}l34-36l34 36Z" fill="{tint[4]}" opacity=".6"/>'


def _street(chance: random.Random, ground: int, tint: list[str]) -> str:
    heights = [chance.randint(12, 38) for _ in range(6)]
    return "".join(
        _box(8 + 26 * place, ground - height, 22, height, tint[5], opacity=0.55)
        for place, height in enumerate(heights)
    )


def _sign(chance: random.Random, ground: int, tint: list[str]) -> str:
    return (
        f'<rect x="34" y="26" width="92" height="26" rx="3" fill="{tint[2]}" stroke="#333"/>'
        '<path d="M44 35h72M44 43h48" stroke="#333" stroke-width="2.4"/>'
    )


def _person(chance: random.Random, foot: int, colour: str) -> str:
    x, tall = chance.randint(22, 138), chance.choice([22, 30, 44])
    head, hip, shoulder = tall * 0.17, foot - tall * 0.36, foot - tall * 0.58
    hand = shoulder + chance.uniform(-0.1, 0.14) * tall
    legs = f"M{x - tall * 0.15} {foot}L{x} {hip}L{x + tall * 0.15} {foot}"
    arms = f"M{x - tall * 0.2} {shoulder + tall * 0.13}L{x} {shoulder}L{x + tall * 0.22} {hand}"
    return (
        '<g stroke="#333" stroke-width="1.6" fill="none" stroke-linecap="round">'
        f'<circle cx="{x}" cy="{foot - tall + head}" r="{head}" fill="{colour}"/>'
        f'<path d="M{x} {foot - tall + 2 * head}V{hip}{legs}{arms}"/></g>'
    )


# --- web sites and plans --------------------------------------------------------------------------


def website(seed: int, title: str) -> bytes:
    """A small site as zip: two linked pages, a style sheet and a picture."""
    chance = _chance("website", seed)
    palette = ["#{:02x}{:02x}{:02x}".format(*colour) for colour in _palette(seed)]
    paragraphs = chance.sample(ABOUT, 3)
    facts = chance.sample(FACTS, 4)
    files: dict[str, str | bytes] = {
        "index.html": _page(
            title,
            "Home",
            '<img src="images/poster.jpg" alt="Poster" width="300" height="400">'
            + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs),
        ),
        "page2.html": _page(title, "What is on", f"<ul>{''.join(f'<li>{fact}</li>' for fact in facts)}</ul>"),
        "style.css": textwrap.dedent(f"""\
            body {{ margin: 0; font: 1.1rem/1.5 Verdana, sans-serif; color: #222; background: #fafafa; }}
            header {{ background: {palette[0]}; color: white; padding: 1.5rem 2rem; }}
            nav a {{ color: white; margin-right: 1.5rem; }}
            main {{ max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }}
            img {{ float: right; margin: 0 0 1rem 1.5rem; border: 6px solid {palette[2]}; }}
            h2 {{ color: {palette[5]}; }}
            """),
        "images/poster.jpg": picture(seed, title, size=(300, 400)),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as site:
        for name, content in files.items():
            site.writestr(zipfile.ZipInfo(name, date_time=(2026, 3, 2, 10, 0, 0)), content)
    return file.getvalue()


def _page(title: str, name: str, content: str) -> str:
    return textwrap.dedent(f"""\
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>{escape(title)}: {name}</title>
        <link rel="stylesheet" href="style.css">
        </head>
        <body>
        <header><h1>{escape(title)}</h1>
        <nav><a href="index.html">Home</a><a href="page2.html">What is on</a></nav></header>
        <main><h2>{name}</h2>
        {content}
        </main>
        </body>
        </html>
        """)


ABOUT = [
    "We started in the old boat house with four benches and a kettle. Now sixty people come every week.",
    "Everything you need is here: bring comfortable shoes and something to drink, and we lend you the rest.",
    "You do not have to be good at it. Most of us began by watching, and stayed for the company.",
    "The site was cleared by volunteers. The mural by the gate shows how it looked a hundred years ago.",
    "Young people aged 11 to 18 run the Saturday sessions themselves, with two adults on hand.",
]
FACTS = [
    "Monday: beginners, 4 pm to 5.30 pm",
    "Wednesday: open workshop, 6 pm to 8 pm",
    "Thursday: film night, every second week",
    "Saturday: families, 10 am to noon",
    "Summer show: the last weekend in June",
    "Free for under-16s, two pounds for everyone else",
]


def notes(seed: int, title: str) -> bytes:
    """The candidate's plan as UTF-8 text, several paragraphs."""
    chance = _chance("notes", seed)
    audience = chance.choice(
        ["students aged 14 to 18", "families who live nearby", "visitors who come once a year"]
    )
    length = chance.choice(["30 seconds", "45 seconds", "a minute"])
    paragraphs = [
        f"{title}: my plan",
        f"Purpose. The client wants {audience} to notice the place and to come along. I will show what "
        f"happens there rather than talk about it. It has to work in {length}, without sound if need be.",
        f"Audience. I asked {chance.randint(5, 14)} people. Most said that {chance.choice(OPINIONS)}. "
        f"So I will {chance.choice(CONCLUSIONS)}.",
        "Existing work. I looked at two examples. " + " ".join(chance.sample(REVIEWS, 2)),
        "Ideas. 1) A day from sunrise to dusk. 2) One object that is passed from hand to hand. "
        f"3) Only close-ups. I chose idea {chance.randint(1, 3)} because I can make it with what we have.",
        "Assets. Three photographs I took myself; two textures I scanned; the logo from the client, "
        "who gave permission by e-mail on 3 March; a font with an open licence. Nothing else is from the "
        "internet.",
        "Work plan. Week 1: storyboard. Week 2: collect assets. Weeks 3 and 4: make it. Week 5: show it to "
        f"{chance.randint(3, 6)} people, write down what they say, and improve it.",
        f"What could go wrong. {chance.choice(RISKS)}",
    ]
    return ("\n\n".join(paragraphs) + "\n").encode()


OPINIONS = [
    "they had walked past without knowing what it was",
    "posters with many words put them off",
    "they look at their phones first",
]
CONCLUSIONS = [
    "use few words and one strong picture",
    "put the name and the time where the eye falls first",
    "make it readable on a small screen",
]
REVIEWS = [
    "The advert for the museum has a clear message and good music, but the text goes by too fast.",
    "The swimming pool's page loads slowly, and its menu changes place; its colours fit the subject.",
    "The trailer for the school play keeps you guessing. The sound of the last part is too loud.",
    "The festival's poster can be read from across the road, though the date is hidden in a corner.",
]
RISKS = [
    "Rain on the day of filming: I will take the indoor shots first and keep a second date free.",
    "The computer room may be full: I can draw the frames on paper and scan them.",
    "Files may get lost: I save a copy with a new number after every lesson.",
]
