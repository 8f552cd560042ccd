"""People who sign in, and one-time ways in: a link by e-mail, a code on paper."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.kit.searching import plain_names_of

from .. import codes


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str | None = None, password: str | None = None, *, name: str, **fields):
        """An adult who signs in with `email`; without a password, only once they have accepted an invitation."""
        address = self.normalize_email(email).lower()
        user = self.model(email=address, sign_in_name=address, name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, sign_in_name: str, password: str | None = None, *, name: str, **fields):
        return self.create_user(sign_in_name, password, name=name, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in. What they may see depends on memberships, allocations or being a candidate."""

    sign_in_name = models.CharField(max_length=254, unique=True)
    email = models.EmailField(null=True, blank=True, unique=True)
    name = models.CharField(max_length=120, help_text="As shown to others in the portal.")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("awarding-body staff", default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    plain_names = plain_names_of("name")

    objects = UserManager()

    USERNAME_FIELD = "sign_in_name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class OneTime(models.Model):
    """A secret for one use: derived from `nonce` and the server's key; it ends at `ended_at` or `expires_at`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="%(class)ss")
    nonce = models.CharField(max_length=codes.NONCE_LENGTH, default=codes.new_nonce, editable=False)
    issued_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was used or replaced.")

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.expires_at > timezone.now()


class SignInCode(OneTime):
    """A candidate's first way in, printed on a slip and replaced by a password of their own."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="one_open_sign_in_code"
            )
        ]

    def __str__(self) -> str:
        return f"Sign-in code of {self.user}"

    @property
    def code(self) -> str:
        return codes.paper_code(self.nonce)


class Invitation(OneTime):
    """An adult's first way in: a link by e-mail that works once."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="one_open_invitation"
            )
        ]

    def __str__(self) -> str:
        return f"Invitation of {self.user}"

    @property
    def token(self) -> str:
        return codes.link_token(self.nonce)


class PasswordRequest(OneTime):
    """A request for a new password. Without `user`, nobody has the address that was entered."""

    user = models.ForeignKey(  # type: ignore[assignment]  # the others' is never empty
        User, null=True, on_delete=models.CASCADE, related_name="passwordrequests"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="one_open_password_request"
            )
        ]

    def __str__(self) -> str:
        return f"Password request of {self.user or 'nobody here'}"

    @property
    def token(self) -> str:
        return codes.link_token(self.nonce)
