"""Error messages that name their field."""

from typing import Any

from django import forms

from .dates import DateField
from .files import MultipleFileField

# A label that starts with one of these reads wrong after "the": "Enter the your name".
_NO_ARTICLE = {
    "a",
    "an",
    "any",
    "each",
    "every",
    "his",
    "her",
    "my",
    "our",
    "the",
    "their",
    "this",
    "what",
    "when",
    "where",
}
_NO_ARTICLE |= {"which", "who", "whose", "why", "how", "your"}


def in_a_sentence(label: str) -> str:
    """`label` as written inside a sentence: "Unit title" → "unit title", "GLH" as it is."""
    words = str(label).strip().rstrip(":").split(" ")
    first = words[0]
    if (len(first) > 1 and not any(letter.isupper() for letter in first[1:])) or first in {"A", "a"}:
        words[0] = first[:1].lower() + first[1:]
    return " ".join(words)


def with_article(label: str) -> str:
    """`label` as the thing asked for: "Unit title" → "the unit title", "Your name" → "your name"."""
    words = in_a_sentence(label)
    return words if words.split(" ")[0].lower() in _NO_ARTICLE else f"the {words}"


class ErrorMessages(dict[str, Any]):
    """Messages of one field that name it, in place of every message left as Django wrote it.

    Our choice: "Enter the unit title", not "This field is required."
    """

    def __init__(self, field: forms.Field, label: str) -> None:
        super().__init__(field.error_messages)
        stock: dict[str, Any] = {}
        for ancestor in reversed(type(field).__mro__):
            stock.update(getattr(ancestor, "default_error_messages", {}))
        kept_from_django = {code for code, message in self.items() if str(message) == str(stock.get(code))}
        for code, message in self._named(field, label).items():
            # Codes of validators (max_length and the like) are absent until somebody sets them.
            if code in kept_from_django or code not in self:
                self[code] = message

    @staticmethod
    def _named(field: forms.Field, label: str) -> dict[str, str]:
        name = label.strip().rstrip(":").replace("%", "%%")  # messages with limits are filled in with %
        thing = with_article(label)
        named: dict[str, str] = {}
        match field:
            case MultipleFileField():
                named["required"] = "Choose at least one file"
            case forms.FileField():
                named["required"] = "Choose a file"
                named["empty"] = "The chosen file is empty"
                named["invalid_image"] = "The chosen file must be an image, such as a JPEG or PNG"
            case forms.BooleanField() if not isinstance(field, forms.NullBooleanField):
                named["required"] = f"Select “{label.strip()}”"
            case forms.ChoiceField() | forms.ModelChoiceField():
                several = isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
                named["required"] = f"Choose {thing}"
                named["invalid_choice"] = (
                    "Choose from the list" if several else f"Choose {thing.replace('%', '%%')} from the list"
                )
                named["invalid_list"] = "Choose from the list"
            case DateField() if "date" not in label.lower():
                named["required"] = f"Enter a date for “{label.strip()}”"
            case _:
                named["required"] = f"Enter {thing}"
                named["max_length"] = f"{name} must be %(limit_value)d characters or fewer"
                named["min_length"] = f"{name} must be %(limit_value)d characters or more"
                named["max_value"] = f"{name} must be %(limit_value)s or less"
                named["min_value"] = f"{name} must be %(limit_value)s or more"
        if label.strip().endswith("?") and not isinstance(field, forms.FileField):
            named["required"] = f"Answer “{label.strip()}”"
        match field:
            case forms.DecimalField() | forms.FloatField():
                named["invalid"] = f"{name} must be a number, like 12.5"
            case forms.IntegerField():
                named["invalid"] = f"{name} must be a whole number, like 12"
            case forms.EmailField():
                named["invalid"] = f"Enter {with_article(label)} in full, like name@centre.example"
            case forms.URLField():
                named["invalid"] = f"Enter {with_article(label)} in full, like https://centre.example"
        return named
