"""Scripts that are accepted because they cannot run here."""

from collections.abc import Iterator
from functools import partial

from .. import making as make
from ..sample import Sample

RUNS = "fetch('/ran-here');window.ran=1;new Image().src='http://evil.example/out';alert(1)"
PAGE = f'<!DOCTYPE html><html><body onload="{RUNS}"><script>{RUNS}</script><img src=x onerror="{RUNS}"></body></html>'


def inert() -> Iterator[Sample]:
    """Scripts accepted as a drawing, as text, or after a picture: none may run on the portal's own origin."""
    inside = {
        "script": f"<script>{RUNS}</script>",
        "handler": f'<rect width="9" height="9" onload="{RUNS}"/>',
        "foreign": f'<foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="{RUNS}"/></foreignObject>',
        "outside": '<image href="http://evil.example/out.png" width="9" height="9"/>',
        "linked": '<script href="http://evil.example/out.js"/>',
    }
    for name, part in inside.items():
        yield Sample("inert", f"{name}.svg", partial(make.drawing, part))
    for ending in ("txt", "csv"):
        yield Sample("inert", f"page.{ending}", PAGE.encode)
        yield Sample("inert", f"script.{ending}", f"{RUNS}//".encode)
        yield Sample("inert", f"wide.{ending}", PAGE.encode().decode().encode)
    for form, ending in (("JPEG", "jpg"), ("PNG", "png"), ("GIF", "gif"), ("BMP", "bmp")):
        yield Sample(
            "inert", f"page-behind.{ending}", partial(lambda f: make.picture(f) + PAGE.encode(), form)
        )
        yield Sample(
            "inert",
            f"zip-behind.{ending}",
            partial(lambda f: make.picture(f) + make.packed({"a.html": PAGE.encode()}), form),
        )
    yield Sample("inert", "gif-as-script.gif", lambda: make.picture("GIF") + f"*/=1;{RUNS}".encode())
    yield Sample("inert", "page-behind.mp3", lambda: make.sound("mp3") + PAGE.encode())
    yield Sample("inert", "page-behind.pdf", lambda: make.pdf() + PAGE.encode())
    yield Sample(
        "inert", "site.zip", lambda: make.packed({"index.html": PAGE.encode(), "js/run.js": RUNS.encode()})
    )
    yield Sample("inert", "film.swf", lambda: make.flash(tail=PAGE.encode()))
