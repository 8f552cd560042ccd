"""People, for awarding-body staff: adults are added and invited here; candidates belong to their centres."""

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401  (these show them, until below)
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import ValidationError

from portal.kit import audit
from portal.kit.admin import DateRangeFilter, ReadOnlyAdmin, SelectFilter, TwoTabsAdmin, verb, whether
from portal.kit.admin.asking import with_confirmation
from portal.kit.stateful import TransitionRefused

from . import actions
from .mailing import LETTERS
from .models import EMail, User
from .second_step import factors
from .second_step.afresh import FreshFactorAdmin

# Factors are reset below, and addresses changed with their person: nobody needs to see what they hold.
admin.site.unregister([Authenticator, EmailAddress])
# Staff sign in where everybody does, behind the same throttling.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class PersonForm(forms.ModelForm):
    """An adult. There is no password to enter: they choose it themselves, by the link they are sent."""

    class Meta:
        model = User
        fields = ["name", "email", "is_staff"]

    def clean_email(self):
        email = (self.cleaned_data["email"] or "").lower()
        if not email:
            raise ValidationError("Enter the e-mail address: adults sign in with it.")
        if User.objects.filter(sign_in_name=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError("Another person has this e-mail address.")
        return email


@admin.register(User)
class UserAdmin(FreshFactorAdmin, TwoTabsAdmin, DjangoUserAdmin):
    form = add_form = PersonForm
    list_display = ["name", "sign_in_name", "is_staff", "is_active", "has_second_step", "last_login"]
    list_filter = [
        "is_staff", "is_active", ("email", whether("kind of person", empty="Candidates", filled="Adults")),
    ]  # fmt: skip
    search_fields = ["plain_names__holds", "sign_in_name__holds"]
    search_help_text = "Name, e-mail address, or centre and candidate number."
    ordering = ["-pk"]
    readonly_fields = ["sign_in_name", "has_second_step", "last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["name", "email", "sign_in_name"]}),
        (
            "Access",
            {
                "fields": [
                    "is_active",
                    "has_second_step",
                    "is_staff",
                    "is_superuser",
                    "groups",
                    "user_permissions",
                ]
            },
        ),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["name", "email", "is_staff"]})]
    actions = ["invite", "reset_second_step"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(_has_factor=factors.of_people())

    @admin.display(boolean=True, description="two-step verification")
    def has_second_step(self, person) -> bool:
        return person._has_factor

    def get_urls(self):
        """Without Django's page for typing somebody else's password."""
        return [url for url in super().get_urls() if url.name != "auth_user_password_change"]

    def _add_view(self, request, form_url="", extra_context=None):
        """Without the permission to change people, which Django asks for as its form sets a password."""
        return self.changeform_view(request, None, form_url, extra_context)

    def get_readonly_fields(self, request, obj=None):
        """Only a superuser can give people powers."""
        powers = ["is_staff", "is_superuser", "groups", "user_permissions"]
        return [*self.readonly_fields, *([] if request.user.is_superuser else powers)]

    def has_change_permission(self, request, obj=None):
        """Candidates' accounts follow what their centre enters; only superusers can change a superuser."""
        if obj is not None and (obj.email is None or (obj.is_superuser and not request.user.is_superuser)):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        """People are made inactive: the audit trail names them."""
        return False

    def save_model(self, request, obj, form, change):
        if change:
            actions.change_person(obj, by=request.user)
        else:
            actions.create_person(obj, by=request.user)
            self.message_user(request, f"{obj} has been invited by e-mail to choose a password.")

    def save_related(self, request, form, formsets, change):
        """Save groups and permissions with an audit line, as they are powers."""
        before = _powers(form.instance)
        super().save_related(request, form, formsets, change)
        after = _powers(form.instance)
        changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
        if changed:
            audit.record("change powers", form.instance, by=request.user, changed=changed)

    def has_reset_permission(self, request) -> bool:
        return request.user.is_superuser

    @verb(
        "Reset two-step verification",
        "They are asked to set it up when they next sign in. Do this only once you know who asks.",
        permissions=["reset"],
        when=lambda person: person._has_factor,
    )
    def reset_second_step(self, request, queryset):
        return with_confirmation(
            self,
            request,
            queryset,
            name="reset_second_step",
            question="Reset two-step verification of these people? They will be asked to set it up again.",
            act=lambda person: factors.reset(person, by=request.user),
            done="reset",
        )

    @verb(
        "Invite to choose a password",
        "Sends a link by e-mail. An earlier link stops working; a password that was chosen still works.",
        permissions=["add"],
        when=lambda person: person.is_active and person.email is not None,
    )
    def invite(self, request, queryset):
        return with_confirmation(
            self,
            request,
            queryset,
            name="invite",
            question="Invite these people to choose a password? Each is sent a link; an earlier link stops working.",
            act=lambda person: _invite(person, by=request.user),
            done="invited",
            name_of=str,
        )


def _invite(person: User, *, by: User) -> None:
    if not person.is_active or person.email is None:
        raise TransitionRefused(
            f"{person} was not invited. Candidates and inactive people cannot be invited."
        )
    actions.invite(person, by=by)


def _powers(person: User) -> dict[str, list[str]]:
    return {
        "groups": sorted(person.groups.values_list("name", flat=True)),
        "permissions": sorted(person.user_permissions.values_list("codename", flat=True)),
    }


class LetterFilter(SelectFilter):
    title = "letter"
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [(kind, _words(kind)) for kind in sorted(LETTERS)]


@admin.register(EMail)
class EMailAdmin(ReadOnlyAdmin):
    """What was sent, or is waiting to be sent, and to whom: the answer to "I never got an e-mail"."""

    list_display = ["recipient", "letter", "topic", "timing", "state", "written_at", "sent_at"]
    list_filter = ["state", "topic", "timing", LetterFilter, ("written_at", DateRangeFilter)]
    search_fields = ["recipient__holds", "user__plain_names__holds"]
    search_help_text = "E-mail address or name of the person."
    list_select_related = ["user"]
    fields = ["recipient", "user", "letter", "topic", "timing", "state", "written_at", "sent_at", "event"]

    @admin.display(ordering="kind")
    def letter(self, email) -> str:
        return _words(email.kind)


def _words(kind: str) -> str:
    return kind.replace("_", " ").capitalize()
