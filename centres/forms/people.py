"""What is typed about people at a centre."""

from django import forms as django_forms

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kit.forms import Form


class PersonForm(Form):
    """Somebody to be given a role at a centre."""

    name = django_forms.CharField(max_length=120, label="Full name")
    email = django_forms.EmailField(
        label="E-mail address",
        help_text="They sign in with it. Who has no account yet is sent an invitation.",
    )
    role = django_forms.ChoiceField(choices=Role, widget=django_forms.RadioSelect)

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email, is_active=False).exists():
            raise django_forms.ValidationError("This account is closed. Ask the awarding body.")
        return email
