"""Who may open what: every named page, every kind of person. A page without a row fails."""

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

pytestmark = pytest.mark.django_db  # otherwise a run of only these tests has no database of its own

STRANGERS = (
    "their_exams_officer",
    "our_moderator",
    "other_moderator",
    "staff",
    "our_candidate",
    "other_candidate",
)
OUR_STAFF = ("our_exams_officer", "our_tutor", "our_head")
EVERYBODY = ("anonymous", *OUR_STAFF, *STRANGERS)
SIGN_IN = 302  # an anonymous person is sent to the sign-in page


def public(answer=200, **others):
    """The same for everybody but `others`."""
    return {**dict.fromkeys(EVERYBODY, answer), **others}


def signed_in(answer=200, **others):
    return {**public(answer), "anonymous": SIGN_IN, **others}


def at_our_centre(officer=200, tutor=200, head=200, **others):
    """Our people as given; for everybody else it does not exist."""
    ours = dict(zip(OUR_STAFF, (officer, tutor, head), strict=True))
    return {**signed_in(404), **ours, **others}


def own_work(answer=200, head=403):
    """The candidate whose work it is, and centre staff who may do it for them."""
    return at_our_centre(answer, answer, head, our_candidate=answer)


def applicants(answer=200):
    """Who may apply for our centre; to a browser that no link opened it does not exist."""
    return at_our_centre(answer, 404, answer, anonymous=404)


def for_tutors():
    """A notice for tutors of our qualification; staff read all."""
    return public(404, our_tutor=200, staff=200)


def moderators(answer=200, other=404):
    return signed_in(404, our_moderator=answer, other_moderator=other)


def adults(answer=200):
    """The same for everybody but candidates."""
    return signed_in(answer, our_candidate=404, other_candidate=404)


WAYS_IN = {**signed_in(302), "anonymous": 200}  # people already signed in are sent home
FIRST_STEPS = public(302)  # nobody here is halfway through signing in

