"""The audit trail and the outbox, for awarding-body staff to read, and to try failed work again."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.db import models
from django.utils import timezone

from . import audit, outbox
from .dated import has_begun
from .forms.two_tabs import SEEN, SeenField, TwoTabs, changes_of
from .models import Event, OutboxEntry


class ReadOnlyAdmin(admin.ModelAdmin):
    """Records that nobody types: they can be read, and only actions change them."""

    view_on_site = False  # centres' pages are for centres

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def get_readonly_fields(self, request, obj=None):
        return [field.name for field in self.model._meta.fields if field.name not in self._files()]

    def get_exclude(self, request, obj=None):
        return [*(super().get_exclude(request, obj) or []), *self._files()]

    def _files(self) -> list[str]:
        """Files are only handed out by their own view: the link that Django shows leads nowhere."""
        return [field.name for field in self.model._meta.fields if isinstance(field, models.FileField)]


class LookOnlyAdmin(ReadOnlyAdmin):
    """Records to look up: there is no button to save, and no action."""

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def get_readonly_fields(self, request, obj=None):
        return []


class TwoTabsAdmin(admin.ModelAdmin):
    """Records that staff type: of two saves, a second one that would undo the first is stopped and shows both."""

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST":
            return found
        self.model._base_manager.select_for_update(of=("self",)).get(pk=found.pk)
        return super().get_object(request, object_id, from_field)

    def get_fields(self, request, obj=None):
        return [name for name in super().get_fields(request, obj) if name != SEEN]

    def get_fieldsets(self, request, obj=None):
        given = super().get_fieldsets(request, obj)
        return [*given, (None, {"fields": [SEEN]})] if self._is_changed_here(request, obj) else given

    def get_form(self, request, obj=None, change=False, **kwargs):
        if self._is_changed_here(request, obj):
            base = kwargs.pop("form", self.form)
            kwargs["form"] = type("TwoTabsForm", (_TwoTabsForm, base), {SEEN: SeenField()})
        return super().get_form(request, obj, change=change, **kwargs)

    def _is_changed_here(self, request, obj) -> bool:
        return obj is not None and self.has_change_permission(request, obj)


class _TwoTabsForm(TwoTabs):
    names_theirs_in_full = True


class TwoTabsInline(InlineModelAdmin):
    """Lines typed on the page of their record: each is stopped by itself, as in TwoTabsAdmin."""

    def get_fields(self, request, obj=None):
        given = [name for name in super().get_fields(request, obj) if name != SEEN]
        return [*given, SEEN] if self.has_change_permission(request, obj) else given

    def get_formset(self, request, obj=None, **kwargs):
        if self.has_change_permission(request, obj):
            base = kwargs.pop("form", self.form)
            kwargs["form"] = type("TwoTabsForm", (_TwoTabsForm, base), {SEEN: SeenField()})
        return super().get_formset(request, obj, **kwargs)


class AuditedAdmin(TwoTabsAdmin):
    """Records that staff type, and lines on their page: each addition, change or deletion writes an audit line."""

    def save_model(self, request, obj, form, change) -> None:
        super().save_model(request, obj, form, change)
        if form.changed_data or not change:
            changed = changes_of(form) if change else {}
            audit.record("change" if change else "add", obj, by=request.user, changed=changed)

    def save_formset(self, request, form, formset, change) -> None:
        gone = [(line.instance, "", "") for line in formset.deleted_forms if line.instance.pk]
        audit.record_all("delete", gone, by=request.user)
        super().save_formset(request, form, formset, change)
        audit.record_all("add", [(row, "", "") for row in formset.new_objects], by=request.user)
        forms_of = {line.instance.pk: line for line in formset.initial_forms}
        for row, _ in formset.changed_objects:
            audit.record("change", row, by=request.user, changed=changes_of(forms_of[row.pk]))

    def delete_model(self, request, obj) -> None:
        audit.record("delete", obj, by=request.user)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset) -> None:
        audit.record_all("delete", [(row, "", "") for row in queryset], by=request.user)
        super().delete_queryset(request, queryset)


class DatedForm(forms.ModelForm):
    """A row that applies from a day on. It may begin in the past only if nothing applied then."""

    def clean(self):
        data = super().clean() or self.cleaned_data
        day = data.get("valid_from")
        if day and day < timezone.localdate() and self._held_on(day, data):
            self.add_error("valid_from", "Something already applies on that day. Enter today or a later day.")
        return data

    def _held_on(self, day, data) -> bool:
        others = ("price", "valid_from")
        same = {name: data.get(name) for name in self.fields if name not in others}
        return self._meta.model._default_manager.filter(valid_from__lte=day, **same).exists()


class DatedAdmin(AuditedAdmin):
    """Prices from a day on: a price whose day has come is history, and read-only."""

    form = DatedForm

    def has_change_permission(self, request, obj=None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and has_begun(obj))

    def has_delete_permission(self, request, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and has_begun(obj))


class ReadOnlyInline(admin.TabularInline):
    """Lines of a record, read-only."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def get_readonly_fields(self, request, obj=None):
        """All of them: Django refuses fields that a form cannot contain, such as the time of a decision."""
        return list(self.fields or ())


@admin.register(Event)
class EventAdmin(LookOnlyAdmin):
    list_display = ["at", "who", "verb", "subject_name", "before", "after", "why"]
    list_filter = ["verb", "at"]
    search_fields = ["plain_names__holds", "why"]
    date_hierarchy = "at"
    show_full_result_count = False
    list_per_page = 50


@admin.register(OutboxEntry)
class OutboxEntryAdmin(ReadOnlyAdmin):
    list_display = ["kind", "subject_id", "state", "tries", "not_before", "done_at", "last_error"]
    list_filter = ["state", "kind"]
    search_fields = ["kind", "last_error"]
    actions = ["try_again"]

    @admin.action(description="Try failed entries again", permissions=["change"])
    def try_again(self, request, queryset):
        count = outbox.retry(queryset)
        self.message_user(request, f"{count} will be tried again.", messages.SUCCESS)
