"""Headers on every response, unknown methods, and cookies that no neighbouring site can set."""

import os
import subprocess
import sys

import pytest
from django.http import HttpResponse
from django.urls import reverse

from portal.kit.headers import allows, headers

PLACES = ["/", "/sign-in/", "/no-such-page/", "/healthz", "/static/css/tokens.css", "/admin/"]


def features_of(answer) -> dict[str, str]:
    return dict(part.split("=") for part in answer["Permissions-Policy"].split(", "))


@pytest.mark.django_db
@pytest.mark.parametrize("path", PLACES)
def test_every_answer_carries_them(client, path):
    answer = client.get(path)
    found = {name: answer.get(name) for name in (
        "Cross-Origin-Resource-Policy", "Cross-Origin-Opener-Policy", "X-Content-Type-Options",
        "X-Permitted-Cross-Domain-Policies", "Referrer-Policy",
    )}  # fmt: skip
    assert found == {
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Permitted-Cross-Domain-Policies": "none",
        "Referrer-Policy": "same-origin",
    }
    features = features_of(answer)
    assert {features[name] for name in ("camera", "microphone", "geolocation", "usb", "payment")} == {"()"}
    assert {features[name] for name in ("publickey-credentials-get", "fullscreen")} == {"(self)"}


def test_a_view_can_allow_more(rf):
    view = headers(allows("microphone")(lambda request: HttpResponse()))
    features = features_of(view(rf.get("/")))
    assert (features["microphone"], features["camera"]) == ("(self)", "()")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "PURGE"])
def test_methods_that_nobody_knows_are_refused(client, method):
    answer = client.generic(method, reverse("sign-in"))
    assert answer.status_code == 405
    assert "microphone=()" in answer["Permissions-Policy"]


def test_on_https_every_cookie_belongs_to_this_host_alone():
    code = """
import django; django.setup()
from django.conf import settings
from portal.accounts import keeping, tries
from portal.kit.notes import _OwnCookie
print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, tries.COOKIE, keeping.COOKIE,
      keeping.CANDIDATE_COOKIE, _OwnCookie.cookie_name,
      settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_DOMAIN)
"""
    said = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "SITE_URL": "https://portal.example", "DJANGO_SETTINGS_MODULE": "portal.settings"},
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert said == [
        "__Host-sessionid", "__Host-csrftoken", "__Host-known_here", "__Host-page_of", "__Host-signs_in_as",
        "__Host-messages", "True", "True", "None",
    ]  # fmt: skip


def test_no_answer_says_which_program_serves():
    from gunicorn.http import wsgi as server

    import portal.wsgi

    assert portal.wsgi.application
    assert server.SERVER == "portal"
