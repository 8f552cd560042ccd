"""Which pictures the guides show, and how each is taken from the demo. `make guide-pictures` takes them all."""

from dataclasses import dataclass

from portal.demo import PASSWORD
from portal.demo.people import HARBOUR, JOANNE, NORTHFIELD, RUTH, SANJAY, TOMASZ

NOBODY = ""
WORKING = f"{HARBOUR.number}/0107"  # a candidate with a unit in progress and certificates
RETURNED = f"{HARBOUR.number}/0106"  # one with a unit that was returned
OFFICER, TUTOR, MODERATOR = JOANNE.email, TOMASZ.email, RUTH.email
NEW_OFFICER, OTHER_MODERATOR = NORTHFIELD.exams_officer.email, SANJAY.email
SECRET = PASSWORD  # the same for everybody in the demo

ours = f"/centres/{HARBOUR.number}/"
DESK, TABLET, PHONE = 1080, 820, 400  # widths of the window


@dataclass(frozen=True)
class Picture:
    """`who` opens `path` and follows links; `crop` is what is shown, and `marks` are outlined on it.

    All of these are CSS selectors as Playwright reads them, and the first match counts. `crop` uses every match,
    and all that lies between them. Instead of a link, `./word/` is an address below the page.
    """

    name: str
    who: str
    path: str
    follow: tuple[str, ...] = ()
    crop: tuple[str, ...] = ("main > *",)
    marks: tuple[str, ...] = ()
    width: int = DESK
    tallest: int = 760  # in CSS pixels; cut off below


UNIT_IN_PROGRESS = "li.work:has(.state--active:text('In progress')) a"
UNIT_RETURNED = "li.work:has(.state--warn) a"
TO_MARK = "main table a:text('Mark')"
TOP, LEAD = ".head", "main .top"

