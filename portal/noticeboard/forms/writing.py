"""What people send: an enquiry, an interest in training, a request for a training day."""

from django import forms

from portal.catalogue.models import Qualification
from portal.kit.forms import Form, ModelForm

from ..models import Enquiry, EnquiryMessage, Interest, TrainingRequest

PERSON = {
    "name": forms.TextInput(attrs={"autocomplete": "name"}),
    "email": forms.EmailInput(attrs={"autocomplete": "email"}),
    "centre_name": forms.TextInput(attrs={"autocomplete": "organization"}),
}
YOURS = {"name": "Your name", "email": "Your e-mail address", "centre_name": "Your centre"}
MESSAGE_LENGTH = EnquiryMessage._meta.get_field("text").max_length


def _message(**values) -> forms.CharField:
    attrs = {"rows": 8, "maxlength": MESSAGE_LENGTH}
    return forms.CharField(max_length=MESSAGE_LENGTH, widget=forms.Textarea(attrs=attrs), **values)


class ContactForm(ModelForm):
    message = _message(label="Your message")

    class Meta:
        model = Enquiry
        fields = ["topic", "name", "email", "centre_number"]
        labels = {**YOURS, "topic": "What is it about?"}
        widgets = {
            **PERSON,
            "centre_number": forms.TextInput(
                attrs={"inputmode": "numeric", "class": "govuk-input--width-5", "autocomplete": "off"}
            ),
        }


class ReplyForm(Form):
    message = _message(label="Your message")


class InterestForm(ModelForm):
    class Meta:
        model = Interest
        fields = ["name", "email", "centre_name", "note"]
        labels = YOURS
        widgets = {**PERSON, "note": forms.Textarea(attrs={"rows": 4, "maxlength": 500})}


class TrainingDayForm(ModelForm):
    qualifications = forms.ModelMultipleChoiceField(
        Qualification.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="For which qualifications?",
    )

    class Meta:
        model = TrainingRequest
        fields = ["about", "qualifications", "place", "when_about", "people", "name", "email", "centre_name"]
        labels = {
            **YOURS,
            "about": "What should the day be about?",
            "place": "Where?",
            "when_about": "When, roughly?",
            "people": "How many people would come?",
        }
        widgets = {**PERSON, "about": forms.Textarea(attrs={"rows": 5, "maxlength": 2000})}
