"""Who gets e-mails about a claim, which claims have no moderator, and who may submit one."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from centres.models import Membership
from moderation import actions, rules
from moderation.models import Claim, Conflict
from portal.accounts.mailing import LETTERS, collect_digests, set_timings
from portal.accounts.models import EMail, Topic
from portal.accounts.roles import PERMISSIONS, Permission, Role
from portal.kit import outbox
from portal.kit.mail import write
from portal.kit.stateful import TransitionRefused
from tests.factories import accounts, centres, portfolios
from tests.factories import moderation as make
from tests.pages import flat

pytestmark = pytest.mark.django_db


def told(kind: str) -> list:
    return list(EMail.objects.filter(kind=kind).values_list("user", flat=True))


def letter(kind: str):
    """Send what is due, and return the only e-mail of that kind."""
    (waiting,) = EMail.objects.filter(kind=kind)
    outbox.work_all()
    subject = write(kind, LETTERS[kind].context(waiting.event)).subject
    (sent,) = [found for found in mail.outbox if (found.to, found.subject) == ([waiting.recipient], subject)]
    return sent


def test_moderator_is_told_of_a_claim_that_was_submitted():
    claim = make.draft_claim(2)
    moderator = make.moderator(claim.centre, claim.qualification)
    actions.submit_claim(claim, by=claim.created_by)
    sent = letter("claim_submitted")
    assert (sent.subject, sent.to) == (f"Claim {claim.number}: ready to moderate", [moderator.user.email])
    assert "with 2 lines." in sent.body
    assert reverse("moderation-claim", args=[claim.pk]) in sent.body


def test_moderator_with_a_conflict_or_a_post_at_the_centre_is_not_told():
    claim = make.draft_claim()
    moderator = make.moderator(claim.centre, claim.qualification)
    Conflict.objects.create(moderator=moderator, centre=claim.centre, reason="Taught there")
    assert rules.moderators_of(claim) == []
    actions.submit_claim(claim, by=claim.created_by)
    assert told("claim_submitted") == []


def test_who_wants_a_digest_gets_it_there():
    claim = make.draft_claim()
    moderator = make.moderator(claim.centre, claim.qualification)
    set_timings(moderator.user, {Topic.CLAIMS: "daily"})
    actions.submit_claim(claim, by=claim.created_by)
    outbox.work_all()
    assert [found for found in mail.outbox if found.to == [moderator.user.email]] == []
    made = collect_digests(claim.submitted_at.date())
    (digest,) = [found for found in made if found.user == moderator.user]  # the tutor gets one of hand-ins
    outbox.work_all()
    (sent,) = [found for found in mail.outbox if found.to == [moderator.user.email]]
    assert f"Claim {claim.number}: ready to moderate" in sent.body
    assert digest.emails.get().kind == "claim_submitted"


def test_who_submitted_is_told_that_the_sample_was_sent():
    claim = make.claim_in_moderation(8)
    assert told("sample_sent") == [claim.submitted_by_id]
    assert "is looking at 6 lines" in letter("sample_sent").body


def test_each_assessor_is_told_what_became_of_their_units_and_nobody_twice():
    claim = make.draft_claim(3)
    (first, *others) = claim.lines.select_related("assignment")
    tutor, colleague = portfolios.tutor_of(first.assignment), centres.person(claim.centre, Role.TUTOR)
    for line in others:
        type(line.assignment).objects.filter(pk=line.assignment_id).update(achieved_by=colleague)
    actions.submit_claim(claim, by=claim.created_by)
    actions.propose_sample(claim)
    claim.refresh_from_db()
    by = make.moderator(claim.centre, claim.qualification).user
    actions.send_sample(claim, by=by)
    outcomes = {first.pk: "agreed", others[0].pk: "not_agreed", others[1].pk: "withdrawn"}
    for line in claim.lines.for_pages():
        actions.decide_line(line, outcome=outcomes[line.pk], comment="Seen.", by=by)
    assert told("units_decided") == []
    actions.conclude(claim, rest={}, report="", by=by)

    assert sorted(told("units_decided")) == sorted([tutor.pk, colleague.pk])
    assert told("claim_concluded") == [claim.submitted_by_id]
    outbox.work_all()
    bodies = {sent.to[0]: sent.body for sent in mail.outbox if "units you assessed" in sent.subject}
    assert "- 1 confirmed" in bodies[tutor.email] and "not agreed" not in bodies[tutor.email]
    theirs = bodies[colleague.email]
    assert "- 1 not agreed" in theirs and "- 1 withdrawn, as claimed in error" in theirs
    assert "judge it again or return it" in theirs and "judge it again" not in bodies[tutor.email]


def everybody_leaves(claim: Claim, *, but) -> None:
    claim.centre.memberships.exclude(user=but).update(ended_at=timezone.now())


def test_centre_reads_that_its_claim_waits_for_a_moderator(client):
    claim = make.submitted_claim()
    client.force_login(claim.created_by)
    said = "to allocate a moderator to your centre"
    pages = [client.get(claim.get_absolute_url()).content.decode()]
    make.moderator(claim.centre, claim.qualification)
    pages.append(client.get(claim.get_absolute_url()).content.decode())
    assert [(said in page, "is with the moderator" in page) for page in pages] == [
        (True, False),
        (False, True),
    ]


def test_mail_of_a_claim_by_named_entries_speaks_of_no_entries_given_back():
    said = []
    for route in ("UNNAMED", "NAMED"):
        claim = make.concluded_claim(outcome="withdrawn")
        claim.qualification.entry_route = route
        mails = write("claim_concluded", {"claim": claim, "confirmed": 0})
        said.append("Its entries are available again." in mails.text)
    assert said == [True, False]


def moderate(claim: Claim) -> None:
    """Conclude a submitted claim of one line as agreed."""
    actions.propose_sample(claim)
    claim.refresh_from_db()
    by = make.moderator(claim.centre, claim.qualification).user
    actions.send_sample(claim, by=by)
    actions.decide_line(claim.lines.get(), outcome="agreed", comment="", by=by)
    actions.conclude(claim, rest={}, report="", by=by)


def test_claim_of_somebody_who_has_left_is_told_to_who_submits_claims_now():
    claim = make.submitted_claim()
    successor = centres.person(claim.centre, Role.CLAIMS)
    everybody_leaves(claim, but=successor)
    moderate(claim)
    assert [told("sample_sent"), told("claim_concluded"), told("units_decided")] == [
        [successor.pk],
        [successor.pk],
        [],
    ]


def test_assessor_who_is_told_of_the_whole_claim_is_not_told_again_of_their_units():
    claim = make.submitted_claim()
    tutor = portfolios.tutor_of(claim.lines.get().assignment)
    Membership.objects.create(user=tutor, centre=claim.centre, role=Role.CLAIMS)
    everybody_leaves(claim, but=tutor)
    moderate(claim)
    assert (told("claim_concluded"), told("units_decided")) == ([tutor.pk], [])


def test_successor_is_told_of_the_claims_in_hand_and_nothing_is_written_if_they_cannot():
    claim = make.submitted_claim()
    first, second = make.moderator(claim.centre, claim.qualification), make.moderator()
    allocation, by = first.allocations.get(), accounts.staff()
    Conflict.objects.create(moderator=second, centre=claim.centre, reason="Taught there")
    for barred, why in ((second, "conflict of interest"), (first, "from themselves")):
        with pytest.raises(TransitionRefused, match=why):
            actions.end_allocation(allocation, by=by, successor=barred)
        allocation.refresh_from_db()
        assert allocation.ended_at is None
    third = make.moderator()
    actions.end_allocation(allocation, by=by, successor=third)
    assert told("claims_to_moderate") == [third.user.pk]
    assert "1 claim from the centre is waiting or in moderation." in letter("claims_to_moderate").body


def test_moderator_allocated_after_the_claim_is_told_of_it():
    claim, by = make.submitted_claim(), accounts.staff()
    first, second = make.moderator(), make.moderator()
    allocation = actions.allocate(first, claim.centre, claim.qualification, by=by)
    assert told("claims_to_moderate") == [first.user.pk]
    actions.end_allocation(allocation, by=by)
    actions.allocate(second, claim.centre, claim.qualification, by=by)
    assert sorted(told("claims_to_moderate")) == sorted([first.user.pk, second.user.pk])
    outbox.work_all()
    (sent,) = [found for found in mail.outbox if found.to == [second.user.email]]
    assert "1 claim from the centre is waiting or in moderation." in sent.body
    assert [found for found in mail.outbox if found.to == [first.user.email]] == []  # ended meanwhile


def test_moderator_of_a_centre_without_claims_is_not_told():
    claim = make.draft_claim()
    actions.allocate(make.moderator(), claim.centre, claim.qualification, by=accounts.staff())
    assert told("claims_to_moderate") == []


def test_moderator_whose_conflict_is_removed_is_told_of_what_came_meanwhile():
    claim, by = make.draft_claim(), accounts.staff()
    moderator = make.moderator(claim.centre, claim.qualification)
    conflict = Conflict(moderator=moderator, centre=claim.centre, reason="Taught there")
    actions.record_conflict(conflict, by=by)
    actions.submit_claim(claim, by=claim.created_by)
    actions.remove_conflict(conflict, by=by)
    assert told("claims_to_moderate") == [moderator.user.pk]
    assert "1 claim from the centre is waiting or in moderation." in letter("claims_to_moderate").body


def test_moderator_who_works_at_the_centre_is_barred(client):
    claim = make.claim_in_moderation()
    user, line = claim.in_moderation_by, claim.lines.get()
    client.force_login(user)
    page = reverse("moderated-line", args=[line.pk])
    assert client.get(page).status_code == 200
    Membership.objects.create(user=user, centre=claim.centre, role=Role.STANDARDISER)
    assert client.get(page).status_code == 404
    assert list(Claim.objects.without_moderator()) == [claim]
    with pytest.raises(TransitionRefused, match="works at"):
        actions.allocate(user.moderator, claim.centre, claim.qualification, by=accounts.staff())


@pytest.mark.parametrize("change", ["end", "conflict", "post", "deactivate"])
def test_claim_that_nobody_can_open_is_without_a_moderator(change):
    claim = make.submitted_claim()
    moderator = make.moderator(claim.centre, claim.qualification)
    assert not Claim.objects.without_moderator().exists()
    if change == "end":
        actions.end_allocation(moderator.allocations.get(), by=accounts.staff())
    elif change == "conflict":
        Conflict.objects.create(moderator=moderator, centre=claim.centre, reason="Taught there")
    elif change == "post":
        Membership.objects.create(user=moderator.user, centre=claim.centre, role=Role.TUTOR)
    else:
        type(moderator.user).objects.filter(pk=moderator.user_id).update(is_active=False)
    assert list(Claim.objects.without_moderator()) == [claim]


def test_tutor_with_the_role_claims_submits_and_one_without_does_not(client, settings):
    claim = make.draft_claim()
    tutor = portfolios.tutor_of(claim.lines.get().assignment)
    client.force_login(tutor)
    url = reverse("claim-submit", args=[claim.pk])
    assert client.get(url).status_code == 403
    Membership.objects.create(user=tutor, centre=claim.centre, role=Role.CLAIMS)
    assert client.get(url).status_code == 200
    client.post(url, {"is_authenticated": "on", "is_standardised": "on"})
    claim.refresh_from_db()
    assert (claim.state, claim.submitted_by) == ("submitted", tutor)


def test_role_claims_sees_no_work_and_orders_nothing():
    assert PERMISSIONS[Role.CLAIMS] == {
        Permission.SEE_CENTRE,
        Permission.SEE_CANDIDATES,
        Permission.SEE_CLAIMS,
        Permission.BUILD_CLAIM,
        Permission.SUBMIT_CLAIM,
    }


@pytest.mark.parametrize(
    "outcomes, told_so",
    [
        (["agreed", "not_agreed"], "1 unit was confirmed. Certificates are being printed"),
        (["agreed", "agreed"], "2 units were confirmed. Certificates are being printed"),
        (["not_agreed", "withdrawn"], "No unit was confirmed, so there are no certificates for this claim."),
    ],
)
def test_mail_of_a_concluded_claim_promises_certificates_only_where_some_follow(outcomes, told_so):
    claim = make.claim_in_moderation(len(outcomes))
    by = claim.in_moderation_by
    for line, outcome in zip(claim.lines.for_pages(), outcomes, strict=True):
        actions.decide_line(line, outcome=outcome, comment="Seen.", by=by)
    actions.conclude(claim, rest={}, report="", by=by)
    sent = letter("claim_concluded")
    text, page = flat(sent.body), flat(str(sent.alternatives[0][0]))
    assert (told_so in text, told_so in page) == (True, True)
    assert ("Certificates are being printed" in sent.body) == ("agreed" in outcomes)
