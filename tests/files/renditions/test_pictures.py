"""Pictures of every mode are shown as intended; animations move, and all pages are there."""

import io
import struct
from dataclasses import dataclass, field
from pathlib import Path

import av
import pillow_heif
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from portal.files import checks
from portal.files.renditions import pictures
from portal.files.renditions.output import CannotPreview, Output
from tests.pages import html_of

from ..hostile.sample import Sample, Upload

CASES = Path(__file__).parents[1] / "hostile" / "cases" / "pic"
RED, GREEN, BLUE = (220, 20, 20), (20, 160, 40), (30, 60, 200)
pillow_heif.register_heif_opener()


@dataclass
class Told(Output):
    """Collects the messages instead of printing them."""

    lines: list = field(default_factory=list)

    def tell(self, word, value):
        self.lines.append((word, value))

    def parts(self) -> list[str]:
        return [value["kind"] for word, value in self.lines if word == "part"]

    def known(self) -> dict:
        return {name: fact for word, value in self.lines if word == "facts" for name, fact in value.items()}

    def notes(self) -> list[str]:
        return [value for word, value in self.lines if word == "note"]

    def picture_of(self, number: int = 1) -> Image.Image:
        return Image.open(self.folder / f"{number}.jpg")


@pytest.fixture
def shown(tmp_path):
    """`shown(content)`: what the preview maker reports about it."""

    def made(content: bytes) -> Told:
        source = tmp_path / "source"
        source.write_bytes(content)
        (tmp_path / "made").mkdir()
        told = Told(tmp_path / "made")
        pictures.make(source, "", told)
        return told

    return made


