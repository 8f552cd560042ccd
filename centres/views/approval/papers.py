"""The letter of confirmation."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect

from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.files import door

from ...access import open_centre
from ...models import ApprovalLetter


@signed_in
def letter(request, number, letter):
    """The letter of confirmation as PDF, once it is printed."""
    centre = open_centre(request, number, needs=Permission.SEE_CENTRE)
    found = get_object_or_404(ApprovalLetter.objects.filter(centre=centre), number=letter)
    if not found.is_printed:
        messages.info(request, "The letter is being printed. Try again in a few seconds.")
        return redirect(centre)
    return door.send_printed(request, found)
