"""A centre's whole journey over HTTP, without script: from its application to checked certificates."""

import re
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from centres.models import Application, Centre, EntryAccount, EntryOrder
from moderation.awards.models import Certificate
from moderation.models import Claim, ClaimLine
from portal.accounts.roles import Role
from portal.catalogue.models import Award
from portal.kit import outbox
from portfolios import rules
from portfolios.models import Assignment
from tests.factories import accounts, catalogue, centres, moderation, portfolios

pytestmark = pytest.mark.django_db

CSV = """Candidate number,First names,Last name,Known as,Date of birth,Group
0001,Ffion Haf,Llewelyn,Ffi,14/03/2010,12A
0002,Łukasz,Wiśniewski,,02/11/2009,12A
"""
PASSWORD = "a long enough password"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def admin_action(staff: Client, row, name: str, **typed):
    """Run an admin action on one row, filling in its reason page."""
    model = row._meta
    url = reverse(f"admin:{model.app_label}_{model.model_name}_changelist")
    answer = staff.post(url, {"action": name, "_selected_action": [row.pk], **typed}, follow=True)
    assert answer.status_code == 200


def apply_and_be_approved(staff: Client, qualification) -> tuple[Client, Centre]:
    """The exams officer, signed in through the invitation, and the new centre."""
    applicant = Client()
    applicant.post(reverse("apply"), {"email": "nia@llanfair.example"})
    outbox.work_all()
    link = re.search(r"(/apply/open/\S+)", mail.outbox[-1].body).group(1)
    applicant.post(applicant.get(link).url)
    application = Application.objects.get()
    for part, typed in {
        "centre": {"centre_name": "Ysgol Gyfun Llanfair", "centre_kind": "school", "address": "Heol Fawr"},
        "people": {
            "head_of_centre": "Nia Rees", "contact_name": "Huw Jones", "contact_email": "huw@llanfair.example",
            "coordinator_name": "Ann Rhys", "coordinator_email": "ann@llanfair.example",
        },
        "qualifications": {"qualifications": [qualification.pk]},
        "teaching": {"staffing": "Two tutors", "equipment": "Thirty computers", "site_contact": "The office"},
        "approvals": {"approved_elsewhere": "no"},
    }.items():  # fmt: skip
        applicant.post(reverse("application-part", args=[application.pk, part]), typed)
    declared = {"declared_by": "Nia Rees", "declaration": "on"}
    applicant.post(reverse("application-check", args=[application.pk]), declared)
    decision = {"approved": [qualification.pk], "number": "10001", "confirmed": "yes"}
    staff.post(reverse("admin:centres_application_decide", args=[application.pk]), decision)
    outbox.work_all()
    return accept_invitation("huw@llanfair.example"), Centre.objects.get()


def accept_invitation(email: str) -> Client:
    body = next(
        message.body
        for message in reversed(mail.outbox)
        if message.to == [email] and "/invitation/" in message.body
    )
    path = re.search(r"(/invitation/\S+)", body).group(1)
    client = Client()
    page = client.get(path, follow=True)
    form = page.context["form"]
    client.post(page.request["PATH_INFO"], dict.fromkeys(form.fields, PASSWORD))
    assert client.get(reverse("home")).context["user"].email == email
    return client


def order_entries(officer: Client, staff: Client, centre: Centre, qualification, quantity: int) -> None:
    typed = {"order_number": f"PO-{quantity}", f"quantity_{qualification.pk}": quantity}
    officer.post(reverse("order-new", args=[centre.number]), typed)
    order = EntryOrder.objects.get(order_number=f"PO-{quantity}")
    page = reverse("order-submit", args=[centre.number, order.pk])
    officer.post(page, {"total": officer.get(page).context["total"]})
    admin_action(staff, order, "process", confirmed="yes")


def import_candidates(officer: Client, centre: Centre) -> None:
    upload = BytesIO(CSV.encode())
    upload.name = "candidates.csv"
    answer = officer.post(reverse("candidate-import-new", args=[centre.number]), {"file": upload})
    columns = officer.get(answer.url).context["form"]
    file = officer.post(answer.url, {name: columns[name].initial for name in columns.fields}).url
    officer.post(file + "complete/")
    outbox.work_all()
    group = centre.groups.get()
    officer.post(reverse("slips-issue", args=[centre.number, group.pk]))


def first_sign_in(centre: Centre, number: str) -> Client:
    """The candidate, signed in with the code on the slip and their own password."""
    code = centre.candidates.get(number=number).user.signincodes.get().code
    client = Client()
    where = {"centre_number": centre.number, "candidate_number": number}
    answer = client.post(reverse("sign-in-candidate"), {**where, "secret": code}, follow=True)
    form = answer.context["form"]
    client.post(reverse("choose-password"), dict.fromkeys(form.fields, PASSWORD))
    assert Client().post(reverse("sign-in-candidate"), {**where, "secret": PASSWORD}).status_code == 302
    return client


