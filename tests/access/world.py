"""Two centres, two moderators, and one of everything a page can be about."""

from dataclasses import dataclass, field

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from candidates import actions as candidate_actions
from candidates.importing import guess
from centres import actions as centre_actions
from moderation import rules
from moderation.awards import numbers
from moderation.awards.models import Certificate
from portal.accounts import actions as account_actions
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.demo import evidence as demo_evidence
from portal.guide import pdf as guide_pdf
from portal.guide.contents import GUIDES
from portal.kit import outbox
from portal.kit.models import OutboxEntry
from portfolios import actions as portfolio_actions
from tests.factories import accounts, candidates, catalogue, centres, moderation, noticeboard, portfolios

CSV = "Candidate number,First names,Last name,Date of birth\n7001,Ffion,Morgan,01/02/2010\n"


@dataclass
class World:
    """`people`: who makes requests. About things of *our* centre: `arguments`, {page: its address's arguments}, and
    `data`, {page: what is posted to it}."""

    people: dict[str, User | None] = field(default_factory=dict)
    arguments: dict[str, list] = field(default_factory=dict)
    data: dict[str, dict | str] = field(default_factory=dict)


def two_centres() -> World:
    """Build it. Everything that pages show belongs to our centre; the other centre has people like ours."""
    ours, theirs = centres.centre(name="Our centre"), centres.centre(name="Their centre")
    unit = catalogue.unit()
    catalogue.checklist(unit=unit)
    qualification = unit.qualification
    people = _people(ours, theirs, qualification)
    order = centres.order(ours, qualification)
    sent = centres.order(ours, qualification)
    processed = centres.entries(ours, qualification, 10)
    centre_actions.submit_order(sent, by=people["our_exams_officer"])

    letter = centre_actions.approve_application(
        centres.application(centre=ours, by=people["our_head"]), by=people["staff"]
    ).approval_letters.get()
    application = centres.draft_application(centre=ours)
    attachment = centre_actions.attach(
        application, SimpleUploadedFile("letter.txt", b"We approve."), by=people["our_head"]
    )
    link = centre_actions.send_application_link("new@example.org")

    candidate = candidates.candidate(ours, password="long enough")
    work = portfolios.assignment(candidate, unit)
    evidence = portfolios.evidence(work, file=_picture())
    begun = portfolios.begun_upload(work)
    bulk = portfolios.bulk(ours, by=people["our_tutor"])
    removed = portfolios.evidence(work)
    portfolio_actions.remove_evidence(removed, by=candidate.user)
    again = portfolios.handed_in(candidate, catalogue.unit(qualification=qualification))
    waiting = portfolios.handed_in(candidates.candidate(ours), unit)
    achieved = portfolios.achieved(candidates.candidate(ours), unit)
    version = evidence.current
    zipped = portfolios.evidence(work, file=_website()).current
    group = candidates.group(ours, candidate)
    unused = candidates.candidate(ours)
    candidate_actions.issue_slips([unused], by=people["our_exams_officer"])
    size = catalogue.size()
    named = candidates.named_entry(ours, size, candidate)
    naming = candidates.named_order(ours, size)
    checked, alike = _checked(ours, unused, by=people["our_exams_officer"])

    moderator = people["our_moderator"]
    reviewed = moderation.claim_in_moderation(1, at=ours, unit=unit, by=moderator, file=_picture)
    line = reviewed.lines.get()
    frozen = line.assignment.evidence.get().current
    site = moderation.claim_in_moderation(1, at=ours, unit=unit, by=moderator, file=_website)
    proposed = moderation.submitted_claim(1, at=ours, unit=unit)
    certificate = (
        moderation.certificated_claim(1, at=ours, unit=unit, by=moderator).lines.get().certificates.get()
    )
    refused = moderation.concluded_claim(1, at=ours, unit=unit, by=moderator, outcome="not_agreed")
    moderation.judged_again(refused)
    claimed_again = moderation.claimed_again(refused).lines.get()
    draft = moderation.draft_claim(1, at=ours, unit=unit)
    for kind in (
        "propose-sample",
        "print-certificate",
        "print-statement",
        "print-invoice",
        "print-approval-letter",
        "make-preview",
    ):
        for entry in OutboxEntry.objects.filter(kind=kind, state="due"):
            outbox.work(entry.pk)
    certificate = Certificate.objects.get(pk=certificate.pk)

    tutor_guide = GUIDES["tutor"]
    default_storage.save(guide_pdf.name_of(tutor_guide), ContentFile(b"%PDF-1.7"))  # drawing takes seconds

    people |= {"our_candidate": candidate.user, "other_candidate": unused.user}
    tutor = ours.memberships.get(user=people["our_tutor"])
    offer = centres.offer(ours, by=people["our_exams_officer"])
    invitation = account_actions.invite(accounts.adult(password=None), by=people["staff"])
    number = [ours.number]
    about = {
        "qualification": [qualification.code], "unit": [unit.code],
        "guide": ["tutor"], "guide-part": ["tutor", "marking"], "guide-pdf": ["tutor"],
        "invitation": [invitation.pk, invitation.token],
        "reset-password": [1, "no-such-key"],
        "second-step-remove": [1],
        "person": [*number, tutor.user.pk], "person-end": [*number, tutor.user.pk],
        "person-reset": [*number, tutor.user.pk], "role-offer": [offer.pk, offer.token],
        "role-offer-again": [*number, offer.pk], "role-offer-end": [*number, offer.pk],
        "application-open": [link.pk, link.token],
        "application-part": [application.pk, "people"],
        "attachment": [application.pk, attachment.pk],
        "attachment-remove": [application.pk, attachment.pk],
        "approval-letter": [*number, letter.number],
        "order": [*number, order.pk], "order-edit": [*number, order.pk], "order-submit": [*number, order.pk],
        "order-delete": [*number, order.pk], "order-withdraw": [*number, sent.pk],
        "invoice": [*number, processed.invoice.number],
        "statement": [*number, processed.statement.number],
        "named-entry": [*number, named.pk],
        "named-entry-withdraw": [*number, named.pk], "named-entry-transfer": [*number, named.pk],
        "order-names": [*number, naming.pk], "order-names-add": [*number, naming.pk],
        "order-names-file": [*number, naming.pk],
        "group": [*number, group.pk], "group-edit": [*number, group.pk],
        "slips": [*number, group.pk], "slips-issue": [*number, group.pk], "slips-pdf": [*number, group.pk],
        "candidate-slip": [*number, unused.number],
        "marking": [waiting.pk], "return-work": [waiting.pk], "record-achieved": [achieved.pk],
        "evidence-restore": [removed.pk],
        "work-zip": [work.pk], "round": [again.pk, 1], "round-zip": [again.pk, 1], "line-zip": [line.pk],
        "uploads": [work.pk], "upload": [begun.key], "upload-remove": [begun.pk],
        "bulk-upload": [bulk.pk], "bulk-upload-add": [bulk.pk], "bulk-upload-parts": [bulk.pk],
        "bulk-upload-leave-out": [bulk.pk],
        "evidence-file": [version.pk], "rendition": [version.pk, 1],
        "evidence-site": [zipped.pk], "preview-again": [version.pk],
        "moderation-claim": [reviewed.pk], "claim-conclude": [reviewed.pk], "sample-send": [proposed.pk],
        "sample-drop": [proposed.lines.get().pk],
        "claim-group": [reviewed.pk, rules.Review(reviewed).groups[0].key],
        "earlier-line": [claimed_again.pk, refused.lines.get().pk],
        "earlier-zip": [claimed_again.pk, refused.lines.get().pk],
        "moderated-line": [line.pk], "line-file": [frozen.pk], "line-rendition": [frozen.pk, 1],
        "line-site": [site.lines.get().assignment.evidence.get().current.pk],
        "certificate-download": [certificate.number],
        "check-certificate": [certificate.number, numbers.seal(certificate.number)],
    }  # fmt: skip
    about |= _notices(qualification, by=people["our_exams_officer"])
    for page in ("candidate", "candidate-edit", "candidate-code"):
        about[page] = [*number, candidate.number]
    about["candidate-import-duplicates"] = [*number, alike.pk]
    for page in ("merge", "different"):
        about[f"candidate-{page}"] = [*number, candidate.number, unused.number]
    for page in ("", "-columns", "-complete", "-discard", "-names", "-problems"):
        about[f"candidate-import{page}"] = [*number, checked.pk]
    for page in ("", "-check", "-answer", "-withdraw"):
        about[f"application{page}"] = [application.pk]
    kept = portfolios.in_workspace(candidate)
    for page in ("add", "delete", "file", "rename"):
        about[f"workspace-{page}"] = [kept.pk]
    for page in ("plan", "plan-comment", "review", "review-comment", "check", "feedback", "messages"):
        about[f"work-{page}"] = [work.pk]
    for page in ("assignment", "evidence-add", "hand-in"):
        about[page] = [work.pk]
    for page in ("edit", "remove", "replace", "view"):
        about[f"evidence-{page}"] = [evidence.pk]
    for page in ("claim", "claim-lines", "claim-submit", "claim-discard", "claim-sheet", "batch-header"):
        about[page] = [draft.pk]
    for page in (
        "centre", "centre-apply", "people", "person-add", "orders", "order-new", "entries",
        "entries-csv", "entries-pdf", "welcome-pack", "claim-sheet-blank", "batch-header-blank", "candidates",
        "candidate-add", "candidate-import-new", "candidate-import-template", "groups", "group-add", "to-mark",
        "candidates-export", "candidate-duplicates", "holding-list", "slips-all", "slips-issue-all", "slips-pdf-all",
        "assign-unit", "progress", "bulk-uploads", "centre-messages", "claims", "claim-start", "certificates",
        "certificates-zip", "named-entries", "named-entries-csv", "named-order-new",
    ):  # fmt: skip
        about[page] = number
    data = {
        "claim-start": {"qualification": qualification.code},
        "work-plan-comment": {"text": "For whom?"},
        "work-review-comment": {"text": "Who tried it?"},
        "uploads": "application/octet-stream",
        "bulk-upload-parts": "application/octet-stream",
    }
    return World(people, about, data)


