"""Fields for one or several files, with limits shown beside the picker. The content is checked elsewhere."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from ..amounts import filesize_uk


class _Limits:
    """Limits of one upload: shown beside the picker, checked in the browser as a help and here as the rule."""

    def __init__(self, max_bytes: int | None, extensions: Sequence[str]) -> None:
        self.max_bytes = max_bytes
        self.extensions = tuple(sorted({"." + extension.lower().lstrip(".") for extension in extensions}))

    def attrs(self) -> dict[str, str]:
        attrs: dict[str, str] = {}
        if self.max_bytes:
            attrs["data-max-bytes"] = str(self.max_bytes)
        if self.extensions:
            attrs["accept"] = ",".join(self.extensions)
        return attrs

    def fault(self, file: UploadedFile) -> ValidationError | None:
        name = PurePath(file.name or "").name
        if self.extensions and not name.lower().endswith(self.extensions):
            allowed = ", ".join(extension[1:] for extension in self.extensions)
            return ValidationError(
                f"{name} cannot be used here. Choose a file of one of these kinds: {allowed}",
                code="extension",
            )
        if self.max_bytes and (file.size or 0) > self.max_bytes:
            size, limit = filesize_uk(file.size), filesize_uk(self.max_bytes)
            if size == limit:  # only just too large
                size, limit = f"{file.size:,} bytes", f"{self.max_bytes:,} bytes"
            return ValidationError(f"{name} is {size}. The largest allowed is {limit}", code="too_large")
        return None


class FileField(forms.FileField):
    """One file, with limits: name, size, not empty. The content is checked elsewhere.

    `is_brief`: beside the picker are only the sizes, as the page lists the many kinds of file in a place of its own.
    """

    widget = forms.FileInput

    def __init__(
        self,
        *,
        max_bytes: int | None = None,
        extensions: Sequence[str] = (),
        is_brief: bool = False,
        **kwargs: Any,
    ) -> None:
        self.limits = _Limits(max_bytes, extensions)
        self.is_brief = is_brief
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), **self.limits.attrs()}

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile) and (fault := self.limits.fault(file)):
            raise fault
        return file


class MultipleFileInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        if isinstance(files, MultiValueDict):
            return files.getlist(name)
        file = files.get(name)
        return file if isinstance(file, list) else [file] if file else []

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not self.value_from_datadict(data, files, name)


class MultipleFileField(FileField):
    """Several files at once. Cleans to a list, which is empty if the field is optional and none was chosen."""

    widget = MultipleFileInput

    def __init__(self, *, max_files: int | None = None, **kwargs: Any) -> None:
        self.max_files = max_files
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        if self.max_files:
            attrs["data-max-files"] = str(self.max_files)
        return attrs

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the files in the order chosen.

        Raises ValidationError with a message for each faulty file that names it.
        """
        files = list(data or [])
        if not files:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        faults: list[ValidationError] = []
        if self.max_files and len(files) > self.max_files:
            faults.append(
                ValidationError(
                    f"You chose {len(files)} files. The most allowed at a time is {self.max_files}",
                    code="too_many",
                )
            )
        for file in files:
            if not file.size and not self.allow_empty_file:
                faults.append(ValidationError(f"{PurePath(file.name or '').name} is empty", code="empty"))
                continue
            try:
                super().clean(file)
            except ValidationError as refusal:
                faults.append(refusal)
        if faults:
            raise ValidationError(faults)
        return files

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and bool(data)
