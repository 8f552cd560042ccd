"""The first three stages: centres are approved, order entries and add their candidates."""

from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import cache
from unittest.mock import patch

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import update_last_login

from candidates import actions as candidate_actions
from candidates.importing import guess, read_rows
from candidates.models import Candidate, CandidateImport, Group
from centres import actions as centre_actions
from centres.models import Application, EntryOrder, Fee, RoleOffer
from moderation import actions as moderation_actions
from moderation.models import Conflict, Moderator
from portal.accounts.actions import accept_invitation, create_person
from portal.accounts.models import User
from portal.accounts.staff_group import load_staff_group
from portal.catalogue.models import Qualification

from . import PASSWORD, named, people
from .notices import notices
from .people import CENTRES, CWM_TAWE, HARBOUR, KWAME, NORTHFIELD, PATRICIA, RUTH, SALTMARSH, SANJAY

PRICE = Decimal("12.00")  # a placeholder (domain reference 8)


@contextmanager
def one_hash():
    """Hash the shared password only once: argon2 takes a quarter of a second for each of fifty people."""
    hashed = cache(make_password)
    with patch(
        "django.contrib.auth.base_user.make_password",
        lambda raw: hashed(raw) if raw == PASSWORD else make_password(raw),
    ):
        yield


def level(number: int) -> Qualification:
    return Qualification.objects.get(code=f"IMEDIA-L{number}")


# --- approved -----------------------------------------------------------------------------------


def approved() -> None:
    """Staff, moderators and the noticeboard; three centres approved with their people; one application waiting."""
    _awarding_body()
    for given in CENTRES:
        centre_actions.approve_application(_apply(given), by=KWAME.user)
        _join(given.row.role_offers.get())
        for adult, role in given.staff:
            offer = centre_actions.offer_roles(
                given.row, name=adult.name, email=adult.email, roles=[role], by=given.exams_officer.user
            )
            if given is not NORTHFIELD:  # its people have not answered yet
                _join(offer)
    _apply(SALTMARSH)
    _moderators()
    notices()


def _applied_for(given: people.DemoCentre) -> list[Qualification]:
    """iMedia at some levels; Harbour teaches a Cambridge Technical as well."""
    return [*map(level, given.levels), *([named.subject()] if given is HARBOUR else [])]


def _awarding_body() -> None:
    User.objects.create_superuser(PATRICIA.email, PASSWORD, name=PATRICIA.name)
    _add_person(KWAME, is_staff=True).groups.add(load_staff_group())
    for qualification in Qualification.objects.filter(code__startswith="IMEDIA-"):
        Fee.objects.create(qualification=qualification, price=PRICE, valid_from=date(2020, 9, 1))
    named.fees()


def _add_person(adult: people.Adult, **values) -> User:
    user = create_person(User(name=adult.name, email=adult.email, **values), by=PATRICIA.user)
    _accept(user)
    return user


def _apply(given: people.DemoCentre) -> Application:
    """The head of centre applies without an account: by the link, part by part."""
    link = centre_actions.send_application_link(given.head.email)
    assert link  # noqa: S101 - there is none only after too many in an hour
    application = centre_actions.open_by_link(link)
    answers = {
        "centre_name": given.name,
        "centre_kind": given.kind,
        "centre_number": given.number,
        "address": given.address,
        "head_of_centre": given.head.name,
        "contact_name": given.exams_officer.name,
        "contact_email": given.exams_officer.email,
        "coordinator_name": given.coordinator.name,
        "coordinator_email": given.coordinator.email,
        "qualifications": _applied_for(given),
        "staffing": given.staffing,
        "equipment": given.equipment,
        "site_contact": f"The office of {given.name}",
        "approved_elsewhere": Application.Elsewhere.NO,
    }
    centre_actions.save_answers(application, answers, by=None)
    centre_actions.submit_application(application, declared_by=given.head.name, by=None)
    return application


