"""Admin classes: records that are read, and records that staff type."""

from django import forms
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import flatten_fieldsets, lookup_field, unquote
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from .. import audit
from ..dated import has_begun
from ..forms.two_tabs import SEEN, SeenField, TwoTabs, changes_of
from .filters import AutocompleteFilter
from .verbs import Verbs


class StaffAdmin(Verbs, admin.ModelAdmin):
    """Lists and records as staff need them: newest first, nothing counted twice, nothing empty, history in words."""

    view_on_site = False  # centres' pages are for centres
    show_full_result_count = False  # a second count of everything, beside that of what was found
    show_facets = admin.ShowFacets.NEVER  # a count of each choice, each time
    list_per_page = 50
    empty_value_display = ""
    ordering = ["-pk"]

    def changelist_view(self, request, extra_context=None):
        title = capfirst(self.opts.verbose_name_plural)  # rather than "Select order to view"
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_fieldsets(self, request, obj=None):
        """Without what is only shown and empty."""
        given = super().get_fieldsets(request, obj)
        if obj is None:
            return given
        readonly = self.get_readonly_fields(request, obj) if self._is_changed_here(request, obj) else None
        shown = [
            (heading, {**options, "fields": self._filled(options["fields"], obj, readonly)})
            for heading, options in given
        ]
        return [(heading, options) for heading, options in shown if options["fields"]]

    def _is_changed_here(self, request, obj) -> bool:
        return obj is not None and self.has_change_permission(request, obj)

    def _filled(self, names, obj, readonly) -> list:
        """`readonly`: the fields that are only shown; None: all of them."""
        return [
            name
            for name in names
            if (readonly is not None and name not in readonly) or self._holds(obj, name)
        ]

    def _holds(self, obj, name: str) -> bool:
        value = lookup_field(name, obj, self)[2]
        return value.exists() if isinstance(value, models.Manager) else value not in (None, "", [], {})

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and not self.has_change_permission(request, obj):
            context["title"] = capfirst(self.opts.verbose_name)  # rather than "View order"
        return super().render_change_form(request, context, add, change, form_url, obj)

    def history_view(self, request, object_id, extra_context=None):
        """The lines of the audit trail about the record."""
        obj = admin.ModelAdmin.get_object(self, request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        kind = ContentType.objects.get_for_model(obj).pk
        trail = reverse("admin:kit_event_changelist")
        return redirect(f"{trail}?subject_type__id__exact={kind}&subject_id__exact={obj.pk}")

    @property
    def media(self):
        """With what the filters by typing need."""
        with_kinds = [given for given in self.list_filter if isinstance(given, tuple)]
        found = [path for path, kind in with_kinds if issubclass(kind, AutocompleteFilter)]
        return super().media + AutocompleteSelect(None, self.admin_site).media if found else super().media


class ReadOnlyAdmin(StaffAdmin):
    """Records that nobody types: they can be read, and only their verbs change them.

    `fields` of the page: all that people can read, unless the class names them.
    """

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def get_fields(self, request, obj=None):
        return self.fields or self.readable()

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Without the help texts of the forms on which these were typed."""
        if obj is not None:
            shown = flatten_fieldsets(self.get_fieldsets(request, obj))
            kwargs["help_texts"] = dict.fromkeys(shown, "")
        return super().get_form(request, obj, change=change, **kwargs)

    def readable(self) -> list[str]:
        """Without keys and codes, columns for searching, and files, which are only handed out by their own view."""
        hidden = (models.AutoField, models.FileField, models.GeneratedField, models.UUIDField)
        fields = [*self.opts.fields, *self.opts.many_to_many]
        left_out = {"nonce", *(self.exclude or ())}
        names = [
            field.name for field in fields if not isinstance(field, hidden) and field.name not in left_out
        ]
        return sorted(names, key=lambda name: name != "state")  # which comes first


class TwoTabsAdmin(StaffAdmin):
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
