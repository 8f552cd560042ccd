"""Contact: a question, its reference number, and the conversation about it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from portal.accounts import links
from portal.accounts.keeping import signed_in
from portal.kit.once import once
from portal.kit.paging import paginate

from .. import actions
from ..forms import ContactForm, EnquiriesForm, ReplyForm
from ..models import Enquiry
from ..rules import who_is
from .answers import link_is_over, may_send

ROUTE = "enquiry"


@once
def contact(request):
    """The public form; `?topic=` chooses what it is about."""
    start = {**who_is(request.user), "topic": request.GET.get("topic", "")}
    form = ContactForm(request.POST if request.method == "POST" else None, initial=start)
    if may_send(request, form):
        opened = actions.open_enquiry(form.save(commit=False), form.cleaned_data["message"], by=request.user)
        request.session["enquiry"] = {"reference": opened.reference, "email": opened.email}
        return redirect("contact-sent")
    return render(request, "noticeboard/contact.html", {"form": form})


def sent(request):
    """The reference number. The page of the enquiry is reached by e-mail: computers are shared."""
    return render(request, "noticeboard/contact_sent.html", {"sent": request.session.get("enquiry")})


@signed_in
def yours(request):
    form = EnquiriesForm(request.GET)
    rows = Enquiry.objects.visible_to(request.user)
    state = form.chosen("state")
    page = paginate(request, rows.filter(state=state) if state else rows)
    return render(
        request, "noticeboard/enquiries.html", {"form": form, "page": page, "is_filtered": bool(state)}
    )


@once
def enquiry(request, reference, token):
    """The conversation, and a form to say more; reached by the link in the e-mail."""
    secret = links.secret_of(request, ROUTE, reference, token)
    if not secret:
        return link_is_over(request)
    found = get_object_or_404(Enquiry.objects.select_related("user"), reference=reference)
    if not found.is_token(secret):
        raise Http404
    if answer := links.hidden(request, ROUTE, reference, token):
        return answer
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if may_send(request, form):
        actions.write_again(found, form.cleaned_data["message"], by=request.user)
        messages.success(request, "Message sent. You will get the answer by e-mail, and see it here.")
        return redirect(request.path)
    context = {"enquiry": found, "form": form, "said": found.messages.all()}
    if request.user.is_authenticated:
        context["breadcrumbs"] = [("Your enquiries", reverse("enquiries")), (f"Enquiry {found}", None)]
    return render(request, "noticeboard/enquiry.html", context)
