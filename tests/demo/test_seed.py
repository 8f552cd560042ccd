"""The demo's story: refused in a real portal, the same each time, and complete at its end."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib import admin
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate
from centres.models import Application, Centre, EntryAccount, EntryOrder, LedgerLine, StatementOfEntries
from moderation.awards.models import Certificate, Result
from moderation.models import Claim, ClaimLine
from portal.accounts.models import User
from portal.demo import PASSWORD, people, seed
from portal.files import printing
from portal.kit import outbox
from portal.kit.models import OutboxEntry
from portal.local.faults import claims
from portfolios.models import Assignment, EvidenceVersion
from tests.factories import centres

CHEAP = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # as conftest has it, which comes after `story`


def seed_demo(*arguments: str) -> str:
    """The output of the command."""
    said = StringIO()
    with override_settings(DEMO=True):
        call_command("seed_demo", *arguments, stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_refuses_a_portal_that_is_not_for_a_demo():
    with override_settings(DEMO=False), pytest.raises(CommandError, match="DEMO=1"):
        call_command("seed_demo")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_refuses_a_portal_with_centres():
    centres.centre()
    with pytest.raises(CommandError, match="This portal already has centres"):
        seed_demo()
    assert Centre.objects.count() == 1


@pytest.mark.django_db
def test_stage_is_where_it_stops(tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_SIGN_INS", str(tmp_path / "sign-ins.txt"))
    seed_demo("--stage", "entries", "--work-all")
    assert EntryOrder.objects.filter(state="processed").count() == 2
    assert not Candidate.objects.exists()
    assert not OutboxEntry.objects.exclude(state="done").exists()
    table = (tmp_path / "sign-ins.txt").read_text()
    assert "joanne.whitaker@harbour.example" in table and "Sign in: {site}/sign-in/" in table


@pytest.mark.django_db
def test_what_is_left_to_workers_is_due_from_when_they_can_see_it(monkeypatch):
    """However long the seeding takes, a portal that has just started is ready."""
    told, long_ago = seed.STAGES["approved"], timezone.now() - timedelta(hours=1)

    def slowly():
        told()
        OutboxEntry.objects.update(not_before=long_ago)

    monkeypatch.setitem(seed.STAGES, "approved", slowly)
    seed_demo("--stage", "approved")
    left = OutboxEntry.objects.filter(state="due")
    assert left.exists() and not left.filter(not_before__lte=long_ago).exists()


@pytest.mark.django_db
def test_same_people_each_time():
    def names():
        call_command("load_catalogue", stdout=StringIO())
        with transaction.atomic():
            seed.tell("candidates")
            found = list(Candidate.objects.values_list("user__sign_in_name", "first_names", "date_of_birth"))
            transaction.set_rollback(True)
        return found

    assert names() == names() != []


def test_every_name_can_be_printed():
    for centre in people.CENTRES:
        printing.refuse_unwritable(centre.candidates + centre.name + centre.head.name)


@pytest.mark.django_db
def test_sign_ins_are_shown_where_no_file_is_asked_for(monkeypatch, settings):
    monkeypatch.delenv("DEMO_SIGN_INS", raising=False)
    said = seed_demo("--stage", "approved")
    assert "joanne.whitaker@harbour.example" in said and f"Sign in: {settings.SITE_URL}/sign-in/" in said


@dataclass
class Seeded:
    """The whole story, and the states before the worker's part was done."""

    files: FileSystemStorage
    said: str
    states_before: dict[type, set[str]]


@pytest.fixture(scope="module")
def story(django_db_setup, django_db_blocker, tmp_path_factory):
    media = str(tmp_path_factory.mktemp("demo"))
    files = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": media}}
    }
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(STORAGES={**files, "staticfiles": files["default"]}, PASSWORD_HASHERS=CHEAP):
            said = seed_demo()
            states = {
                model: set(model.objects.values_list("state", flat=True)) for model in (Assignment, Claim)
            }
            outbox.work_all()
        yield Seeded(FileSystemStorage(location=media), said, states)
        transaction.set_rollback(True)


@pytest.fixture
def seeded(story, db):
    return story


def test_three_centres_and_forty_candidates(seeded):
    assert Counter(Candidate.objects.values_list("centre__name", flat=True)) == {
        "Harbour Sixth Form College": 22,
        "Ysgol Gymraeg Cwm Tawe": 12,
        "Northfield Training": 6,
    }
    assert Application.objects.waiting().get().centre_name == "Saltmarsh Community Academy"
    assert EntryOrder.objects.waiting().get().centre.name == "Northfield Training"


