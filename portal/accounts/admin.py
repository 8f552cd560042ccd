"""People, for awarding-body staff: adults are added and invited here; candidates belong to their centres."""

import allauth.mfa.admin  # noqa: F401  (which shows them, until below)
from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import ValidationError

from portal.kit import audit
from portal.kit.admin import ReadOnlyAdmin, TwoTabsAdmin
from portal.kit.admin_actions import act_on_each

from . import actions
from .models import EMail, User
from .second_step import factors
from .second_step.afresh import FreshFactorAdmin

admin.site.unregister(Authenticator)  # factors are reset below; nobody needs to see their contents
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
    list_filter = ["is_staff", "is_active", ("email", admin.EmptyFieldListFilter)]
    search_fields = ["plain_names__holds", "sign_in_name"]
    ordering = ["name"]
    readonly_fields = ["sign_in_name", "last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["name", "email", "sign_in_name"]}),
        ("Access", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
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
        return super(DjangoUserAdmin, self).get_urls()

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

    @admin.action(description="Reset two-step verification", permissions=["reset"])
    def reset_second_step(self, request, queryset):
        act_on_each(self, request, queryset, lambda person: factors.reset(person, by=request.user), "reset")

    @admin.action(description="Invite to choose a password", permissions=["add"])
    def invite(self, request, queryset):
        adults = list(queryset.filter(is_active=True).exclude(email=None))
        for person in adults:
            actions.invite(person, by=request.user)
        left_out = queryset.count() - len(adults)
        if adults:
            self.message_user(request, f"Invited: {', '.join(map(str, adults))}.", messages.SUCCESS)
        if left_out:
            words = "Candidates and inactive people cannot be invited"
            self.message_user(request, f"{words}: {left_out} left out.", messages.WARNING)


def _powers(person: User) -> dict[str, list[str]]:
    return {
        "groups": sorted(person.groups.values_list("name", flat=True)),
        "permissions": sorted(person.user_permissions.values_list("codename", flat=True)),
    }


@admin.register(EMail)
class EMailAdmin(ReadOnlyAdmin):
    """What was sent, or is waiting to be sent, and to whom: the answer to "I never got an e-mail"."""

    list_display = ["recipient", "kind", "topic", "timing", "state", "written_at", "sent_at"]
    list_filter = ["state", "topic", "timing", "kind"]
    search_fields = ["recipient", "user__plain_names__holds"]
    list_select_related = ["user"]
    show_full_result_count = False
