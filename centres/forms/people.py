"""Forms about people at a centre."""

from django import forms as django_forms

from portal.accounts.roles import Role
from portal.kit.forms import Form, TwoTabs


class RolesForm(TwoTabs, Form):
    """What somebody is at a centre: one role or more."""

    roles = django_forms.MultipleChoiceField(
        choices=Role,
        widget=django_forms.CheckboxSelectMultiple,
        label="Roles",
        error_messages={
            "required": "Select at least one role. To remove all roles, end the person’s access."
        },
    )

    def clean_roles(self) -> list[Role]:
        return [Role(role) for role in self.cleaned_data["roles"]]


class PersonForm(RolesForm):
    """Somebody to be invited to a centre."""

    name = django_forms.CharField(max_length=120, label="Full name")
    email = django_forms.EmailField(
        max_length=254,
        label="E-mail address",
        help_text="We will send the invitation to this address. They will sign in with it.",
    )

    field_order = ["name", "email", "roles"]
