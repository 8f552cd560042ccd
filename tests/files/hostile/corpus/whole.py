"""Files that are empty or cut short."""

from functools import partial

from .. import making as make
from .kinds import CUT, Variants, cut, kind


@kind("empty", "it is empty")
def _empty() -> Variants:
    for ending in ("txt", "pdf", "jpg", "png", "docx", "zip", "mp4", "mp3", "svg", "xls"):
        yield f"nothing.{ending}", bytes


SHARES = (0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99)


@kind("cut JPEG", CUT)
def _cut_jpeg() -> Variants:
    for n, share in enumerate(SHARES):
        whole = partial(make.picture, "JPEG", size=(160, 120), seed=n, progressive=bool(n % 2))
        yield f"photo{n}.jpg", cut(whole, max(share, 0.5))


@kind("cut PNG", CUT)
def _cut_png() -> Variants:
    for n, share in enumerate(SHARES):
        yield f"poster{n}.png", cut(partial(make.picture, "PNG", seed=n), share)


@kind("cut GIF", CUT)
def _cut_gif() -> Variants:
    for n, share in enumerate(SHARES):
        yield f"banner{n}.gif", cut(partial(make.picture, "GIF", seed=n), share)


@kind("cut WebP, BMP or TIFF", CUT)
def _cut_others() -> Variants:
    for form, ending in (("WEBP", "webp"), ("BMP", "bmp"), ("TIFF", "tif")):
        for n, share in enumerate(SHARES[3:7]):
            yield f"sketch{n}.{ending}", cut(partial(make.picture, form, seed=n), share)


@kind("cut PDF", CUT)
def _cut_pdf() -> Variants:
    for n, share in enumerate(SHARES):
        yield f"storyboard{n}.pdf", cut(partial(make.pdf, seed=n, pages=1 + n % 3), share)


@kind("cut zip or document", CUT)
def _cut_zip() -> Variants:
    for n, share in enumerate((0.5, 0.8, 0.95)):
        yield (
            f"site{n}.zip",
            cut(partial(make.packed, {"index.html": make.drawing(), "logo.png": make.picture()}), share),
        )
        yield f"sheet{n}.xlsx", cut(partial(make.office, "xlsx"), 0.6 + share * 0.3)
        yield f"essay{n}.docx", cut(partial(make.office, "docx"), 0.6 + share * 0.3)
        yield f"talk{n}.odp", cut(partial(make.open_document, "odp"), share)


@kind("cut video", CUT)
def _cut_video() -> Variants:
    for ending in ("mp4", "mov", "avi", "wmv", "flv"):
        for share in (0.5, 0.9):
            yield f"titles{share}.{ending}", cut(partial(make.video, ending), share)


@kind("cut sound", CUT)
def _cut_sound() -> Variants:
    for ending in ("wav", "ogg", "m4a", "wma", "mp3"):
        for share in (0.4, 0.9):
            yield f"jingle{share}.{ending}", cut(partial(make.sound, ending), share)
    yield "tune.mid", cut(make.midi, 0.8)


@kind("cut old Office file", CUT)
def _cut_old() -> Variants:
    for ending, whole in (("doc", make.word), ("xls", make.excel), ("ppt", make.slides), ("fla", make.word)):
        for share in (0.5, 0.8, 0.9):
            yield f"work{share}.{ending}", cut(whole, share)


@kind("cut drawing, RTF or Photoshop file", CUT)
def _cut_texts() -> Variants:
    for share in SHARES[2:6]:
        yield f"logo{share}.svg", cut(make.drawing, share + 0.1)
        yield f"plan{share}.rtf", cut(make.rtf, share)
        yield f"layers{share}.psd", cut(partial(make.photoshop, names=bytes(500)), share / 3)
