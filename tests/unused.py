"""Print what of the portal's own code nothing of it uses, and fail if there is any: `python -m tests.unused`.

What only tests use counts as unused. Vulture finds what has no other mention; templates and the names that are given as
texts ("approve", "centre__number") are mentions, too, which it does not know of.
"""

import ast
import keyword
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from vulture.core import Vulture

from tests.imports import ROOMS

NOT_READ = ["*/migrations/*", "*/settings.py", "*/formats/*"]  # written for Django, which reads all of them
TAG = re.compile(r"\{[{%].*?[%}]\}")
MARKED = [  # called by whom the decorator tells of them
    "@admin.*", "@handles", "@letter", "@receiver", "@register.*", "@shared_task", "@transition", "@when_*",
    "@*.readable_by", "@*.register", "@*.register_lookup", "@moves_with_candidate", "@shown_with_candidate",
    "@*.written_by",
]  # fmt: skip
ASKED_FOR = [  # by Django, its packages, Celery, PyAV or Pillow, under these names
    "abstract", "add_arguments", "admin_view", "add_fieldsets", "add_form", "add_message", "_add_view", "*Admin",
    "allow_multiple_selected", "arity", "as_sql", "*_at", "autocomplete_fields",
    "change_list_template", "default_site", "empty_value_display", "enable_nav_sidebar", "has_output", "history_view",
    "index_title", "search_help_text", "readable", "*_by", "can_delete",
    "clean*", "*Config", "constraints", "cookie_name", "daemon_threads", "database_backwards",
    "date_hierarchy", "default_renderer", "dependencies", "describe", "exclude", "*_FIELD", "field_classes",
    "field_order", "field_template_name", "*_FIELDS", "fieldsets", "filter_horizontal",
    "form_template_name", "generate_authenticator_name", "get_full_name", "get_prep_lookup",
    "get_public_key_credential_rp_entity", "get_short_name", "get_totp_issuer", "get_user", "handler500",
    "has_*_permission", "help", "help_texts", "indexes", "inlines", "is_open_for_signup",
    "label_from_instance", "list_*", "lookup_name", "lookups", "MAX_IMAGE_PIXELS", "max_num",
    "MAX_TEXT_CHUNK", "Meta", "migration_progress_callback", "operations", "ordering", "output_field",
    "parameter_name", "pre_authenticate", "pts", "readinto", "readonly_fields", "renderer",
    "requires_system_checks", "_result_cache", "search_fields", "send_messages", "SERVER", "show_*",
    "state_forwards", "storage_classes", "support_js_module_import_aggregation", "time_base", "urlpatterns",
    "use_fieldset", "use_required_attribute", "_value_", "value_omitted_from_data", "verbose_name*", "view_on_site",
]  # fmt: skip
ALLOWED = {
    "allows",  # the microphone, for the marking page to come
    "NO_PART",  # of the guide: what needs no part is said where the parts are, for a test
    # Values that people choose, or that stand in the database, and of which code asks nothing.
    "ACCESSIBILITY", "EXAMS_OFFICERS", "MODERATORS", "NOT", "SIGN_IN", "TUTORS", "YES",
    "is_authentic",  # a box that has to be ticked
    "flag",  # read by the settings
}  # fmt: skip


def main() -> int:
    found = Vulture(ignore_names=[*ASKED_FOR, *ALLOWED], ignore_decorators=MARKED)
    found.scavenge(ROOMS, exclude=NOT_READ)
    names = {*_in_templates(), *_in_texts()}
    found.scan("\n".join(f"_.{name}" for name in sorted(names) if not keyword.iskeyword(name)), "mentions")
    unused = found.get_unused_code(min_confidence=60)
    for item in unused:
        print(item.get_report())
    return len(unused)


def _in_templates() -> Iterator[str]:
    for template in Path("templates").rglob("*.*"):
        for tag in TAG.findall(template.read_text()):
            yield from re.findall(r"[A-Za-z_]\w*", tag)


def _in_texts() -> Iterator[str]:
    """Names given as texts alone or as paths, and those of arguments, which may be fields of a query."""
    for path in (
        path for room in ROOMS for path in Path(room).rglob("*.py") if "migrations" not in path.parts
    ):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value if re.fullmatch(r"-?[\w.]+", node.value) else ""
            elif isinstance(node, ast.keyword):
                text = node.arg or ""
            else:
                continue
            parts = [*re.split(r"\W", text), *re.split(r"__|\W", text)]
            yield from (part for part in parts if part.isidentifier())


if __name__ == "__main__":
    sys.exit(bool(main()))