PICTURES = [
    # Signing in
    Picture(
        "candidate-sign-in", NOBODY, "/sign-in/candidate/", crop=(".door",), width=TABLET,
        marks=("[name=centre_number]", "[name=candidate_number]", "[name=secret]"),
    ),
    Picture(
        "adult-sign-in", NOBODY, "/sign-in/", crop=(".door",), width=TABLET,
        marks=("[name=login]", "[name=password]"),
    ),
    # The candidate
    Picture(
        "candidate-top", WORKING, "/my/", crop=(TOP, LEAD),
        marks=(".nav__list", ".who__name", ".who__links a"),
    ),
    Picture(
        "candidate-my-units", WORKING, "/my/", width=PHONE, marks=(".work .state",),
    ),
    Picture(
        "candidate-upload", WORKING, "/my/", (UNIT_IN_PROGRESS,), width=TABLET,
        crop=("#upload", "#upload ~ form >> nth=0"),
        marks=("#upload ~ form .picker", "#upload ~ form button[type=submit]"),
    ),
    Picture(
        "candidate-change", WORKING, "/my/", (UNIT_IN_PROGRESS, ".file__links a:text('Change or tag')"),
        width=TABLET, tallest=820, marks=(".govuk-checkboxes",),
    ),
    Picture(
        "candidate-criteria", WORKING, "/my/", (UNIT_IN_PROGRESS,), crop=("#criteria", "section .criteria >> nth=0"),
        width=TABLET, tallest=640, marks=(".criterion:has(.gap)",),
    ),
    Picture(
        "candidate-hand-in", WORKING, "/my/", (UNIT_IN_PROGRESS, "main a:text('Check and hand in')"),
        width=TABLET, crop=("main form",), marks=("main form .govuk-checkboxes", "main form button"),
    ),
    Picture(
        "candidate-returned", RETURNED, "/my/", (UNIT_RETURNED,), crop=(LEAD, "main .notice"), width=TABLET,
        marks=("main .notice",),
    ),
    Picture(
        "candidate-certificates", WORKING, "/my/certificates/", marks=("main .card .govuk-button",), width=TABLET,
    ),
    Picture(
        "adult-second-step", OFFICER, "/account/second-step/", tallest=620,
        marks=("main a:text('Use an authenticator app')", "main a:text('Use a passkey')"),
    ),
    # The tutor
    Picture(
        "tutor-group", TUTOR, f"{ours}groups/", ("main tbody a",), tallest=620,
        marks=("main .top a:text('Sign-in slips')", "main th:has-text('Sign-in')"),
    ),
    Picture(
        "tutor-assign", TUTOR, f"{ours}work/assign/?unit=IM205", tallest=860,
        marks=("[name=groups] >> xpath=ancestor::fieldset", "textarea[name=candidates]",
               ".govuk-date-input", "main form button"),
    ),
    Picture(
        "tutor-work", TUTOR, f"{ours}work/", tallest=700, marks=(".tabs", TO_MARK),
    ),
    Picture(
        "tutor-progress", TUTOR, f"{ours}progress/", tallest=700, width=1280,
    ),
    Picture(
        "tutor-behalf", TUTOR, f"{ours}progress/", ("main td a:has(.state--active:text('Started'))",),
        width=TABLET, crop=("#upload", "#upload ~ form >> nth=0"), marks=("#upload ~ form .picker",),
    ),
    Picture(
        "tutor-sorting", TUTOR, f"{ours}work/bulk/", ("main table a",), width=1280, tallest=1000,
        crop=("#sorting", "main form .actions >> nth=0"), marks=("input[name$=number] >> nth=0", "[name=confirm]"),
    ),
    Picture(
        "tutor-marking", TUTOR, f"{ours}work/", (TO_MARK,), width=1280, tallest=740,
        marks=(".pane >> nth=0", ".pane >> nth=1"),
    ),
    Picture(
        "tutor-return", TUTOR, f"{ours}work/", (TO_MARK, "main a:text('Return for further work')"), width=TABLET,
        marks=("textarea[name=reason]", "main form button"),
    ),
    Picture(
        "tutor-achieve", TUTOR, f"{ours}work/", (TO_MARK, "main a:text('Record as achieved')"), width=TABLET,
        tallest=520, marks=("main .notice",),
    ),
    Picture(
        "tutor-judgements", TUTOR, f"{ours}progress/", ("main td a:has(.state--good)",), width=TABLET,
        crop=("#criteria", "section .criteria >> nth=0"), tallest=640, marks=("section .criterion .said",),
    ),
    Picture(
        "tutor-claim", TUTOR, f"{ours}claims/", ("main .card a.govuk-button",), tallest=900,
        marks=("main .ticks", "main button:text('Save draft')", "main aside .card"),
    ),
    # The exams officer
    Picture(
        "officer-home", OFFICER, "/", tallest=700,
    ),
    Picture(
        "officer-centre", OFFICER, ours, tallest=700,
        marks=("main .top__actions a", "main table"),
    ),
    Picture(
        "officer-people", OFFICER, f"{ours}people/", width=1280,
        marks=("main .top__actions a", "main th:text('Tutor')"),
    ),
    Picture(
        "officer-leaving", OFFICER, f"{ours}people/", ("main tr:has-text('Anjali') a", "main a:text('End access')"),
        width=TABLET, marks=("main form button",),
    ),
    Picture(
        "officer-candidate", OFFICER, f"{ours}candidates/add/", width=TABLET, tallest=900,
        marks=("[name=number]", "[name=first_names]", "[name=last_name]"),
    ),
    Picture(
        "officer-file", OFFICER, f"{ours}candidates/import/", tallest=700,
        marks=("main .picker", "main form button"),
    ),
    Picture(
        "officer-groups", OFFICER, f"{ours}groups/", marks=("main th:text('Never signed in')",), tallest=500,
    ),
    Picture(
        "officer-slips", NEW_OFFICER, f"/centres/{NORTHFIELD.number}/groups/",
        ("main tbody a", "main a:text('Sign-in slips')"), crop=(".slips",), marks=(".slip__code",), tallest=560,
    ),
    Picture(
        "officer-order", OFFICER, f"{ours}orders/new/", tallest=700,
        marks=("[name=order_number]", "[name^=quantity_]"),
    ),
    Picture(
        "officer-processed", OFFICER, f"{ours}orders/", ("main th a:text('HSFC-2026-0417')",), tallest=620,
        marks=("main .notice--good",),
    ),
    Picture(
        "officer-entries", OFFICER, f"{ours}entries/", tallest=820,
        marks=("main table >> nth=0", "main table >> nth=1"),
    ),
    Picture(
        "officer-named", OFFICER, f"{ours}named-entries/", width=1280, tallest=640,
        marks=("main .top__actions a:text('Order named entries')", "main th:has-text('State')"),
    ),
    Picture(
        "officer-claim", OFFICER, f"{ours}claims/",
        ("main .card a.govuk-button",),
        tallest=860, marks=("#short", "main .ticks", "main aside .card >> nth=0"),
    ),
    Picture(
        "officer-certificates", OFFICER, f"{ours}certificates/", tallest=640,
        marks=("main .top__actions a", "main th:text('State')"),
    ),
    # The moderator
    Picture(
        "moderator-claims", MODERATOR, "/moderation/", marks=("main th:text('Next step')",), tallest=760,
    ),
    Picture(
        "moderator-sample", OTHER_MODERATOR, "/moderation/", ("main tr:has-text('Check the proposed sample') a",),
        crop=("main h2:text('Sample')", "main form"), tallest=760,
        marks=("main th:text('Why it is in the sample')", "main button:text('Send sample')"),
    ),
    Picture(
        "moderator-line", MODERATOR, "/moderation/",
        ("main tr:has-text('sampled lines decided') a", "main a:text('Continue with the sample')"),
        width=1280, tallest=740, marks=(".pane >> nth=0", ".pane .sheet-form"),
    ),
    Picture(
        "moderator-conclude", MODERATOR, "/moderation/", ("main tr:has-text('sampled lines decided') a", "./conclude/"),
        tallest=760, marks=("main section.card",),
    ),
]  # fmt: skip
NAMES = {picture.name for picture in PICTURES}
