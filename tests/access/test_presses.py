"""The same button pressed many times at once: one press wins, each gets a page, and the audit trail has one line."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, IntegrityError, OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from moderation import actions as moderation_actions
from moderation.models import Conflict
from portal.kit import middleware
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from tests.factories import accounts, candidates, catalogue, centres, moderation, portfolios

PRESSES = 30


def press(user, url: str, data: dict, times: int = PRESSES) -> list[int]:
    """The answers to `times` browsers of one person that post the same at the same moment."""
    browsers = [Client(raise_request_exception=False) for _ in range(times)]
    browsers[0].force_login(user)
    for browser in browsers:
        browser.cookies = browsers[0].cookies
    start = Barrier(times)

    def run(browser):
        start.wait()
        try:
            return browser.post(url, data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, browsers))


def workspace_file():
    candidate = candidates.candidate()
    kept, work = portfolios.in_workspace(candidate), portfolios.assignment(candidate)
    return candidate.user, reverse("workspace-add", args=[kept.pk]), {"unit": work.pk}


def deleted_from_workspace():
    candidate = candidates.candidate()
    return candidate.user, reverse("workspace-delete", args=[portfolios.in_workspace(candidate).pk]), {}


def removed_evidence():
    evidence = portfolios.evidence(portfolios.assignment(candidates.candidate()))
    return evidence.assignment.candidate.user, reverse("evidence-remove", args=[evidence.pk]), {}


def new_group():
    centre = centres.centre()
    return centres.person(centre), reverse("group-add", args=[centre.number]), {"name": "10A"}


def draft_claim():
    centre, qualification = centres.centre(), catalogue.qualification()
    centres.approval(centre, qualification)
    officer = centres.person(centre)
    return officer, reverse("claim-start", args=[centre.number]), {"qualification": qualification.code}


def invitation():
    centre = centres.centre()
    typed = {"name": "Pat", "email": "pat@example.org", "roles": ["tutor"]}
    return centres.person(centre), reverse("person-add", args=[centre.number]), typed


def removed_attachment():
    from centres import actions

    centre = centres.centre()
    officer = centres.person(centre)
    draft = centres.draft_application(centre=centre)
    kept = actions.attach(draft, SimpleUploadedFile("a.txt", b"We approve."), by=officer)
    return officer, reverse("attachment-remove", args=[draft.pk, kept.pk]), {}


def conflict_taken_back():
    found = Conflict(moderator=moderation.moderator(), centre=centres.centre(), reason="A relative.")
    staff = accounts.staff()
    moderation_actions.record_conflict(found, by=staff)
    chosen = {"action": "delete_selected", "_selected_action": [found.pk], "post": "yes"}
    return staff, reverse("admin:moderation_conflict_changelist"), chosen


def appointed_moderator():
    return accounts.staff(), reverse("admin:moderation_moderator_add"), {
        "user": accounts.adult().pk,
        **{f"{name}-{part}_FORMS": 0 for name in ("allocations", "conflicts") for part in ("TOTAL", "INITIAL")},
    }  # fmt: skip


BUTTONS = {
    "add to unit": (workspace_file, ["delete from workspace"]),
    "delete": (deleted_from_workspace, ["delete from workspace"]),
    "remove evidence": (removed_evidence, ["remove evidence"]),
    "add a group": (new_group, ["create group"]),
    "start a claim": (draft_claim, ["start claim"]),
    "invite": (invitation, ["offer roles"]),
    "remove attachment": (removed_attachment, ["remove attachment"]),
    "take back a conflict": (conflict_taken_back, ["remove conflict"]),
    "appoint": (appointed_moderator, ["appoint moderator"]),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", BUTTONS)
def test_button_pressed_30_times_at_once_is_pressed_once(name):
    make, verbs = BUTTONS[name]
    user, url, data = make()
    answers = press(user, url, data)
    assert max(answers) < 500, answers
    assert [Event.objects.filter(verb=verb).count() for verb in verbs] == [1] * len(verbs), answers


# --- the guard itself ----------------------------------------------------------------------


def answer_to(problem, method="post", rf=None):
    door = middleware.too_late(lambda request: HttpResponse())
    request = getattr(rf, method)("/")
    return door.process_exception(request, problem)


def of_postgres(state: str):
    fault = OperationalError("refused")
    fault.__cause__ = type("Cause", (Exception,), {"sqlstate": state})()
    return fault


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (IntegrityError("twice"), 409),
        (of_postgres("P0001"), 409),
        (ObjectDoesNotExist("gone"), 409),
        (of_postgres("40P01"), 409),
        (TransitionRefused("It was sent."), 409),
        (DataError("too long"), 400),
    ],
    ids=lambda value: type(value).__name__,
)
def test_door_answers_with_a_page(problem, status, rf):
    answer = answer_to(problem, rf=rf)
    assert answer.status_code == status
    if isinstance(problem, TransitionRefused):
        assert "It was sent." in answer.content.decode()


def test_door_leaves_all_else_to_be_mended(rf):
    assert [answer_to(problem, rf=rf) for problem in (ValueError(), KeyError(), OperationalError("gone"))] == [
        None, None, None,
    ]  # fmt: skip
    assert answer_to(ObjectDoesNotExist(), "get", rf) is None


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["abc", "", "-1", "1e3", "²"])
def test_admin_action_on_a_key_that_is_none_is_turned_away(client, key):
    client.force_login(accounts.staff())
    chosen = {"action": "invite", "_selected_action": [key]}
    assert client.post(reverse("admin:accounts_user_changelist"), chosen).status_code == 400
