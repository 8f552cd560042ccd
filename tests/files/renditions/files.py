"""Real files of each kind, made on the spot."""

import io
import zipfile
from array import array
from fractions import Fraction
from math import pi, sin

import av
from PIL import Image
from pypdf import PdfWriter

RED, BLUE = (220, 20, 20), (20, 20, 220)


def pdf(pages: int, *, password: str = "") -> bytes:
    writer, stored = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(width=200, height=300)
    if password:
        writer.encrypt(password)
    writer.write(stored)
    return stored.getvalue()


def halves(width: int, height: int) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (width, height), BLUE)
    picture.paste(RED, (0, 0, width // 2, height))
    return picture


def video(
    ending: str,
    codec: str,
    *,
    sound: str = "",
    seconds: int = 2,
    turned: int = 0,
    size=(64, 32),
    rate: int = 10,
) -> bytes:
    """A still picture of two halves with a tone, in the format `ending` (PyAV's name of the container)."""
    container = {"mpg": "mpeg", "wmv": "asf", "wma": "asf"}.get(ending, ending)
    stored = io.BytesIO()
    with av.open(stored, "w", format=container) as out:
        pictures = out.add_stream(codec, rate=rate)
        pictures.width, pictures.height = size
        pictures.pix_fmt = "yuv420p"
        if turned:
            pictures.set_display_rotation(turned)
        tone = _tone(out, sound) if sound else None
        for number in range(seconds * rate):
            frame = av.VideoFrame.from_image(halves(*size))
            frame.pts, frame.time_base = number, Fraction(1, rate)
            out.mux(pictures.encode(frame))
        out.mux(pictures.encode(None))
        if tone:
            _write_tone(out, tone, seconds)
    return stored.getvalue()


def sound(container: str, codec: str, *, seconds: int = 2) -> bytes:
    """A tone that is loud in its first half and silent in its second."""
    stored = io.BytesIO()
    with av.open(stored, "w", format=container) as out:
        _write_tone(out, _tone(out, codec), seconds)
    return stored.getvalue()


def _tone(out, codec: str):
    stream = out.add_stream(codec, rate=48_000 if codec == "libopus" else 44_100, layout="stereo")
    stream.bit_rate = 128_000
    return stream


def _write_tone(out, stream, seconds: int) -> None:
    rate, block = 44_100, 1024
    for start in range(0, seconds * rate, block):
        frame = av.AudioFrame(format="s16", layout="stereo", samples=block)
        loud = 30_000 if start < seconds * rate // 2 else 0
        wave = [int(loud * sin(2 * pi * 440 * (start + number) / rate)) for number in range(block)]
        frame.planes[0].update(
            array("h", [level for pair in zip(wave, wave, strict=True) for level in pair]).tobytes()
        )
        frame.rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def zipped(files: dict[str, bytes]) -> bytes:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return stored.getvalue()