def test_every_state_occurs(seeded):
    assert seeded.states_before == {Assignment: set(Assignment.State.values), Claim: set(Claim.State.values)}
    assert set(ClaimLine.objects.values_list("state", flat=True)) == {
        "draft",
        "pending",
        "confirmed",
        "returned",
    }


def test_work_waits_to_be_marked_at_harbour(seeded):
    waiting = Assignment.objects.awaiting_marking().filter(candidate__centre__number=people.HARBOUR.number)
    assert waiting.count() >= 6


def test_what_make_faults_asks_of_claims_is_so_but_for_those_that_are_open(seeded):
    """Their entries are reserved, and their certificates are not printed yet."""
    found = {}
    with connection.cursor() as cursor:
        for what, query in claims.WRONG.items():
            cursor.execute(query)
            (found[what],) = cursor.fetchone()
    open_lines = ClaimLine.objects.filter(state="pending").count()
    assert found == dict.fromkeys(claims.WRONG, 0) | {
        "entries reserved for nothing, or used without a certificate": open_lines
    }


def test_draft_claim_is_short_of_entries(seeded):
    draft = Claim.objects.get(state="draft")
    account = EntryAccount.objects.get(centre=draft.centre, qualification=draft.qualification)
    assert 0 < account.available < draft.lines.count()


def test_ledger_balances(seeded):
    accounts = list(EntryAccount.objects.all())
    assert len(accounts) == 4
    for account in accounts:
        lines = list(account.lines.all())
        balances = (account.available, account.reserved, account.used)
        assert balances == tuple(
            sum(getattr(line, name) for line in lines) for name in ("available", "reserved", "used")
        )
        stock = {
            kind: sum(line.available for line in lines if line.kind == kind)
            for kind in ("grant", "adjust", "cancel")
        }
        assert sum(balances) == sum(stock.values())
    assert LedgerLine.objects.filter(kind="use").count() == Result.objects.count()


def test_one_certificate_a_result_and_the_awards_that_are_met(seeded):
    units = Certificate.objects.filter(kind="unit", supersedes=None)
    assert (
        units.count() == Result.objects.count() == ClaimLine.objects.filter(state="confirmed").count() == 14
    )
    awards = Certificate.objects.filter(kind="award").values_list("award__kind", "candidate__number")
    assert sorted(awards) == [("CERTIFICATE", "0102"), ("DIPLOMA", "0101")]
    assert Certificate.objects.filter(state="replaced").count() == 1


def test_worker_leaves_nothing_undone(seeded):
    assert not OutboxEntry.objects.exclude(state="done").exists()


def test_everything_printed_is_there(seeded):
    printed = [*Certificate.objects.standing(), *StatementOfEntries.objects.all()]
    assert len(printed) == 16 + 4
    assert all(document.pdf and seeded.files.exists(document.pdf.name) for document in printed)


def test_evidence_can_be_seen(seeded):
    versions = EvidenceVersion.objects.select_related("stored").prefetch_related("stored__renditions")
    assert {version.kind for version in versions} == {"picture", "pdf", "audio", "video", "text", "zip"}
    for version in versions:
        assert seeded.files.exists(version.file.name)
        assert version.preview == "ready"
        assert all(not r.file or seeded.files.exists(r.file.name) for r in version.renditions.all())


def test_sign_ins_work(seeded, client):
    assert client.login(username="joanne.whitaker@harbour.example", password=PASSWORD)
    assert client.login(username="10101/0101", password=PASSWORD)


def test_ordinary_staff_are_no_superusers(seeded):
    kwame = User.objects.get(email=people.KWAME.email)
    assert (kwame.is_staff, kwame.is_superuser) == (True, False)
    assert kwame.has_perm("centres.view_ledgerline")
    assert not kwame.has_perm("centres.change_ledgerline")
    assert kwame.has_perm("centres.change_entryorder")


def test_staff_can_open_one_of_every_record_in_the_admin(seeded, client):
    client.force_login(User.objects.get(email=people.PATRICIA.email))
    answers = {}
    for model in admin.site._registry:
        options, record = model._meta, model._default_manager.first()
        page = f"admin:{options.app_label}_{options.model_name}"
        addresses = [
            reverse(f"{page}_changelist"),
            *([reverse(f"{page}_change", args=[record.pk])] if record else []),
        ]
        answers |= {address: client.get(address).status_code for address in addresses}
    assert {address: code for address, code in answers.items() if code != 200} == {}


def test_seeding_twice_refuses(seeded):
    with pytest.raises(CommandError, match="This portal already has centres"):
        seed_demo()
