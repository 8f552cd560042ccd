"""A form is not accepted twice, after a double click without script or after Back and Send.

An accepted form is remembered for some minutes. The same form again leads to where the first one led, and nothing is
done. A form that was not accepted may be sent again at once.

"The same" means: from the same person to the same page with the same words and files. Where the page has
`{% once_field %}`, it also means from the same display of the page, so that a file can be removed and added again.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect
from django.utils import timezone

from .models import SentForm

REMEMBERED = timedelta(minutes=10)
STILL_GOING = timedelta(minutes=2)  # for files: after that the first request is assumed dead
LEFT_OUT = {"csrfmiddlewaretoken", "seen"}
SENT = "You sent this a moment ago, so it was not sent again."
GOING = "This is already being received. Check whether it has arrived before you send it again."


def once(view: Callable) -> Callable:
    """For a view whose form does something each time: the act and the record of it are one transaction.

    A second request waits for the first. A redirect means that it was done, unless the view calls `not_done`.
    """

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            sent = _remember(request, free_after=REMEMBERED)
            if sent is None:
                return _already(request)
            answer = view(request, *args, **kwargs)
            _keep_or_forget(request, sent, answer)
            return answer

    return wrapper


def once_for_files(view: Callable) -> Callable:
    """Like `once`, where receiving files takes several transactions: a second request is told that the first goes on.

    It is told at the view's own address, which must therefore also answer GET.
    """

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if request.method != "POST" or not request.FILES:
            return view(request, *args, **kwargs)
        sent = _remember(request, free_after=STILL_GOING)
        if sent is None:
            return _already(request)
        answer = None
        try:
            answer = view(request, *args, **kwargs)
        finally:
            _keep_or_forget(request, sent, answer)
        return answer

    return wrapper


def _remember(request, *, free_after: timedelta) -> SentForm | None:
    """The row of this form, or None if the same was sent a moment ago. `free_after`: how long the act may take."""
    with transaction.atomic():
        sent, is_new = SentForm.objects.get_or_create(key=fingerprint(request))
        if is_new:
            return sent
        held = SentForm.objects.select_for_update().filter(pk=sent.pk).first()
        if held is None:  # the first was refused at this very moment
            return SentForm.objects.create(key=sent.key)
        sent = held
        if timezone.now() - sent.at < (REMEMBERED if sent.answer else free_after):
            return None
        sent.at, sent.answer = timezone.now(), ""
        sent.save(update_fields=["at", "answer"])
        return sent


def not_done(request) -> None:
    """Allow a form to be sent again that was not accepted although the view redirects."""
    request.was_not_done = True


def _keep_or_forget(request, sent: SentForm, answer) -> None:
    was_done = answer is not None and 300 <= answer.status_code < 400
    if was_done and not getattr(request, "was_not_done", False):
        SentForm.objects.filter(pk=sent.pk).update(answer=answer.url)
    else:
        SentForm.objects.filter(pk=sent.pk).delete()


def _already(request):
    sent = SentForm.objects.filter(key=fingerprint(request)).first()
    answer = sent.answer if sent else ""
    messages.info(request, SENT if answer else GOING)
    return redirect(answer or request.get_full_path())


def fingerprint(request) -> str:
    """Who sent which words and files to which page; the mark of its display is one of the words."""
    who = request.user.pk if request.user.is_authenticated else request.META.get("CSRF_COOKIE", "")
    whole = hashlib.sha256(f"{who}\n{request.get_full_path()}".encode())
    for name, values in sorted(request.POST.lists()):
        if name not in LEFT_OUT:
            whole.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            whole.update(repr((name, file.name, file.size)).encode())
            for piece in file.chunks():
                whole.update(piece)
            file.seek(0)
    return whole.hexdigest()


def forget_old() -> None:
    """Delete what is too old to matter."""
    SentForm.objects.filter(at__lt=timezone.now() - REMEMBERED).delete()
