"""Forms in the portal's own look, dates in three parts, several files at once.

Rooms build on `Form` and `ModelForm` from here; Django admin keeps its own forms and widgets.
"""

from .bases import FilterForm, Form, FormSet, InlineFormSet, ModelForm, ModelFormSet, Renderer
from .dates import DateField, DateInput
from .files import FileField, MultipleFileField, MultipleFileInput
from .two_tabs import TwoTabs, changes_of
from .words import ErrorMessages, in_a_sentence, with_article

__all__ = [
    "DateField",
    "DateInput",
    "ErrorMessages",
    "FileField",
    "FilterForm",
    "Form",
    "FormSet",
    "InlineFormSet",
    "ModelForm",
    "ModelFormSet",
    "MultipleFileField",
    "MultipleFileInput",
    "Renderer",
    "TwoTabs",
    "changes_of",
    "in_a_sentence",
    "with_article",
]