ACCESS = {  # page: (method, {person: answer})
    "home": ("get", public(200, our_candidate=302, other_candidate=302)),
    "sign-in": ("get", WAYS_IN),
    "sign-in-candidate": ("get", WAYS_IN),
    "choose-password": ("get", FIRST_STEPS),
    "sign-out": ("post", public(302)),
    "invitation": ("get", public(302)),  # the secret is taken out of the address first
    "forgotten-password": ("get", public()),
    "forgotten-password-sent": ("get", public()),
    "reset-password": ("get", public(410)),
    "reset-password-done": ("get", public()),
    "account-home": ("get", signed_in()),
    "change-password": ("get", signed_in()),
    "account-inactive": ("get", public()),
    "mail-settings": ("get", signed_in(our_candidate=404, other_candidate=404)),
    "sign-in-code": ("get", FIRST_STEPS),
    "sign-in-passkey": ("get", WAYS_IN),
    "second-step": ("get", adults()),
    # Nobody here has recently entered a password: they are asked for it first.
    "second-step-app": ("get", adults(302)),
    "second-step-passkey": ("get", adults(302)),
    "second-step-remove": ("get", adults(302)),
    "second-step-codes": ("get", adults(302)),
    "second-step-codes-file": ("get", adults(302)),
    "second-step-codes-renew": ("get", adults(302)),
    "confirm": ("get", adults()),
    "kept-post": ("get", signed_in(302)),
    "kept-discard": ("post", signed_in(302)),
    # Catalogue
    "catalogue": ("get", public()),
    "qualification": ("get", public()),
    "unit": ("get", public()),
    "questions": ("get", public()),
    # User guide
    "guides": ("get", public()),
    "guide": ("get", public()),
    "guide-part": ("get", public()),
    "guide-pdf": ("get", public()),
    # Centres
    "apply": ("get", public()),
    "apply-sent": ("get", public()),
    "application-open": ("get", public(302)),  # the secret is taken out of the address first
    "application-leave": ("post", public(302)),
    "centre": ("get", at_our_centre()),
    "centre-apply": ("get", at_our_centre(tutor=403)),
    "application": ("get", applicants()),
    "application-part": ("get", applicants()),
    "application-check": ("get", applicants()),
    "application-answer": ("post", applicants(302)),
    "application-withdraw": ("get", applicants()),
    "attachment": ("get", applicants()),
    "attachment-remove": ("get", applicants()),
    "approval-letter": ("get", at_our_centre()),
    "people": ("get", at_our_centre()),
    "person-add": ("get", at_our_centre(tutor=403)),
    "person": ("get", at_our_centre(tutor=403)),
    "person-end": ("get", at_our_centre(tutor=403)),
    "person-reset": ("get", at_our_centre(tutor=403)),
    "change-centre": ("get", at_our_centre(their_exams_officer=200)),
    "role-offer-again": ("post", at_our_centre(302, 403, 302)),
    "role-offer-end": ("post", at_our_centre(302, 403, 302)),
    "role-offer": ("get", public(302)),  # the secret is taken out of the address first
    "orders": ("get", at_our_centre(tutor=403)),
    "order-new": ("get", at_our_centre(tutor=403, head=403)),
    "order": ("get", at_our_centre(tutor=403)),
    "order-edit": ("get", at_our_centre(tutor=403, head=403)),
    "order-submit": ("get", at_our_centre(200, 403, 403)),
    "order-delete": ("get", at_our_centre(200, 403, 403)),
    "order-withdraw": ("get", at_our_centre(200, 403, 403)),
    "entries": ("get", at_our_centre(tutor=403)),
    "entries-csv": ("get", at_our_centre(tutor=403)),
    "entries-pdf": ("get", at_our_centre(tutor=403)),
    "statement": ("get", at_our_centre(tutor=403)),
    "invoice": ("get", at_our_centre(tutor=403)),
    "welcome-pack": ("get", at_our_centre()),
    "claim-sheet-blank": ("get", at_our_centre()),
    "batch-header-blank": ("get", at_our_centre()),
    # Noticeboard
    "news": ("get", public()),
    "news-item": ("get", for_tutors()),
    "key-dates": ("get", public()),
    "dates-calendar": ("get", public()),
    "key-date-calendar": ("get", for_tutors()),
    "fees": ("get", public()),
    "training": ("get", public()),
    "training-calendar": ("get", public()),
    "training-event": ("get", public()),
    "training-event-calendar": ("get", public()),
    "training-interest": ("get", public()),
    "training-interest-sent": ("get", public()),
    "training-day": ("get", public()),
    "training-day-sent": ("get", public()),
    "interest": ("get", public(302)),  # anybody who has the link
    "interest-withdraw": ("post", public(302)),
    "contact": ("get", public()),
    "contact-sent": ("get", public()),
    "enquiries": ("get", signed_in()),
    "enquiry": ("get", public(302)),  # anybody who has the link
    # Candidates
    "candidates": ("get", at_our_centre()),
    "candidate-add": ("get", at_our_centre(tutor=403, head=403)),
    "candidate-import-new": ("get", at_our_centre(tutor=403, head=403)),
    "candidate-import-template": ("get", at_our_centre(tutor=403, head=403)),
    "candidate-import": ("get", at_our_centre(tutor=403, head=403)),
    "candidate-import-problems": ("get", at_our_centre(tutor=403, head=403)),
    "candidate-import-columns": ("get", at_our_centre(tutor=403, head=403)),
    "candidate-import-duplicates": ("get", at_our_centre(tutor=403, head=403)),
    "candidate-import-complete": ("post", at_our_centre(302, 403, 403)),
    "candidate-import-names": ("post", at_our_centre(302, 403, 403)),
    "candidate-import-discard": ("post", at_our_centre(302, 403, 403)),
    "candidate": ("get", at_our_centre()),
    "candidate-edit": ("get", at_our_centre(tutor=403, head=403)),
    "candidate-code": ("post", at_our_centre(302, 302, 403)),
    "candidate-duplicates": ("get", at_our_centre(tutor=403, head=403)),
    "candidate-merge": ("get", at_our_centre(tutor=403, head=403)),
    "candidate-different": ("post", at_our_centre(302, 403, 403)),
    "candidates-export": ("get", at_our_centre()),
    "candidate-slip": ("get", at_our_centre(head=403)),
    "named-entries": ("get", at_our_centre(tutor=403)),
    "named-entries-csv": ("get", at_our_centre(tutor=403)),
    "named-order-new": ("get", at_our_centre(tutor=403, head=403)),
    "named-entry": ("get", at_our_centre(tutor=403)),
    "named-entry-withdraw": ("get", at_our_centre(tutor=403, head=403)),
    "named-entry-transfer": ("get", at_our_centre(tutor=403, head=403)),
    "order-names": ("get", at_our_centre(tutor=403)),
    "order-names-add": ("get", at_our_centre(tutor=403, head=403)),
    "order-names-file": ("get", at_our_centre(tutor=403, head=403)),
    "groups": ("get", at_our_centre()),
    "group-add": ("get", at_our_centre(tutor=403, head=403)),
    "group": ("get", at_our_centre()),
    "group-edit": ("get", at_our_centre(tutor=403, head=403)),
    "slips": ("get", at_our_centre(head=403)),
    "holding-list": ("get", at_our_centre()),
    "slips-all": ("get", at_our_centre(head=403)),
    "slips-issue-all": ("post", at_our_centre(302, 302, 403)),
    "slips-pdf": ("get", at_our_centre(302, 302, 403)),
    "slips-pdf-all": ("get", at_our_centre(head=403)),
    "slips-issue": ("post", at_our_centre(302, 302, 403)),
    # Portfolios
    "my-work": ("get", signed_in(404, our_candidate=200, other_candidate=200)),
    "assignment": ("get", own_work(head=200)),
    "evidence-add": ("get", own_work()),
    # Anybody who may upload is told the protocol; only the person who began an upload may continue it.
    "uploads": ("post", {**own_work(412), "anonymous": 403}),
    "bulk-uploads": ("get", at_our_centre(head=403)),
    # Only for the person who began it.
    "bulk-upload": ("get", signed_in(404, our_tutor=200)),
    "bulk-upload-add": ("post", signed_in(404, our_tutor=302)),
    "bulk-upload-parts": ("post", {**signed_in(404, our_tutor=412), "anonymous": 403}),
    "bulk-upload-leave-out": ("get", signed_in(404, our_tutor=200)),
    "upload": ("head", {**signed_in(404), "anonymous": 403, "our_candidate": 412}),
    "upload-remove": ("post", own_work(302)),
    "hand-in": ("get", own_work()),
    **{
        page: ("get", at_our_centre(our_candidate=200))
        for page in (
            "work-plan",
            "work-review",
            "work-check",
            "work-feedback",
            "work-messages",
        )
    },
    "work-plan-comment": ("post", at_our_centre(403, 302, 403, our_candidate=403)),
    "work-review-comment": ("post", at_our_centre(403, 302, 403, our_candidate=403)),
    "my-messages": ("get", signed_in(404, our_candidate=200, other_candidate=200)),
    "centre-messages": ("get", at_our_centre()),
    "workspace": ("get", signed_in(404, our_candidate=200, other_candidate=200)),
    **{
        page: ("get", signed_in(404, our_candidate=200))
        for page in ("workspace-add", "workspace-delete", "workspace-file", "workspace-rename")
    },
    "evidence-edit": ("get", own_work()),
    "evidence-replace": ("get", own_work()),
    "evidence-remove": ("post", own_work(302)),
    "evidence-restore": ("post", own_work(302)),
    "evidence-view": ("get", own_work(head=200)),
    "evidence-file": ("get", own_work(head=200)),
    "rendition": ("get", own_work(head=200)),
    "work-zip": ("get", own_work(head=200)),
    "round": ("get", at_our_centre(our_candidate=200)),
    "round-zip": ("get", at_our_centre(our_candidate=200)),
    "evidence-site": ("get", own_work(302, head=302)),
    "preview-again": ("post", own_work(302)),
    "to-mark": ("get", at_our_centre()),
    "assign-unit": ("get", at_our_centre(head=403)),
    "progress": ("get", at_our_centre()),
    "marking": ("get", at_our_centre(403, 200, 403)),
    "return-work": ("get", at_our_centre(403, 200, 403)),
    "record-achieved": ("get", at_our_centre(403, 200, 403)),
    # Claims and moderation
    "claims": ("get", at_our_centre()),
    "claim-start": ("post", at_our_centre(302, 302, 403)),
    "claim": ("get", at_our_centre()),
    "claim-lines": ("post", at_our_centre(302, 302, 403)),
    "claim-submit": ("get", at_our_centre(200, 403, 403)),
    "claim-sheet": ("get", at_our_centre()),
    "batch-header": ("get", at_our_centre()),
    "claim-discard": ("get", at_our_centre(head=403)),
    "moderator-claims": ("get", moderators(other=200)),
    "moderation-claim": ("get", moderators()),
    "claim-group": ("get", moderators()),
    "sample-send": ("post", moderators(302)),
    "moderated-line": ("get", moderators()),
    "sample-drop": ("get", moderators()),
    "earlier-line": ("get", moderators()),
    "earlier-zip": ("get", moderators()),
    "line-file": ("get", moderators()),
    "line-rendition": ("get", moderators()),
    "line-zip": ("get", moderators()),
    "line-site": ("get", moderators(302)),
    "claim-conclude": ("get", moderators()),
    # Awards
    "certificates": ("get", at_our_centre()),
    "certificates-zip": ("get", at_our_centre()),
    "certificate-download": ("get", at_our_centre()),
    "my-certificates": ("get", signed_in(404, our_candidate=200, other_candidate=200)),
    "check": ("get", public()),
    "check-certificate": ("get", public()),
}