def _accept(user: User) -> None:
    accept_invitation(user.invitations.get(ended_at=None), PASSWORD)
    update_last_login(User, user)


def _join(offer: RoleOffer) -> None:
    user = centre_actions.join_by_offer(offer, PASSWORD)
    update_last_login(User, user)


def _moderators() -> None:
    """Ruth moderates Harbour and Northfield, Sanjay Cwm Tawe; he may not see Harbour's work."""
    by = KWAME.user
    for adult, centres in ((RUTH, [HARBOUR, NORTHFIELD]), (SANJAY, [CWM_TAWE])):
        moderator = Moderator(user=_add_person(adult))
        moderation_actions.appoint(moderator, by=by)
        for given in centres:
            for number in given.levels:
                moderation_actions.allocate(moderator, given.row, level(number), by=by)
    conflict = Conflict(
        moderator=SANJAY.user.moderator,
        centre=HARBOUR.row,
        reason="His daughter is a student of the college.",
    )
    moderation_actions.record_conflict(conflict, by=by)


# --- entries ------------------------------------------------------------------------------------


def entries() -> None:
    """Two centres have their entries; Northfield's first order is waiting to be processed."""
    for given, order_number, quantities in (
        (HARBOUR, "HSFC-2026-0417", {2: 16, 3: 12}),
        (CWM_TAWE, "YGCT/114", {1: 6, 2: 10}),
    ):
        order = _order(given, order_number, quantities)
        centre_actions.process_order(order, by=KWAME.user)
    _order(NORTHFIELD, "PO 20931", {2: 15})


def _order(given: people.DemoCentre, order_number: str, quantities: dict[int, int]) -> EntryOrder:
    by = given.exams_officer.user
    order = centre_actions.save_order(
        EntryOrder(centre=given.row, order_number=order_number),
        {level(number): quantity for number, quantity in quantities.items()},
        by=by,
    )
    centre_actions.submit_order(order, by=by)
    return order


# --- candidates ---------------------------------------------------------------------------------


def candidates() -> None:
    """Harbour's and Northfield's are added by hand, Cwm Tawe's from a file that is right the second time.

    All get a slip with a one-time code.
    """
    for given in (HARBOUR, NORTHFIELD):
        _add_by_hand(given)
    _import(CWM_TAWE)
    named.entered()
    for given in CENTRES:
        candidate_actions.issue_slips(
            given.row.candidates.select_related("user"), by=given.exams_officer.user
        )


def _add_by_hand(given: people.DemoCentre) -> None:
    by, centre = given.exams_officer.user, given.row
    rows, _ = read_rows(given.candidates)
    members: dict[str, list[Candidate]] = {}
    for row in rows:
        candidate = Candidate(
            centre=centre,
            number=row.number,
            first_names=row.first_names,
            last_name=row.last_name,
            known_as=row.known_as,
            date_of_birth=row.date_of_birth,
        )
        candidate_actions.add_candidate(candidate, by=by)
        members.setdefault(row.group, []).append(candidate)
    for name, found in members.items():
        group = candidate_actions.save_group(Group(centre=centre, name=name), by=by)
        candidate_actions.set_members(group, found, by=by)


def _import(given: people.DemoCentre) -> None:
    by, centre = given.exams_officer.user, given.row
    first = _checked(centre, "disgyblion.csv", people.CWM_TAWE_FIRST_TRY, by=by)
    first.move("discard", by=by)
    second = _checked(centre, "disgyblion-2.csv", given.candidates, by=by)
    candidate_actions.start_import(second, by=by)
    candidate_actions.complete_import(second)


def _checked(centre, file_name: str, text: str, *, by) -> CandidateImport:
    """A file with its columns matched by their headings."""
    file = candidate_actions.upload_import(centre, file_name=file_name, text=text, by=by)
    candidate_actions.check_import(file, guess(file.headings, {}), by=by)
    return file
