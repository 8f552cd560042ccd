"""`make guide-pictures`: take every picture of the user guide from a demo of its own.

Each shows part of a page as a person sees it, with what the text mentions outlined and numbered. Needs
Chromium and the packages of `requirements-dev.txt`.
"""

import io
import os
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from . import services, stack
from .processes import program, wait_until
from .run import stop_on_signals

VAR = Path("var/guide-pictures")
TO = stack.CHECKOUT / "static" / "guide"
SHARPNESS = 1.25  # image pixels per CSS pixel
COLOURS = 80
MARGIN = 14
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
OUTLINE = """([boxes]) => boxes.forEach((box, place) => {
  const line = document.createElement("div");
  line.className = "guide-mark";
  line.style.cssText = `position:absolute;z-index:99;left:${box.x - 6}px;top:${box.y - 6}px;width:${box.width + 12}px;
    height:${box.height + 12}px;box-sizing:border-box;border:3px solid #8a3a62;border-radius:10px;pointer-events:none`;
  if (boxes.length > 1) {
    const number = document.createElement("div");
    number.textContent = place + 1;
    number.style.cssText = `position:absolute;right:-13px;top:-13px;width:26px;height:26px;border-radius:50%;
      background:#8a3a62;color:#fff;font:700 15px/26px sans-serif;text-align:center`;
    line.append(number);
  }
  document.body.append(line);
})"""
BOX = """element => { const box = element.getBoundingClientRect();
  return {x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height}; }"""


BOXES = f"elements => elements.map({BOX})"
OUR_OWN = [
    "DATABASE_URL",
    "REDIS_URL",
    "SITE_URL",
    "MEDIA_ROOT",
    "S3_BUCKET",
    "AWARDING_BODY",
    "PORTAL_NAME",
    "DEBUG",
]


@program()
def main() -> int:
    """The exit status: 0 when every picture was taken. With names as arguments, only these are taken."""
    stop_on_signals()
    services.forget(VAR)  # the dates in an earlier day's demo would differ
    with stack.running(VAR, env=dict.fromkeys(OUR_OWN, "")) as portal:
        _load_django(portal.env)
        wait_until(_workers_are_done, seconds=300, what="The work of the workers")
        return take(portal.url, sys.argv[1:])


def _load_django(env: Mapping[str, str]) -> None:
    """The list of pictures names the people of the demo, who are part of the portal."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "portal.settings", **env}
    import django

    django.setup()


def _workers_are_done() -> bool:
    """Whether certificates are printed and files checked, so that pages show them."""
    from django.db.models import Q
    from django.utils import timezone

    from portal.kit.models import OutboxEntry

    time.sleep(1)
    begun_or_due = Q(tries__gt=0) | Q(not_before__lte=timezone.now())
    return not OutboxEntry.objects.filter(begun_or_due, state="due").exists()


def take(url: str, only: list[str]) -> int:
    """Take the pictures from the demo at `url`; the exit status."""
    from playwright.sync_api import Error, sync_playwright

    from portal.guide.pictures import PICTURES

    TO.mkdir(exist_ok=True)
    faults = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        visits: dict[str, Any] = {}
        for picture in PICTURES:
            if only and picture.name not in only:
                continue
            try:
                page = _page_of(browser, visits, url, picture.who)
                size = _take(page, url, picture)
                print(f"{picture.name}: {size / 1000:.0f} kB", flush=True)
            except Error as fault:
                faults += 1
                print(f"{picture.name}: {str(fault).splitlines()[0]}", file=sys.stderr)
    return 1 if faults else 0


def _page_of(browser, visits: dict, url: str, who: str):
    """A page of a browser in which `who` is signed in."""
    if who not in visits:
        context = browser.new_context(device_scale_factor=SHARPNESS, bypass_csp=True, reduced_motion="reduce")
        context.set_default_timeout(15_000)
        visits[who] = context.new_page()
        if who:
            _sign_in(visits[who], url, who)
    return visits[who]


def _sign_in(page, url: str, who: str) -> None:
    from portal.guide.pictures import SECRET

    centre, _, candidate = who.partition("/")
    if candidate:
        page.goto(f"{url}/sign-in/candidate/")
        for name, value in (("centre_number", centre), ("candidate_number", candidate), ("secret", SECRET)):
            page.fill(f"main [name={name}]", value)
    else:
        page.goto(f"{url}/sign-in/")
        page.fill("main [name=login]", who)
        page.fill("main [name=password]", SECRET)
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()


def _take(page, url: str, picture) -> int:
    """Take one picture; its size in bytes."""
    page.set_viewport_size({"width": picture.width, "height": 900})
    page.goto(url + picture.path)
    for link in picture.follow:
        if link.startswith("./"):
            page.goto(page.url + link.removeprefix("./"))
            continue
        with page.expect_navigation():
            page.locator(link).first.click()
    page.wait_for_load_state("networkidle")
    page.evaluate("scrollTo(0, 0)")
    marks = [page.locator(mark).first.evaluate(BOX) for mark in picture.marks]
    page.evaluate(OUTLINE, [marks])
    shot = page.screenshot(full_page=True, clip=_clip(page, picture), animations="disabled")
    return _store(shot, TO / f"{picture.name}.png")


def _clip(page, picture) -> dict[str, float]:
    """The part of the page to show: all of `crop`, with a margin, cut off at the bottom if it is too tall."""
    found = [page.locator(part).evaluate_all(BOXES) for part in picture.crop]
    boxes = [box for part in found for box in part if box["width"]]
    left = max(0, min(box["x"] for box in boxes) - MARGIN)
    top = max(0, min(box["y"] for box in boxes) - MARGIN)
    right = min(picture.width, max(box["x"] + box["width"] for box in boxes) + MARGIN)
    bottom = max(box["y"] + box["height"] for box in boxes) + MARGIN
    return {"x": left, "y": top, "width": right - left, "height": min(bottom - top, picture.tallest)}


def _store(shot: bytes, path: Path) -> int:
    """Store it with few colours, which keeps the file small; its size in bytes."""
    with Image.open(io.BytesIO(shot)) as image:
        few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
    return path.stat().st_size


if __name__ == "__main__":
    sys.exit(main())
