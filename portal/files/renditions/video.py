"""Video: its length and size, a still from it, and a copy where browsers cannot play the file itself."""

from pathlib import Path

from . import media
from .output import CannotPreview, Output

POSTER_AT = 10  # a tenth of the way in: the first frame is often black
CODECS = {
    "mp4": ({"h264", "av1", "vp9"}, {"aac", "mp3", "opus"}),
    "m4v": ({"h264"}, {"aac"}),
    "webm": ({"vp8", "vp9", "av1"}, {"opus", "vorbis"}),
}
PIXELS = {"yuv420p", "yuvj420p"}
ONLY_A_COVER = "There is one picture in this file, and no video or audio."


def make(source: Path, ending: str, output: Output) -> None:
    """Show the video; if there is none, the audio, or else the only picture."""
    from . import sound

    with media.opened(source) as container:
        film, audio = media.film(container), container.streams.best("audio")
        if film is None and audio is None:
            _cover(container, output)
            return
        if film is not None:
            plays, length, rotation = _look(container, film, audio, ending, output)
    if film is None:
        sound.make(source, ending, output)
    elif not plays:
        _copy(source, length, rotation, output)


def _look(container, film, audio, ending: str, output: Output) -> tuple[bool, int, int]:
    """(whether browsers play it, its length in milliseconds, by how many degrees it is turned)."""
    if not 0 < film.codec_context.width * film.codec_context.height <= media.MAX_FRAME_PIXELS:
        raise CannotPreview(
            "The video's picture is too large to be shown here. Save it at a smaller frame size."
        )
    length = media.duration_ms(container)
    plays = _plays(container, ending, film, audio)
    rotation = _poster(container, film, length, output)
    output.facts(duration_ms=length, plays_itself=plays)
    return plays, length, rotation


def _cover(container, output: Output) -> None:
    if not container.streams.video:
        raise CannotPreview("There is no video or audio in this file. Save it again.")
    _poster(container, container.streams.video[0], 0, output)
    output.facts(plays_itself=False)
    output.note(ONLY_A_COVER)


def _plays(container, ending: str, film, audio) -> bool:
    """Whether browsers play the file as it is, under the type it is sent as."""
    pictures, sounds = CODECS.get(ending, (set(), set()))
    return (
        film.codec_context.name.replace("libdav1d", "av1") in pictures
        and film.codec_context.pix_fmt in PIXELS
        and (audio is None or audio.codec_context.name in sounds)
        and media.is_of_browsers(container)
    )


def _poster(container, film, length: int, output: Output) -> int:
    """Make one frame, the right way up. Returns by how many degrees the camera says the picture is turned."""
    if length:
        container.seek(length * 1000 // POSTER_AT)
    frame = next(media.frames(container, film), None)
    if frame is None:
        container.seek(0)
        frame = next(media.frames(container, film), None)
    if frame is None:
        raise CannotPreview(media.DAMAGED)
    picture = frame.to_image().rotate(frame.rotation, expand=True)
    output.facts(width=picture.width, height=picture.height)
    output.picture(picture, kind="poster")
    return frame.rotation


def _copy(source: Path, length: int, rotation: int, output: Output) -> None:
    if media.is_too_long(length, output, what="video", save_as="MP4"):
        return
    target = output.new_file("mp4")
    with media.opened(source) as container:
        film, audio = media.film(container), container.streams.best("audio")
        copied = media.copy(container, target, output, video=film, audio=audio, rotation=rotation)
    output.facts(duration_ms=max(length, copied))  # some kinds only estimate their length
    output.part("playable", file=target.name, media_type="video/mp4")
