"""Pictures: re-encoded, upright, on white; metadata and place stay behind."""

import struct
import warnings
from pathlib import Path

from PIL import Image, ImageOps

from .output import CannotPreview, Output

MAX_PICTURE_PIXELS = 80_000_000


def make(source: Path, ending: str, output: Output) -> None:
    Image.MAX_IMAGE_PIXELS = MAX_PICTURE_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source) as opened:
                upright = ImageOps.exif_transpose(opened)
                output.facts(width=upright.width, height=upright.height)
                output.picture(_flat(upright))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise CannotPreview("The picture is too large to be shown here. Save it at screen size.") from None
    except (OSError, ValueError, SyntaxError, TypeError, struct.error):
        raise CannotPreview("The picture is damaged or of a variety that cannot be shown here.") from None


def _flat(picture: Image.Image) -> Image.Image:
    """On white, without transparency, as JPEG wants it."""
    if picture.mode in ("RGBA", "LA", "P", "PA"):
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB")