def scene(size=(240, 160)) -> Image.Image:
    """A ramp from black to white, and three fields of colour below it."""
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    for x in range(size[0]):
        pen.line((x, 0, x, 60), fill=(x * 255 // size[0],) * 3)
    for left, colour in ((20, RED), (90, GREEN), (160, BLUE)):
        pen.rectangle((left, 70, left + 60, 140), fill=colour)
    return picture


def saved(picture: Image.Image, form: str = "TIFF", **options) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, form, **options)
    return kept.getvalue()


def grey(scale: float, offset: float = 0, mode: str = "F") -> Image.Image:
    return scene().convert("L").convert("F").point(lambda level: level * scale + offset).convert(mode)


def lab() -> Image.Image:
    profiles = (ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"))
    return ImageCms.profileToProfile(scene(), *profiles, outputMode="LAB")


def near(pixel, wanted, *, by: int = 12) -> bool:
    return all(abs(one - other) <= by for one, other in zip(pixel, wanted, strict=True))


def tiff(bits: int, colours: int, data: bytes, *, planes: int = 1) -> bytes:
    """A picture of 240 × 160 with the samples in `data`, which Pillow cannot write itself."""
    count = colours if planes == 2 else 1
    each = len(data) // count
    places = {258: [bits] * colours, 273: [8 + each * at for at in range(count)], 279: [each] * count}
    plain = {256: 240, 257: 160, 259: 1, 262: 2 if colours == 3 else 1, 277: colours, 278: 160, 284: planes}
    tags = sorted((places | {tag: [value] for tag, value in plain.items()}).items())
    start = 8 + len(data)
    behind = start + 6 + 12 * len(tags)
    listed, more = struct.pack("<H", len(tags)), b""
    for tag, values in tags:
        packed = struct.pack(f"<{len(values)}I", *values)
        held = packed if len(values) == 1 else struct.pack("<I", behind + len(more))
        more += packed if len(values) > 1 else b""
        listed += struct.pack("<HHI", tag, 4, len(values)) + held
    return b"II*\0" + struct.pack("<I", start) + data + listed + bytes(4) + more


def test_planes_that_would_be_noise_are_not_shown(shown):
    planes = b"".join(scene().tobytes()[at::3] for at in range(3))
    wide = b"".join(bytes([level, level]) for level in planes)
    with pytest.raises(CannotPreview, match="type that cannot be shown"):
        shown(tiff(16, 3, wide, planes=2))


def test_picture_with_a_long_note_is_shown(shown):
    notes = PngImagePlugin.PngInfo()
    notes.add_itxt("mxfile", "<drawing/>" * 300_000, zip=True)
    content = saved(scene(), "PNG", pnginfo=notes)
    assert near(shown(content).picture_of().getpixel((50, 100)), RED)
    assert checks.inspect(Upload(Sample("png", "plan.png", content.__bytes__))).kind == "picture"


def test_gif_without_its_last_mark_is_taken_and_one_cut_in_a_picture_is_not():
    content = saved(scene(), "GIF")
    assert checks.inspect(Upload(Sample("gif", "a.gif", content[:-1].__bytes__))).kind == "picture"
    for cut in (content[:-2], content[:-1000], content[:13]):
        with pytest.raises(ValidationError, match="it is incomplete"):
            checks.inspect(Upload(Sample("gif", "a.gif", cut.__bytes__)))


def test_picture_that_is_not_read_has_a_way_out():
    content = tiff(64, 1, bytes(240 * 160 * 8))
    with pytest.raises(ValidationError, match="of a type that cannot be read here"):
        checks.inspect(Upload(Sample("tiff", "a.tif", content.__bytes__)))


GREYS = {
    "32 bits without a sign": lambda: tiff(
        32, 1, b"".join(bytes([level] * 4) for level in grey(1, mode="L").tobytes())
    ),
    "16 bits PNG": lambda: saved(grey(257, mode="I").convert("I;16"), "PNG"),
    "16 bits TIFF": lambda: saved(grey(257, mode="I").convert("I;16")),
    "12 bits of a scanner": lambda: saved(grey(16, mode="I").convert("I;16")),
    "32 bits": lambda: saved(grey(257, mode="I")),
    "fractions to 1": lambda: saved(grey(1 / 255)),
    "fractions to 255": lambda: saved(grey(1)),
    "fractions below 0": lambda: saved(grey(100, -5000)),
    "8 bits": lambda: saved(grey(1, mode="L"), "PNG"),
    "with transparency": lambda: saved(grey(1, mode="L").convert("LA"), "PNG"),
}


@pytest.mark.parametrize("mode", GREYS)
def test_greys_run_from_black_to_white(shown, mode):
    picture = shown(GREYS[mode]()).picture_of()
    middle, white = scene().convert("L").getpixel((50, 100)), 255
    seen = [picture.getpixel(place) for place in ((2, 30), (120, 30), (50, 100), (10, 150))]
    assert [
        near(pixel, (level,) * 3) for pixel, level in zip(seen, (2, 127, middle, white), strict=True)
    ] == [True] * 4


COLOURS = {
    "CMYK TIFF": lambda: saved(scene().convert("CMYK")),
    "CMYK JPEG": lambda: saved(scene().convert("CMYK"), "JPEG", quality=95),
    "LAB": lambda: saved(lab()),
    "YCbCr": lambda: saved(scene().convert("YCbCr"), compression="jpeg", quality=95),
    "palette": lambda: saved(scene().convert("P", palette=Image.Palette.ADAPTIVE), "PNG"),
    "palette with one clear": lambda: saved(scene().convert("P"), "GIF", transparency=0),
    "one colour clear": lambda: saved(scene(), "PNG", transparency=(255, 255, 255)),
    "HEIC": lambda: saved(scene(), "HEIF", quality=95),
    "AVIF": lambda: saved(scene(), "AVIF", quality=95),
    "WebP": lambda: saved(scene(), "WEBP", quality=95),
}


@pytest.mark.parametrize("mode", COLOURS)
def test_colours_are_those_meant(shown, mode):
    picture = shown(COLOURS[mode]()).picture_of()
    seen = [picture.getpixel(place) for place in ((50, 100), (120, 100), (190, 100), (10, 150))]
    wanted = (RED, GREEN, BLUE, (255, 255, 255))
    assert [near(*pair, by=30) for pair in zip(seen, wanted, strict=True)] == [True] * 4


@pytest.mark.parametrize(
    "profile", [b"nonsense", ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()]
)
def test_profile_that_fits_no_picture_is_passed_over(shown, profile):
    told = shown(saved(scene(), "PNG", icc_profile=profile))
    assert near(told.picture_of().getpixel((50, 100)), RED, by=20)


def test_clear_parts_are_on_white(shown):
    picture = Image.new("RGBA", (60, 40), (255, 0, 0, 0))
    assert near(shown(saved(picture, "PNG")).picture_of().getpixel((5, 5)), (255, 255, 255))


def test_metadata_that_cannot_be_written_is_thrown_away_and_the_picture_is_upright(shown):
    told = shown((CASES / "exif-orientation-6-rational-bytes.jpg").read_bytes())
    picture = told.picture_of()
    assert picture.size == (160, 240)
    assert not picture.getexif() and "comment" not in picture.info


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_way_of_holding_a_camera(shown, turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    picture = Image.new("RGB", (40, 20), "white")
    picture.paste((0, 0, 0), (0, 0, 10, 10))
    black = [(2, 2), (-3, 2), (-3, -3), (2, -3), (2, 2), (-3, 2), (-3, -3), (2, -3)][turn - 1]
    drawn = shown(saved(picture, "JPEG", quality=95, exif=exif.tobytes())).picture_of().convert("L")
    assert drawn.size == ((40, 20) if turn < 5 else (20, 40))
    assert drawn.getpixel((black[0] % drawn.width, black[1] % drawn.height)) < 60


# --- several pictures in one file ------------------------------------------------------------------


def frames() -> list[Image.Image]:
    return [Image.new("RGB", (240, 160), "white"), scene(), scene().rotate(180)]


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF"])
def test_what_moves_moves_and_its_still_is_not_blank(shown, form):
    first, *others = frames()
    told = shown(saved(first, form, save_all=True, append_images=others, duration=200))
    assert told.parts() == ["poster", "playable"]
    assert near(told.picture_of().getpixel((50, 100)), RED, by=40)
    assert (told.known()["duration_ms"], told.notes()) == (600, [])
    with av.open(str(told.folder / "2.mp4")) as film:
        played = [frame.to_image() for frame in film.decode(video=0)]
    wanted = ((255, 255, 255), RED, scene().rotate(180).getpixel((50, 100)))
    seen = [frame.getpixel((50, 100)) for frame in played]
    assert [near(*pair, by=40) for pair in zip(seen, wanted, strict=False)] == [True] * 3


def test_what_is_too_long_to_move_says_which_picture_is_shown(shown, monkeypatch):
    monkeypatch.setattr(pictures, "MAX_FRAMES", 2)
    first, *others = frames()
    told = shown(saved(first, "GIF", save_all=True, append_images=others))
    assert told.parts() == ["page"]
    assert told.notes() == ["This is a moving picture. Frame 2 of 3 is shown. Download it to see it move."]


def test_all_pages_of_a_scan_are_shown_but_not_its_smaller_copies(shown):
    small = Image.new("RGB", (20, 10))
    small.encoderinfo = {"tiffinfo": {pictures.SUBFILE: pictures.SMALLER_COPY}}
    first, *others = [scene(), small, scene().rotate(180), Image.new("RGB", (240, 160), "white")]
    told = shown(saved(first, "TIFF", save_all=True, append_images=others))
    assert (told.parts(), told.known()["pages"], told.notes()) == (["page"] * 3, 3, [])


def test_more_pages_than_are_shown_are_counted(shown, monkeypatch):
    monkeypatch.setattr(pictures, "MAX_PAGES", 2)
    first, *others = frames()
    told = shown(saved(first, "TIFF", save_all=True, append_images=others))
    assert told.parts() == ["page"] * 2
    assert told.notes() == ["The first 2 of 3 pages are shown. Download the file to see all of it."]


def test_all_photographs_of_one_heic_are_shown(shown):
    told = shown(saved(scene(), "HEIF", save_all=True, append_images=[scene().rotate(180)]))
    assert told.parts() == ["page", "page"]


def test_what_is_no_picture_says_so(shown):
    with pytest.raises(CannotPreview):
        shown(b"words")


@pytest.mark.django_db
def test_banner_of_a_candidate_can_be_played_and_stopped(seen, sign_in):
    version = seen("banner.gif", (CASES / "banner.gif").read_bytes())
    assert (version.preview, version.extent) == ("ready", "0:02 minutes, 200 × 80")
    client = sign_in(version.evidence.assignment.candidate.user)
    page = html_of(client.get(reverse("evidence-view", args=[version.evidence_id])))
    film = reverse("rendition", args=[version.pk, version.renditions.get(kind="playable").index])
    assert f'<video controls playsinline loop muted preload="metadata" src="{film}"' in page
    assert "a moving image" in page and "Image · " in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["photo.heic", "really-png.jpg", "photo.jfif", "scan-16-bit-grey.png"])
def test_case_is_shown(seen, name):
    version = seen(name, (CASES / name).read_bytes())
    assert (version.kind, version.preview, version.renditions.get().kind) == ("picture", "ready", "page")
