"""Pictures: re-encoded, the right way up, on white, in the intended colours, without metadata or location.

Moving pictures can be played, with a still beside them; where there are several pages, all are shown.
"""

import io
import struct
import warnings
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import pillow_heif
from PIL import Image, ImageChops, ImageCms, ImageSequence, PngImagePlugin

from .output import CannotPreview, Output

Image.init()  # load all readers before the walls are up
pillow_heif.register_heif_opener()

MAX_PICTURE_PIXELS = 80_000_000
MAX_NOTES_BYTES = 32_000_000  # as in the check
MAX_PAGES = 40
MAX_FRAMES = 1_500
MAX_FRAME_SUM_PIXELS = 600_000_000  # of all frames of a moving picture
MAX_SEARCHED = 50  # frames, for one that is not blank
USUAL_MS = 100  # that browsers wait if a picture does not say
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "DIB", "TIFF", "HEIF", "AVIF")
MOVING = {"GIF", "WEBP", "PNG", "AVIF"}
PAGED = {"TIFF", "HEIF"}
SMALLER_COPY, MASK = 1, 4  # of TIFF's tag NewSubfileType
TOO_LARGE = "The picture is too large to be shown here. Save it at screen size."
DAMAGED = "The picture is damaged or of a type that cannot be shown here."
FAULTS = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    struct.error,
    EOFError,
)
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
ORIENTATION, PHOTOMETRIC, SUBFILE = 0x0112, 262, 254
BITS, PLANES, SIGNED = 258, 284, 339


def make(source: Path, ending: str, output: Output) -> None:
    Image.MAX_IMAGE_PIXELS = MAX_PICTURE_PIXELS
    PngImagePlugin.MAX_TEXT_CHUNK = MAX_NOTES_BYTES
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=FORMATS) as opened:
                _show(source, opened, output)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise CannotPreview(TOO_LARGE) from None
    except FAULTS:
        raise CannotPreview(DAMAGED) from None


def _show(source: Path, opened: Image.Image, output: Output) -> None:
    pictures = getattr(opened, "n_frames", 1)
    if pictures > 1 and opened.format in MOVING:
        _moving(source, opened, pictures, output)
    elif pictures > 1 and opened.format in PAGED:
        _pages(opened, pictures, output)
    else:
        upright = _upright(opened)
        output.facts(width=upright.width, height=upright.height)
        output.picture(_flat(upright))


# --- several pictures in one file ------------------------------------------------------------------


def _pages(opened: Image.Image, pictures: int, output: Output) -> None:
    """All of them, except the smaller copies and masks that scanners and cameras add."""
    numbers = [number for number in range(pictures) if _is_page(opened, number)] or [0]
    shown = numbers[:MAX_PAGES]
    lost = 0
    for done, number in enumerate(shown):
        output.progress(done, len(shown))
        try:
            opened.seek(number)
            upright = _upright(opened)
            flat = _flat(upright)
        except FAULTS:
            lost += 1
            continue
        if not output.made:
            output.facts(width=upright.width, height=upright.height)
        output.picture(flat)
    if lost == len(shown):
        raise CannotPreview(DAMAGED)
    if len(numbers) > 1:
        output.facts(pages=len(numbers))
    if lost:
        output.note(f"{lost} of its {len(numbers)} pages are damaged and are not shown.")
    elif len(numbers) > len(shown):
        output.note(
            f"The first {MAX_PAGES} of {len(numbers)} pages are shown. Download the file to see all of it."
        )


def _is_page(opened: Image.Image, number: int) -> bool:
    try:
        opened.seek(number)
    except FAULTS:
        return False
    return not getattr(opened, "tag_v2", {}).get(SUBFILE, 0) & (SMALLER_COPY | MASK)


def _moving(source: Path, opened: Image.Image, pictures: int, output: Output) -> None:
    number, still = _first_that_shows(opened, pictures)
    output.facts(width=still.width, height=still.height)
    if pictures > MAX_FRAMES or pictures * opened.width * opened.height > MAX_FRAME_SUM_PIXELS:
        output.picture(still)
        output.note(
            f"This is a moving picture. Frame {number} of {pictures} is shown. Download it to see it move."
        )
        return
    output.picture(still.copy(), kind="poster")
    target = output.new_file("mp4")
    with Image.open(source, formats=FORMATS) as again:  # Pillow cannot rewind every kind
        output.facts(duration_ms=_film(again, target, still.size))
    output.part("playable", file=target.name, media_type="video/mp4")


def _first_that_shows(opened: Image.Image, pictures: int) -> tuple[int, Image.Image]:
    """(its number from 1, the picture): the first that is not all one colour."""
    first = None
    for number in range(min(pictures, MAX_SEARCHED)):
        opened.seek(number)
        flat = _flat(_upright(opened))
        first = first or flat
        if flat.getcolors(1) is None:
            return number + 1, flat
    assert first is not None  # noqa: S101  (there are several)
    return 1, first


