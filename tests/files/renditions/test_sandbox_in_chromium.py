"""What a candidate's website can and cannot do in a real browser."""

from pathlib import Path

import pytest

from . import files
from .test_sandbox import link

SITE = {
    "index.html": b"""<!DOCTYPE html><title>waiting</title><link rel="stylesheet" href="css/a.css">
<p id="here">Hello</p><script src="js/a.js"></script>""",
    "css/a.css": b"#here { color: rgb(1, 2, 3) }",
    "js/a.js": b"""
const found = [location.origin === self.origin ? "same origin" : "no origin"];
try { found.push("cookies " + document.cookie); } catch { found.push("no cookies"); }
try { localStorage.setItem("a", "b"); found.push("storage"); } catch { found.push("no storage"); }
const picture = new Image();
picture.onerror = () => fetch("PORTAL/healthz", { mode: "no-cors" }).then(
  () => found.push("called out"), () => found.push("no call out")).finally(() => {
    document.title = found.join(", "); });
picture.onload = () => { document.title = "a picture from outside"; };
picture.src = "PORTAL/static/images/mark.svg";
""",
}


@pytest.mark.django_db(transaction=True)
def test_site_runs_and_reaches_nothing_but_itself(page, live_server, settings, seen, world):
    settings.ALLOWED_HOSTS = ["*"]
    settings.USER_CONTENT_ORIGIN = live_server.url.replace("localhost", "content.localhost")
    site = {name: content.replace(b"PORTAL", live_server.url.encode()) for name, content in SITE.items()}
    version = seen("site.zip", files.zipped(site), work=world.work)
    page.goto(link(version, "index.html", user=world.tutor))
    page.wait_for_function("document.title !== 'waiting'")
    assert page.title() == "no origin, no cookies, no storage, no call out"
    colour = page.evaluate("getComputedStyle(document.getElementById('here')).color")
    assert colour == "rgb(1, 2, 3)"


CASES = Path(__file__).parents[1] / "hostile" / "cases" / "zip"
LOADED = "Array.from(document.images, picture => picture.naturalWidth > 0)"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["site-from-mac.zip", "site-from-windows.zip"])
def test_site_opens_as_on_the_candidates_machine(page, live_server, settings, seen, world, name):
    """Names not flagged as UTF-8, é as two characters, Images/Logo.PNG for images/logo.png, about/, a frame."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.USER_CONTENT_ORIGIN = live_server.url.replace("localhost", "content.localhost")
    version = seen(name, (CASES / name).read_bytes(), work=world.work)
    page.goto(link(version, "site/index.html", user=world.tutor))
    page.wait_for_load_state("networkidle")
    assert page.evaluate(LOADED) == [True, True]
    frame = page.frames[1]
    assert (frame.url.rpartition("/")[2], frame.locator("body").inner_text()) == (
        "frame.html",
        "FRAME",
    )
    page.get_by_role("link", name="About").click()
    page.wait_for_url("**/about/")
    assert page.locator("body").inner_text() == "About"
