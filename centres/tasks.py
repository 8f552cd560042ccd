"""What workers do for centres: print papers, look after approvals and expiries, write e-mails."""

from celery import shared_task

from portal.accounts.mailing import letter
from portal.accounts.models import Topic
from portal.catalogue.models import EntryRoute
from portal.kit.outbox import Lane, handles


@handles("print-statement", lane=Lane.PRINT)
def print_statement(statement_id: int) -> None:
    """Print one statement of entries. Safe to run twice."""
    from portal.files.printing import print_once

    from .models import StatementOfEntries

    print_once(StatementOfEntries.objects.get(pk=statement_id))


@handles("print-invoice", lane=Lane.PRINT)
def print_invoice(invoice_id: int) -> None:
    """Print one invoice. Safe to run twice."""
    from portal.files.printing import print_once

    from .models import Invoice

    print_once(Invoice.objects.get(pk=invoice_id))


@shared_task(name="centres.tasks.propose_expiries")
def propose_expiries() -> None:
    """Propose that entries left after their last certification date expire. Safe to run twice."""
    from . import actions

    actions.propose_expiries()


@handles("print-approval-letter", lane=Lane.PRINT)
def print_approval_letter(letter_id: int) -> None:
    """Print one letter of confirmation. Safe to run twice."""
    from portal.files.printing import print_once

    from .models import ApprovalLetter

    print_once(ApprovalLetter.objects.get(pk=letter_id))


@shared_task(name="centres.tasks.look_after_approvals")
def look_after_approvals() -> None:
    """Every night: warn of lapses, lapse approvals, delete links that nobody followed. Safe to run twice."""
    from django.utils import timezone

    from . import actions

    actions.look_after_approvals(timezone.localdate())
    actions.forget_unused_links()


@letter("application_link", topic=Topic.ACCOUNT)
def application_link(event) -> dict | None:
    """The way into an application without an account; none once it is decided."""
    link = event.subject
    return {"link": link, "url": _url_of(link)} if link and link.is_open else None


@letter("application_received", topic=Topic.APPROVAL)
def application_received(event) -> dict | None:
    """For staff: an application, or an answer about one, is waiting; none once somebody has dealt with it."""
    application = event.subject
    if application.state != application.State.SUBMITTED:
        return None
    return {
        "application": application,
        "is_answer": event.before == application.State.MORE_INFORMATION,
        "url": _in_admin("centres_application", application),
    }


@letter("more_information", topic=Topic.APPROVAL)
def more_information(event) -> dict | None:
    """The awarding body's question; none once it has been answered."""
    from django.conf import settings

    application = event.subject
    if application.state != application.State.MORE_INFORMATION:
        return None
    link = application.links.first() if application.applicant_email else None
    url = _url_of(link) if link else settings.SITE_URL + application.get_absolute_url()
    return {"application": application, "question": event.why, "link": link, "url": url}


@letter("application_decision", topic=Topic.APPROVAL)
def application_decision(event) -> dict:
    """What was decided about an application, qualification by qualification."""
    application = event.subject
    lines = application.lines.select_related("qualification")
    approved = [line.qualification for line in lines if line.outcome == line.Outcome.APPROVED]
    return {
        "application": application,
        "approved": approved,
        "takes_unnamed": _names(approved, EntryRoute.UNNAMED),
        "takes_named": _names(approved, EntryRoute.NAMED),
        "not_yet": list(dict.fromkeys(found.not_yet for found in approved if found.not_yet)),
        "refused": [line.qualification for line in lines if line.outcome == line.Outcome.REFUSED],
    }


def _names(qualifications, route: EntryRoute) -> str:
    return ", ".join(found.title for found in qualifications if found.entry_route == route)


@letter("lapse_warning", topic=Topic.APPROVAL)
def lapse_warning(event) -> dict | None:
    """An approval is about to lapse; none if it has since ended or been used."""
    from .models import Approval

    found = Approval.objects.current().with_activity().filter(pk=event.subject_id).first()
    return {"approval": found} if found and found.is_warned else None


@letter("approval_lapsed", topic=Topic.APPROVAL)
def approval_lapsed(event) -> dict:
    """An approval has lapsed."""
    return {"approval": event.subject, "why": event.why}


@letter("approval_withdrawn", topic=Topic.APPROVAL)
def approval_withdrawn(event) -> dict:
    """An approval was withdrawn by the awarding body."""
    return {"approval": event.subject, "why": event.why}


@letter("approval_restored", topic=Topic.APPROVAL)
def approval_restored(event) -> dict:
    """An approval that had ended is in force again."""
    return {"approval": event.subject}


def _url_of(link) -> str:
    from django.conf import settings
    from django.urls import reverse

    return settings.SITE_URL + reverse("application-open", args=[link.pk, link.token])


def _in_admin(model: str, row) -> str:
    from django.conf import settings
    from django.urls import reverse

    return settings.SITE_URL + reverse(f"admin:{model}_change", args=[row.pk])


@letter("order_received", topic=Topic.ENTRIES)
def order_received(event) -> dict | None:
    """For staff: an order is waiting to be processed; none once it was withdrawn or dealt with."""
    order = event.subject
    if order.state != order.State.SUBMITTED:
        return None
    return {"order": order, "url": _in_admin("centres_entryorder", order)}


@letter("order_decision", topic=Topic.ENTRIES)
def order_decision(event) -> dict:
    """The decision on an order, by what is in it: unnamed entries, named ones, a larger size."""
    order = event.subject
    lines = list(order.lines.all())
    return {
        "order": order,
        "has_unnamed": any(not line.award_id for line in lines),
        "has_named": any(line.award_id and not line.is_supplement for line in lines),
        "has_supplement": any(line.is_supplement for line in lines),
    }


@letter("role_offer", topic=Topic.ACCOUNT)
def role_offer(event) -> dict | None:
    """An invitation to a centre, or why its owner cannot accept it; none once it was answered or withdrawn."""
    from django.conf import settings
    from django.urls import reverse

    from portal.accounts.models import User

    from . import rules

    offer = event.subject
    if not offer.is_open:
        return None
    owner = User.objects.filter(email=offer.email).first()
    return {
        "offer": offer,
        "refusal": rules.why_not_at_a_centre(owner),
        "is_known": owner is not None and owner.has_usable_password(),
        "link": settings.SITE_URL + reverse("role-offer", args=[offer.pk, offer.token]),
    }


@letter("role_offer_barred", topic=Topic.APPROVAL)
def role_offer_barred(event) -> dict | None:
    """For staff: a centre invited somebody who may not work at one."""
    from django.urls import reverse

    from portal.accounts.models import User

    offer = event.subject
    person = User.objects.filter(email=offer.email).first()
    path = reverse("admin:centres_roleoffer_changelist")
    return {"offer": offer, "person": person, "is_staff": person.is_staff, "path": path} if person else None


@letter("role_given", topic=Topic.ACCOUNT)
def role_given(event) -> dict | None:
    """Somebody who has an account was given a role; none if it has since ended."""
    membership = event.subject
    return None if membership.ended_at else {"membership": membership, "event": event}


@letter("low_balance", topic=Topic.ENTRIES)
def low_balance(event) -> dict | None:
    """Few entries are left; none if the centre has since ordered more."""
    from django.conf import settings

    account = event.subject
    if account.available >= settings.LOW_BALANCE_ENTRIES:
        return None
    return {"account": account, "claim_number": event.details["claim_number"]}
