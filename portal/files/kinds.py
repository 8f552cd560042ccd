"""The words of this room: how a file is shown, whether workers made something to view from it, and what that is."""

from django.db import models


class Kind(models.TextChoices):
    PICTURE = "picture", "Image"
    PDF = "pdf", "PDF document"
    AUDIO = "audio", "Audio"
    VIDEO = "video", "Video"
    TEXT = "text", "Text"
    TABLE = "table", "Table"
    OFFICE = "office", "Office document"
    ZIP = "zip", "Zipped website or folder"
    OTHER = "other", "File to download"


class Preview(models.TextChoices):
    WAITING = "waiting", "Preview queued"
    MAKING = "making", "Preview being made"
    READY = "ready", "Can be viewed"
    PARTLY = "partly", "Can be viewed in part"
    NONE = "none", "Download to view"
    FAILED = "failed", "No preview could be made"


class Shown(models.TextChoices):
    PAGE = "page", "Page"
    TEXT = "text", "Text"
    TABLE = "table", "Table"
    LISTING = "listing", "Files in a zip"
    POSTER = "poster", "Poster"
    WAVEFORM = "waveform", "Waveform"
    PLAYABLE = "playable", "Copy to play"
