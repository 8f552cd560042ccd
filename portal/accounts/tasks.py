"""E-mails about getting in."""

from portal.kit.outbox import handles


@handles("send-invitation")
def send_invitation(invitation_id: int) -> None:
    """E-mail one invitation. An invitation that was used or replaced meanwhile is left alone."""
    from django.conf import settings
    from django.urls import reverse

    from portal.kit.mail import send

    from .models import Invitation

    invitation = Invitation.objects.select_related("user", "issued_by").get(pk=invitation_id)
    if not invitation.is_open:
        return
    link = settings.SITE_URL + reverse("invitation", args=[invitation.pk, invitation.token])
    send("invitation", to=invitation.user.email, context={"invitation": invitation, "link": link})