def _film(opened: Image.Image, target: Path, size: tuple[int, int]) -> int:
    """Write its frames as a film that can be stopped; returns its length in milliseconds."""
    width, height = (side + side % 2 for side in size)
    clock = 0
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        writer = out.add_stream("libx264", rate=25)
        writer.width, writer.height, writer.pix_fmt = width, height, "yuv420p"
        writer.options = {"preset": "veryfast", "crf": "18"}
        writer.codec_context.time_base = Fraction(1, 1000)
        paper = Image.new("RGB", (width, height), "white")
        for each in ImageSequence.Iterator(opened):
            paper.paste(_flat(_upright(each)), (0, 0))
            out.mux(_frame(writer, paper, clock))
            clock += max(int(each.info.get("duration") or USUAL_MS), 20)
        out.mux(_frame(writer, paper, clock - 1))  # so that the last is shown as long as the others
        out.mux(writer.encode(None))
    return clock


def _frame(writer, picture: Image.Image, moment: int):
    frame = av.VideoFrame.from_image(picture).reformat(format="yuv420p")
    frame.pts, frame.time_base = moment, Fraction(1, 1000)
    return writer.encode(frame)


# --- one picture -----------------------------------------------------------------------------------


def _upright(picture: Image.Image) -> Image.Image:
    """The right way up. Only the orientation is read from the metadata, which may be unfit to be written again."""
    tags = getattr(picture, "tag_v2", {})
    if tags.get(PLANES) == 2 and max(tags.get(BITS, (8,))) > 8:
        raise ValueError("Pillow shows such planes as noise")
    picture.load()
    try:
        turn = TURNS.get(picture.getexif().get(ORIENTATION, 1))
    except FAULTS:
        turn = None
    return picture.transpose(turn) if turn is not None else picture


def _flat(picture: Image.Image) -> Image.Image:
    """Eight bits a channel, in the colours of its profile, on white, and with nothing else in it."""
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith(("I", "F")):
        picture, profile = _eight_bits(picture), None
    if picture.mode in ("La", "RGBa"):
        picture = picture.convert("LA" if picture.mode == "La" else "RGBA")
    if picture.mode in ("RGBA", "LA", "P", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture).convert("RGB")
    shown = _in_screen_colours(picture, profile)
    shown.info = {}
    return shown


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Convert greys of 16 or 32 bits, or fractions, which a plain conversion cuts off at 255."""
    tags = getattr(picture, "tag_v2", {})
    inverted = tags.get(PHOTOMETRIC) == 0
    if picture.mode != "F":
        if max(tags.get(BITS, (8,))) == 32 and tags.get(SIGNED, (1,))[0] == 1:
            picture = _upper_half(picture)
        picture = picture.convert("I")
    low, high = cast(tuple[float, float], picture.getextrema())
    if low != low or high != high:  # NaN, which scientific pictures use for what was not measured
        low, high = 0.0, 1.0
    black, white = _ends(low, high, is_fraction=picture.mode == "F")
    scale = 255 / ((white - black) or 1)
    grey = picture.point(lambda level: level * scale + -black * scale).convert("L")
    return ImageChops.invert(grey) if inverted else grey


def _upper_half(picture: Image.Image) -> Image.Image:
    """Of 32 unsigned bits, which Pillow reads as signed, the upper 16 if they are in use."""
    if picture.getextrema()[0] >= 0:  # type: ignore[operator]
        return picture
    raw = picture.tobytes()
    upper = bytearray(len(raw) // 2)
    upper[::2], upper[1::2] = raw[2::4], raw[3::4]
    return Image.frombytes("I;16", picture.size, bytes(upper))


def _ends(low: float, high: float, *, is_fraction: bool) -> tuple[float, float]:
    """Which levels are black and white: those of the narrowest usual range that includes all, or else the extremes."""
    usual = (1, 255) if is_fraction else (255, 1023, 4095, 65535)
    if low >= 0:
        for white in usual:
            if high <= white:
                return 0, white
    return low, high


def _in_screen_colours(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert by its own profile; without one, CMYK and the rest as Pillow does, and LAB as it is defined."""
    try:
        if profile or picture.mode == "LAB":
            meant = (
                ImageCms.ImageCmsProfile(io.BytesIO(profile)) if profile else ImageCms.createProfile("LAB")
            )
            changed = ImageCms.profileToProfile(
                picture, meant, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            if changed is not None:
                return changed
    except (ImageCms.PyCMSError, *FAULTS):
        pass  # a profile of another kind of picture, or a broken one
    return picture.convert("RGB")
