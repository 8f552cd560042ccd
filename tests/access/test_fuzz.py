"""No form field, address, header, admin page or tus message causes a 500: every named page, from a seed.

`make fuzz` sends many times as many requests, from its own seed, which it prints.
"""

import os
import random
import time
from zlib import crc32

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from . import hostile_requests as hostile
from .test_matrix import ACCESS

pytestmark = pytest.mark.django_db  # otherwise a run of only these tests has no database of its own

SEED = os.environ.get("FUZZ_SEED", "iMedia")
TIMES = 2
OFTEN = int(os.environ.get("FUZZ_TIMES", "60"))
ORDER = (
    "our_exams_officer", "our_tutor", "our_candidate", "our_moderator", "staff", "our_head", "anonymous",
)  # fmt: skip
TUS = ("uploads", "upload", "bulk-upload-parts")


def generator(*what) -> random.Random:
    return random.Random(crc32(" ".join(map(str, (SEED, *what))).encode()))


def rightful(name: str) -> str:
    """The person who gets furthest with a page."""
    return min(
        ORDER, key=lambda person: (ACCESS[name][1][person] not in (200, 302, 412), ORDER.index(person))
    )


def faults_of(user, requests) -> list[str]:
    """Send each request and undo it; returns those that got a 5xx, or broke."""
    client = Client()
    if user:
        client.force_login(user)
    cookies = client.cookies
    faults = []
    for request in requests:
        client.cookies = cookies.copy()
        with transaction.atomic():
            try:
                answer = request.send(client)
                if answer.streaming:
                    b"".join(answer.streaming_content)
                if answer.status_code >= 500:
                    faults.append(f"{answer.status_code}: {request}")
            except Exception as fault:
                faults.append(f"{type(fault).__name__} {str(fault)[:200]}: {request}")
            transaction.set_rollback(True)
    return faults


def page_of(user, url: str) -> bytes:
    client = Client()
    if user:
        client.force_login(user)
    with transaction.atomic():
        answer = client.get(url)
        transaction.set_rollback(True)
    is_page = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
    return answer.content if is_page else b""


def at_page(world, name: str, times: int):
    """(person, requests) for one named page."""
    rng = generator(name)
    user = world.people[rightful(name)]
    arguments = [str(argument) for argument in world.arguments.get(name) or []]
    url = reverse(name, args=world.arguments.get(name))
    if ACCESS[name][0] == "get":
        yield user, hostile.of_page(url, page_of(user, url), rng, times=times)
    else:
        yield user, hostile.blind(url, rng, times=times)
    yield user, hostile.of_address(url, arguments, rng, times=times)
    yield user, hostile.of_headers(url, rng, times=max(1, times // 3))
    if name in TUS:
        yield (
            world.people["our_candidate" if name != "bulk-upload-parts" else "our_tutor"],
            hostile.of_tus(url),
        )


def at_admin(world, model_admin, times: int):
    """Requests to one model's pages in the admin: list, adding, changing, actions."""
    options = model_admin.model._meta
    rng = generator(options.label)
    staff = world.people["staff"]
    root = f"admin:{options.app_label}_{options.model_name}"
    listed = reverse(f"{root}_changelist")
    first = model_admin.model._default_manager.order_by("pk").values_list("pk", flat=True).first()
    yield from _queries(model_admin, listed, rng, times * 3)
    actions = ["delete_selected", *(str(action) for action in model_admin.actions or [])]
    for action in actions:
        for key in ([str(first)] if first else []) + [rng.choice(["x", "", "9" * 30])]:
            data = [("action", action), ("_selected_action", key), ("reason", rng.choice(hostile.VALUES))]
            data += [
                (name, rng.choice(hostile.VALUES)) for name in ("index", "select_across", "confirmed", "post")
            ]
            yield hostile.Hostile("POST", listed, hostile._encoded(data))
    pages = [f"{listed}add/"]
    if first:
        pages += [f"{listed}{first}/{page}/" for page in ("change", "history", "delete")]
    for page in pages:
        yield from hostile.of_page(page, page_of(staff, page), rng, times=times)
    yield from hostile.of_address(f"{listed}1/change/", ["1"], rng, times=2)
    for value in ("x", "_5F", "%00", "a b", "²"):
        yield hostile.Hostile("GET", f"{listed}{value}/change/")


def _queries(model_admin, listed: str, rng, times: int):
    names = [
        "q",
        "p",
        "o",
        "all",
        "e",
        "_popup",
        "_to_field",
        "_facets",
        "_changelist_filters",
        "id",
        "pk__in",
        "x__y",
    ]
    for one in model_admin.list_filter:
        field = one[0] if isinstance(one, tuple) else one
        names += (
            [field, f"{field}__exact", f"{field}__isnull", f"{field}__gte"] if isinstance(field, str) else []
        )
        names += [field.parameter_name] if hasattr(field, "parameter_name") else []
    if model_admin.date_hierarchy:
        names += [f"{model_admin.date_hierarchy}__{part}" for part in ("year", "month", "day")] * 3
    for _ in range(times):
        yield hostile.Hostile("GET", f"{listed}?{hostile._query(names, rng)}")


@pytest.mark.parametrize("name", ACCESS)
def test_no_request_to_a_page_makes_a_500(name, world, untouched):
    assert [fault for user, sent in at_page(world, name, TIMES) for fault in faults_of(user, sent)] == []


@pytest.mark.parametrize("model_admin", admin.site._registry.values(), ids=lambda one: one.model._meta.label)
def test_no_request_to_the_admin_makes_a_500(model_admin, world, untouched):
    assert faults_of(world.people["staff"], at_admin(world, model_admin, TIMES)) == []


@pytest.mark.fuzz
def test_many_more(world, untouched):
    """`make fuzz`."""
    begun, faults = time.monotonic(), []
    for name in ACCESS:
        faults += [fault for user, sent in at_page(world, name, OFTEN) for fault in faults_of(user, sent)]
    for model_admin in admin.site._registry.values():
        faults += faults_of(world.people["staff"], at_admin(world, model_admin, OFTEN))
    print(f"\nSeed {SEED}, {time.monotonic() - begun:.0f} s, {len(faults)} faults")
    assert faults == []