def do_the_work(by: Client, work: Assignment) -> None:
    criteria = [criterion.pk for criterion in rules.criteria_of(work)]
    by.post(reverse("evidence-add", args=[work.pk]), {"files": portfolios.text_file(), "criteria": criteria})
    outbox.work_all()
    by.post(reverse("hand-in", args=[work.pk]), {"agreed": "on", "ai_use": "none"})


def mark(tutor: Client, work: Assignment) -> None:
    page = tutor.get(reverse("marking", args=[work.pk]))
    typed = {}
    for criterion in rules.criteria_of(work):
        typed |= {
            f"c{criterion.pk}-outcome": "met",
            f"c{criterion.pk}-comment": "Seen.",
            f"c{criterion.pk}-seen": 0,
        }
    assert page.status_code == 200
    tutor.post(reverse("marking", args=[work.pk]), typed)
    tutor.post(reverse("record-achieved", args=[work.pk]), {"comment": "Well done.", "is_authentic": "on"})


def test_from_application_to_certificates():
    qualification = catalogue.qualification()
    units = [catalogue.unit(qualification=qualification, is_mandatory=number == 0) for number in range(3)]
    for unit in units:
        catalogue.checklist(unit=unit)
    catalogue.award(qualification=qualification, kind=Award.Kind.CERTIFICATE, title="Level 2 Certificate")
    centres.fee(qualification)
    staff = signed_in(accounts.staff())

    officer, centre = apply_and_be_approved(staff, qualification)
    order_entries(officer, staff, centre, qualification, 3)
    officer.post(
        reverse("person-add", args=[centre.number]),
        {"name": "Tom Tutor", "email": "tom@llanfair.example", "roles": [Role.TUTOR]},
    )
    outbox.work_all()
    tutor = accept_invitation("tom@llanfair.example")
    import_candidates(officer, centre)

    for unit in units:
        url = reverse("assign-unit", args=[centre.number]) + f"?unit={unit.code}"
        tutor.post(url, {"groups": [centre.groups.get().pk], "candidates": ""})
    assert Assignment.objects.count() == 6
    ffion = first_sign_in(centre, "0001")
    for work in Assignment.objects.filter(candidate__number="0001"):
        do_the_work(ffion, work)
    without_internet = Assignment.objects.get(candidate__number="0002", unit=units[0])
    do_the_work(tutor, without_internet)
    assert without_internet.evidence.get().is_on_behalf
    for work in Assignment.objects.awaiting_marking():
        mark(tutor, work)
    achieved = Assignment.objects.filter(state="achieved")
    assert achieved.count() == 4

    officer.post(reverse("claim-start", args=[centre.number]), {"qualification": qualification.code})
    claim = Claim.objects.get()
    keys = [work.pk for work in achieved]
    officer.post(reverse("claim-lines", args=[claim.pk]), {"shown": keys, "work": keys})
    ticks = {"is_authenticated": "on", "is_standardised": "on"}
    officer.post(reverse("claim-submit", args=[claim.pk]), ticks)
    claim.refresh_from_db()
    assert claim.state == "draft", "three entries do not cover four lines"
    order_entries(officer, staff, centre, qualification, 2)
    officer.post(reverse("claim-submit", args=[claim.pk]), ticks)
    outbox.work_all()

    moderator = moderation.moderator(centre, qualification)
    on_screen = signed_in(moderator.user)
    on_screen.post(reverse("sample-send", args=[claim.pk]))
    for line in ClaimLine.objects.all():
        refused = line.assignment == without_internet
        typed = {
            "outcome": "not_agreed" if refused else "agreed",
            "comment": "1.2 is not evidenced." if refused else "",
        }
        on_screen.post(reverse("moderated-line", args=[line.pk]), typed)
    on_screen.post(reverse("claim-conclude", args=[claim.pk]), {"report": "Accurate on the whole."})
    outbox.work_all()

    claim.refresh_from_db()
    assert claim.state == "concluded"
    issued = sorted(Certificate.objects.values_list("title", "certificate_name", "awarded_on"))
    assert issued == sorted(
        (title, "Ffion Haf Llewelyn", date.today())
        for title in [*(unit.title for unit in units), "Level 2 Certificate"]
    )
    account = EntryAccount.objects.get()
    assert (account.available, account.reserved, account.used) == (2, 0, 3)
    without_internet.refresh_from_db()
    assert without_internet.state == "handed_in"  # to be judged again

    zipped = ZipFile(BytesIO(officer.get(reverse("certificates-zip", args=[centre.number])).getvalue()))
    for name in zipped.namelist():
        assert "Ffion Haf Llewelyn" in PdfReader(BytesIO(zipped.read(name))).pages[0].extract_text()
    assert len(zipped.namelist()) == 4
    certificate = Certificate.objects.filter(kind="award").get()
    assert ffion.get(certificate.get_absolute_url()).status_code == 200
    answer = Client().post(reverse("check"), {"number": certificate.number, "last_name": "Llewelyn"})
    assert "Level 2 Certificate" in answer.content.decode()
