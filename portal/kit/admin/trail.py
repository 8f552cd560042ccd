"""The audit trail for awarding-body staff: what happened, in words, newest first."""

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join

from ..models import Event
from ..past import past
from .bases import ReadOnlyAdmin
from .columns import short
from .filters import DateRangeFilter, SelectFilter


class VerbFilter(SelectFilter):
    title = "what happened"
    parameter_name = "verb"

    def lookups(self, request, model_admin):
        return sorted(((verb, past(verb)) for verb in Event.objects.verbs()), key=lambda choice: choice[1])


class KindFilter(SelectFilter):
    title = "kind of record"
    parameter_name = "subject_type"

    def lookups(self, request, model_admin):
        kinds = [(kind.pk, kind.model_class()) for kind in ContentType.objects.all()]
        named = [(key, _name_of(model)) for key, model in kinds if model in admin.site._registry]
        return sorted(named, key=lambda choice: choice[1])


def _name_of(model) -> str:
    return str(model._meta.verbose_name_plural).capitalize()


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Also the history of one record, where the address names it."""

    list_display = ["at", "who", "what", "about", short("why")]
    list_display_links = ["at"]
    list_filter = [VerbFilter, ("at", DateRangeFilter), KindFilter]
    search_fields = ["plain_names__holds", "why__holds"]
    search_help_text = "Who did it, the record's name, or the reason that was given."
    fields = ["at", "who", "by", "what", "about", "why", "rest"]
    ordering = ["-pk"]

    def changelist_view(self, request, extra_context=None):
        key, kind = (request.GET.get(name) for name in ("subject_id__exact", "subject_type__id__exact"))
        named = Event.objects.filter(subject_type=kind, subject_id=key) if _are_keys(key, kind) else None
        newest = named.order_by("-pk").first() if named is not None else None
        title = {"title": f"History of {newest.subject_name}"} if newest else {}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    @admin.display(description="what happened")
    def what(self, event) -> str:
        return event.what

    @admin.display(description="record")
    def about(self, event) -> str:
        """Its name as it was then, and the way to it where it has a page here."""
        kind = ContentType.objects.get_for_id(event.subject_type_id)
        name = event.subject_name or f"{kind.name} {event.subject_id}"
        try:
            url = reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[event.subject_id])
        except NoReverseMatch:
            return name
        return format_html('<a href="{}">{}</a>', url, name)

    @admin.display(description="also recorded")
    def rest(self, event) -> str:
        """What was written down beside the change, by name."""
        more = {name: value for name, value in event.details.items() if name != "changed" and value}
        rows = ((name.replace("_", " ").capitalize(), str(value)) for name, value in more.items())
        return format_html_join("", "<p>{}: {}</p>", rows)


def _are_keys(*values: str | None) -> bool:
    return all(value and value.isascii() and value.isdigit() and len(value) < 19 for value in values)
