"""Messages between a candidate and the tutors: about one unit, and the lists of all."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from candidates.models import Candidate
from centres.access import may, open_centre
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.kit.once import once
from portal.kit.paging import paginate

from .. import actions
from ..access import is_own, require_message
from ..models import Assignment, Message
from ..writing import WordsForm
from .finding import crumbs, find_work


@signed_in
@require_http_methods(["GET", "POST"])
@once
def work_messages(request, pk):
    """All messages about one unit, oldest first. Opening the page marks them as read."""
    work = find_work(request, pk)
    own = is_own(request.user, work)
    to = "your tutor" if own else work.candidate.display_name
    form = WordsForm(request.POST if request.method == "POST" else None, label=f"Message to {to}")
    if request.method == "POST":
        require_message(request.user, work)
        if form.is_valid():
            actions.write_message(work, form.cleaned_data["text"], by=request.user)
            messages.success(request, "Your message was sent.")
            return redirect("work-messages", pk=work.pk)
    unread = set(Message.objects.unread_by(request.user).filter(assignment=work).values_list("pk", flat=True))
    talk = list(work.messages.select_related("by"))
    if talk:
        actions.mark_as_read(work, talk[-1], by=request.user)
    context = {
        "work": work,
        "is_own": own,
        "talk": [(message, message.pk in unread) for message in talk],
        "form": form if own or may(request.user, Permission.MARK_WORK, at=work.candidate.centre) else None,
        "breadcrumbs": crumbs(request, work, "Messages"),
    }
    return render(request, "portfolios/work_messages.html", context)


@signed_in
def my_messages(request):
    """The candidate's units that have messages."""
    get_object_or_404(Candidate, user=request.user)
    return _list(request, Assignment.objects.own(request.user), centre=None)


@signed_in
def centre_messages(request, number):
    """The same for all candidates of a centre."""
    centre = open_centre(request, number, needs=Permission.SEE_WORK)
    return _list(request, Assignment.objects.visible_to(request.user).at(centre), centre=centre)


def _list(request, work, *, centre):
    """Unread first, then the newest; with `?show=unread`, only unread."""
    only_unread = request.GET.get("show") == "unread"
    talks = work.by_messages(request.user)
    page = paginate(
        request,
        talks.filter(new__gt=0) if only_unread else talks,
        dress=lambda keys: Assignment.objects.filter(pk__in=keys).for_lists().with_messages(request.user),
    )
    context = {"centre": centre, "only_unread": only_unread, "page": page}
    return render(request, "portfolios/messages.html", context)
