"""The users of the portal meanwhile: a probe, somebody signing in, and a candidate who sends files."""

import time
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

import httpx

from portal.demo import PASSWORD

from ..story.browser import Browser
from .strangers import head

TUS = {"Tus-Resumable": "1.0.0"}
PART = "application/offset+octet-stream"


@dataclass(frozen=True)
class Candidate:
    """A candidate of the demo who is signed in, and where files for one of their units are sent."""

    client: httpx.Client
    unit: str
    uploads: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return TUS | {"X-CSRFToken": self.token, "Referer": str(self.client.base_url)}

    def begin(self, name: str, size_bytes: int) -> str:
        """Announce a file; returns its address."""
        told = f"filename {b64encode(name.encode()).decode()}"
        headers = self.headers | {"Upload-Length": str(size_bytes), "Upload-Metadata": told}
        made = self.client.post(self.uploads, headers=headers)
        made.raise_for_status()
        return made.headers["Location"]

    def reached(self, address: str) -> int:
        """How many bytes of it have arrived."""
        answer = self.client.head(address, headers=self.headers)
        answer.raise_for_status()
        return int(answer.headers["Upload-Offset"])

    def append(self, address: str, offset: int, content: bytes | Iterable[bytes], size_bytes: int = 0) -> int:
        """Send `content` from `offset`; returns the new offset. `size_bytes`: its size, if it comes in blocks."""
        headers = self.headers | {"Upload-Offset": str(offset), "Content-Type": PART}
        headers |= {"Content-Length": str(size_bytes)} if size_bytes else {}
        answer = self.client.patch(address, headers=headers, content=content)
        answer.raise_for_status()
        return int(answer.headers["Upload-Offset"])

    def give_up(self, address: str) -> None:
        """Do not send the rest of it."""
        self.client.delete(address, headers=self.headers)

    def head_of_part(self, address: str, size_bytes: int) -> bytes:
        """The head of a request that sends a file slowly."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
        headers = self.headers | {
            "Upload-Offset": "0",
            "Cookie": cookies,
            "Host": self.client.base_url.netloc.decode(),
        }
        path = httpx.URL(address).path
        return head(
            "PATCH", path, PART, size_bytes, **{name.replace("-", "_"): v for name, v in headers.items()}
        )


def candidate(url: str, number: str = "0107") -> Candidate:
    """Priya of the demo, or another candidate of the same centre, and the first unit that is in progress."""
    browser = Browser(url)
    sign_in(browser, number)
    unit = browser.open("/my/").follow("Digital graphics editing")
    uploads = unit.tree.xpath("//@data-uploads")[0]
    token = unit.tree.xpath("//input[@name='csrfmiddlewaretoken']/@value")[0]
    return Candidate(browser.client, unit.url, uploads, token)


def sign_in(browser: Browser, number: str = "0107") -> None:
    form = browser.open("/sign-in/candidate/").form(with_field="secret")
    form.fill(centre_number="10101", candidate_number=number, secret=PASSWORD).press()


def seconds_to_sign_in(url: str) -> float:
    """How long it takes from the sign-in page to the person's first page."""
    began = time.monotonic()
    sign_in(Browser(url))
    return time.monotonic() - began


def seconds_to_probe(url: str) -> float:
    """How long `/healthz` takes to respond, on a connection of its own."""
    began = time.monotonic()
    httpx.get(f"{url}/healthz", timeout=30).raise_for_status()
    return time.monotonic() - began
