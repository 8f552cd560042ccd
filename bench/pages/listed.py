"""Which pages are measured, as whom, and what each may cost."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from candidates.models import Candidate, NamedEntry
from centres.models import Centre
from moderation.models import Claim, ClaimLine
from portfolios.models import Assignment

from .budgets import HOME, LIST, MARKING, THIN
from .sizes import CENTRE, MODERATOR, OFFICER, STAFF, TUTOR

LAST = "page=99999"  # paging answers with the last page there is
TABS = ["waiting", "working", "achieved", "claimed", "all"]
SORTS_OF_WORK = ["handed_in", "name", "unit", "due"]
SORTS_OF_CANDIDATES = ["number", "signed_in", "-signed_in", "work", "-work"]
ADMIN_LISTS = {
    "Judgements": "portfolios_judgement",
    "Evidence": "portfolios_evidence",
    "Assignments": "portfolios_assignment",
    "Audit trail": "kit_event",
    "Outbox": "kit_outboxentry",
}


@dataclass(frozen=True)
class Listed:
    """A page: what it is called in the table, its kind (of budgets.py, or empty), who opens it, its address."""

    name: str
    kind: str
    who: str
    path: str


def pages() -> Iterator[Listed]:
    """All of them, with the addresses that they have in this database."""
    centre = Centre.objects.get(number=CENTRE)
    yield from _homes()
    yield from _work(centre)
    yield from _candidates(centre)
    yield from _claims(centre)
    yield from _moderation()
    yield from _admin()


def _homes() -> Iterator[Listed]:
    candidate = _busy_candidate().user.sign_in_name
    yield Listed("Thin page: my account", THIN, TUTOR, reverse("account-home"))
    yield Listed("Home of the exams officer", HOME, OFFICER, reverse("home"))
    yield Listed("Home of a tutor", HOME, TUTOR, reverse("home"))
    yield Listed("Home of a candidate", HOME, candidate, reverse("my-work"))
    yield Listed("Home of a moderator", HOME, MODERATOR, reverse("home"))
    yield Listed("Home of staff", HOME, STAFF, reverse("home"))
    yield Listed("A candidate’s certificates", LIST, candidate, reverse("my-certificates"))


def _busy_candidate() -> Candidate:
    """One with certificates and work on a claim."""
    return Candidate.objects.select_related("user").order_by("number")[0]


def _work(centre: Centre) -> Iterator[Listed]:
    to_mark = reverse("to-mark", args=[centre.number])
    for tab in TABS:
        yield Listed(f"To mark, {tab}", LIST, TUTOR, f"{to_mark}?show={tab}")
    for sort in SORTS_OF_WORK:
        yield Listed(f"To mark, all by {sort}", LIST, TUTOR, f"{to_mark}?show=all&sort={sort}")
    yield Listed("To mark, waiting, last page", LIST, TUTOR, f"{to_mark}?show=waiting&{LAST}")
    yield Listed("To mark, all, last page", LIST, TUTOR, f"{to_mark}?show=all&{LAST}")
    yield Listed("To mark, all, by a name", LIST, TUTOR, f"{to_mark}?show=all&find=megan+evans")
    group = centre.groups.order_by("pk")[0]
    yield Listed("To mark, all, of a group", LIST, TUTOR, f"{to_mark}?show=all&group={group.pk}")
    progress = reverse("progress", args=[centre.number])
    yield Listed("Progress", LIST, TUTOR, progress)
    yield Listed("Progress, last page", LIST, TUTOR, f"{progress}?{LAST}")
    talk = reverse("centre-messages", args=[centre.number])
    yield Listed("Messages of the centre", LIST, TUTOR, talk)
    yield Listed("Messages, unread", LIST, TUTOR, f"{talk}?show=unread")
    yield Listed("Messages, last page", LIST, TUTOR, f"{talk}?{LAST}")
    waiting = Assignment.objects.filter(state="handed_in").order_by("pk")[0]
    returned = Assignment.objects.filter(state="returned").order_by("pk")[0]
    yield Listed("Marking page", MARKING, TUTOR, reverse("marking", args=[waiting.pk]))
    yield Listed("Marking page, judged in part", MARKING, TUTOR, reverse("marking", args=[returned.pk]))
    yield Listed("One unit’s page, as its tutor", MARKING, TUTOR, reverse("assignment", args=[returned.pk]))


def _candidates(centre: Centre) -> Iterator[Listed]:
    listed = reverse("candidates", args=[centre.number])
    yield Listed("Candidates", LIST, OFFICER, listed)
    for sort in SORTS_OF_CANDIDATES:
        yield Listed(f"Candidates by {sort}", LIST, OFFICER, f"{listed}?sort={sort}")
    yield Listed("Candidates, last page", LIST, OFFICER, f"{listed}?{LAST}")
    yield Listed("Candidates with work to mark", LIST, OFFICER, f"{listed}?work=to_mark")
    yield Listed("Candidates by a name", LIST, OFFICER, f"{listed}?find=megan+evans")
    yield Listed("One candidate", LIST, OFFICER, _busy_candidate().get_absolute_url())
    yield Listed("Likely duplicates", LIST, OFFICER, reverse("candidate-duplicates", args=[centre.number]))
    yield Listed("Groups", LIST, OFFICER, reverse("groups", args=[centre.number]))
    yield Listed("candidates.csv", "", OFFICER, reverse("candidates-export", args=[centre.number]))
    for name, route in (("Entries", "entries"), ("Orders", "orders"), ("Named entries", "named-entries")):
        yield Listed(name, LIST, OFFICER, reverse(route, args=[centre.number]))
        yield Listed(f"{name}, last page", LIST, OFFICER, f"{reverse(route, args=[centre.number])}?{LAST}")
    entry = NamedEntry.objects.order_by("pk")[0]
    yield Listed("A named entry", LIST, OFFICER, entry.get_absolute_url())
    yield Listed("entries.csv", "", OFFICER, reverse("entries-csv", args=[centre.number]))
    yield Listed("named-entries.csv", "", OFFICER, reverse("named-entries-csv", args=[centre.number]))


def _claims(centre: Centre) -> Iterator[Listed]:
    yield Listed("Claims", LIST, OFFICER, reverse("claims", args=[centre.number]))
    draft = _claim("draft").get_absolute_url()
    yield Listed("A draft claim", LIST, OFFICER, draft)
    yield Listed("A draft claim by candidate, last page", LIST, OFFICER, f"{draft}?by=candidate&{LAST}")
    yield Listed("Its submit page", LIST, OFFICER, reverse("claim-submit", args=[_claim("draft").pk]))
    yield Listed("A claim in moderation", LIST, OFFICER, _claim("in_moderation").get_absolute_url())
    concluded = _claim("concluded").get_absolute_url()
    yield Listed("A concluded claim", LIST, OFFICER, concluded)
    yield Listed("A concluded claim, last page", LIST, OFFICER, f"{concluded}?{LAST}")
    certificates = reverse("certificates", args=[centre.number])
    yield Listed("Certificates", LIST, OFFICER, certificates)
    yield Listed("Certificates, last page", LIST, OFFICER, f"{certificates}?{LAST}")


def _claim(state: str) -> Claim:
    return Claim.objects.get(state=state)


def _moderation() -> Iterator[Listed]:
    reviewed, proposed = _claim("in_moderation"), _claim("sample_proposed")
    yield Listed("A moderator’s claims", LIST, MODERATOR, reverse("moderator-claims"))
    for name, claim in (("in moderation", reviewed), ("sample proposed", proposed)):
        path = reverse("moderation-claim", args=[claim.pk])
        yield Listed(f"A moderated claim, {name}", LIST, MODERATOR, path)
    line = ClaimLine.objects.filter(claim=reviewed).exclude(sampled=None).order_by("pk")[0]
    yield Listed("A moderated line", MARKING, MODERATOR, reverse("moderated-line", args=[line.pk]))
    yield Listed("The conclude page", LIST, MODERATOR, reverse("claim-conclude", args=[reviewed.pk]))


def _admin() -> Iterator[Listed]:
    yield Listed("Admin: index", LIST, STAFF, reverse("admin:index"))
    for name, model in ADMIN_LISTS.items():
        listed = reverse(f"admin:{model}_changelist")
        yield Listed(f"Admin: {name}", LIST, STAFF, listed)