def _checked(ours, candidate, *, by):
    """Two files whose columns are matched: one that can be imported, one with a likely duplicate of `candidate`."""
    again = CSV.replace("Ffion,Morgan,01/02/2010", f"Megan,{candidate.last_name},14/03/2010")
    for text in (CSV, again):
        file = candidate_actions.upload_import(ours, file_name="a.csv", text=text, by=by)
        candidate_actions.check_import(file, guess(file.headings, {}), by=by)
        yield file


def _notices(qualification, *, by) -> dict[str, list]:
    """A notice for tutors of our qualification, a training event, and what our exams officer asked."""
    item = noticeboard.news_item(qualification, audience="tutors")
    date = noticeboard.key_date(qualification, audience="tutors")
    event, place, asked = (
        noticeboard.training_event(),
        noticeboard.interest(by=by),
        noticeboard.enquiry(by=by),
    )
    training = ("training-event", "training-event-calendar", "training-interest", "training-interest-sent")
    return {
        "news-item": [item.pk],
        "key-date-calendar": [date.pk],
        **{page: [event.pk] for page in training},
        **{page: [place.pk, place.token] for page in ("interest", "interest-withdraw")},
        "enquiry": [asked.reference, asked.token],
    }


def _website():
    return SimpleUploadedFile("site.zip", demo_evidence.website(1, "Fair"))


def _picture():
    return SimpleUploadedFile("poster.jpg", demo_evidence.picture(1, "Poster", size=(300, 400)))


def _people(ours, theirs, qualification) -> dict[str, User | None]:
    other = moderation.moderator(theirs, qualification).user
    centres.person(ours)  # so that our exams officer is not the last one
    return {
        "anonymous": None,
        "our_exams_officer": centres.person(ours),
        "our_tutor": centres.person(ours, Role.TUTOR),
        "our_head": centres.person(ours, Role.HEAD_OF_CENTRE),
        "their_exams_officer": centres.person(theirs),
        "our_moderator": moderation.moderator(ours, qualification).user,
        "other_moderator": other,
        "staff": accounts.staff(),
    }