# django-allauth looks for its own names; they are for pages that have a row under our names.
OTHER_NAMES = {"account_login", "mfa_authenticate", "account_inactive"}


def named_pages() -> set[str]:
    """Every named page outside the admin."""

    def names(patterns):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                if getattr(pattern, "namespace", None) != "admin":
                    yield from names(pattern.url_patterns)
            elif pattern.name:
                yield pattern.name

    return set(names(get_resolver().url_patterns)) - OTHER_NAMES


def test_every_page_has_a_row():
    assert named_pages() == set(ACCESS)


def knock(user, method: str, url: str, data=None):
    """What the page answers; its changes are undone. `data`: of a form, or the type of an unread body."""
    visitor = Client()
    if user:
        visitor.force_login(user)
    with transaction.atomic():
        answer = (
            visitor.post(url, b"", content_type=data)
            if isinstance(data, str)
            else getattr(visitor, method)(url, data)
        )
        if answer.streaming:
            answer.getvalue()
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("name", ACCESS)
def test_page_answers_each_person_as_it_should(name, world, untouched):
    method, expected = ACCESS[name]
    url = reverse(name, args=world.arguments.get(name))
    answers = {
        person: knock(user, method, url, world.data.get(name)) for person, user in world.people.items()
    }
    assert {person: answer.status_code for person, answer in answers.items()} == expected
    for person, answer in answers.items():
        assert is_strict(answer["Content-Security-Policy"])
        is_form_again = method == "post" and answer.status_code == 200  # may be gone back to (kit/caching.py)
        kept_by = "private" if is_form_again else "no-store"
        assert person == "anonymous" or kept_by in answer["Cache-Control"]


def is_strict(policy: str) -> bool:
    """Whether a page may load only the portal's own files, or is a file that may do nothing at all."""
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}
    if "sandbox" in rules:
        return rules["sandbox"] == [] and rules["default-src"] == ["'none'"]
    return rules["default-src"] == ["'none'"] and rules["script-src"] == rules["style-src"] == ["'self'"]


ADMIN_LISTS = [
    f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in admin.site._registry
]


@pytest.mark.parametrize("name", ["admin:index", *ADMIN_LISTS])
def test_admin_is_for_awarding_body_staff(name, world, untouched):
    answers = {person: knock(user, "get", reverse(name)).status_code for person, user in world.people.items()}
    assert answers == {**public(302), "staff": 200}
