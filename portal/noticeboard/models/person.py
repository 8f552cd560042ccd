"""Somebody who wrote to the awarding body, with or without an account."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.accounts import codes
from portal.kit.searching import plain_names_of
from portal.kit.validators import one_line


class FromSomebody(models.Model):
    """What a person sent by a public form: who, when, and the secret of the link they are sent.

    The link is made from `nonce` and the server's key, so nobody can make it from the database alone.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="%(class)ss",
    )
    name = models.CharField("your name", max_length=120, validators=[one_line])
    email = models.EmailField("your e-mail address")
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    nonce = models.CharField(max_length=codes.NONCE_LENGTH, default=codes.new_nonce, editable=False)

    plain_names = plain_names_of("name")

    class Meta:
        abstract = True

    @property
    def token(self) -> str:
        return codes.link_token(self.nonce)

    def is_token(self, given: str) -> bool:
        return codes.is_link_token(given, self.nonce)

    @property
    def recipient(self):
        """Who gets an e-mail about it: the person, with their own settings, if the address is theirs."""
        if self.user and (self.user.email or "").lower() == self.email.lower():
            return self.user
        return self.email
