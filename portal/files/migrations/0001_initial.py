import uuid

import django.db.models.deletion
import django.utils.timezone
import django_fsm
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import portal.kit.operations


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("receiving", "Being uploaded"),
                            ("received", "Being checked"),
                            ("ready", "Ready"),
                            ("refused", "Not accepted"),
                            ("held", "Waiting to be checked"),
                            ("cancelled", "Cancelled"),
                            ("expired", "Not finished in time"),
                        ],
                        db_index=True,
                        default="receiving",
                        max_length=30,
                        protected=True,
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("use", models.CharField(max_length=20)),
                (
                    "name",
                    models.CharField(help_text="The name of the file when it was sent.", max_length=150),
                ),
                ("size_bytes", models.PositiveBigIntegerField()),
                ("received_bytes", models.PositiveBigIntegerField(default=0)),
                ("mark", models.CharField(blank=True, max_length=250)),
                (
                    "sender",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="Why it was not accepted, or is waiting.", max_length=500
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("received_at", models.DateTimeField(editable=False, null=True)),
                ("ready_at", models.DateTimeField(editable=False, null=True)),
                ("expires_at", models.DateTimeField(db_index=True)),
                ("kept_at", models.DateTimeField(editable=False, null=True)),
                ("file", models.FileField(blank=True, max_length=200, upload_to="")),
                ("sha256", models.CharField(blank=True, db_index=True, max_length=64)),
                ("media_type", models.CharField(blank=True, max_length=100)),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("picture", "Image"),
                            ("pdf", "PDF document"),
                            ("audio", "Audio"),
                            ("video", "Video"),
                            ("text", "Text"),
                            ("table", "Table"),
                            ("office", "Office document"),
                            ("zip", "Zipped website or folder"),
                            ("other", "File to download"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "preview",
                    models.CharField(
                        choices=[
                            ("waiting", "Preview queued"),
                            ("making", "Preview being made"),
                            ("ready", "Can be viewed"),
                            ("partly", "Can be viewed in part"),
                            ("none", "Download to view"),
                            ("failed", "No preview could be made"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
                (
                    "preview_fault",
                    models.CharField(
                        blank=True, help_text="Why only part, or nothing, is shown.", max_length=300
                    ),
                ),
                (
                    "preview_done",
                    models.PositiveSmallIntegerField(
                        help_text="Pages, or hundredths, made so far.", null=True
                    ),
                ),
                ("preview_of", models.PositiveSmallIntegerField(null=True)),
                ("generation", models.PositiveIntegerField(default=0)),
                ("pages", models.PositiveIntegerField(editable=False, null=True)),
                ("duration_ms", models.PositiveBigIntegerField(editable=False, null=True)),
                (
                    "width",
                    models.PositiveIntegerField(
                        editable=False, help_text="Of a picture or video, the right way up.", null=True
                    ),
                ),
                ("height", models.PositiveIntegerField(editable=False, null=True)),
                (
                    "plays_itself",
                    models.BooleanField(
                        editable=False, help_text="Whether browsers play the file as it is.", null=True
                    ),
                ),
            ],
            options={
                "ordering": ["started_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("received_bytes__lte", models.F("size_bytes"))),
                        name="stored_file_not_too_long",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ready"), _negated=True),
                            models.Q(models.Q(("sha256", ""), _negated=True), ("size_bytes__gt", 0)),
                            _connector="OR",
                        ),
                        name="stored_file_ready_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kept_at", None),
                            models.Q(("state", "ready"), models.Q(("file", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="stored_file_kept_is_there",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["receiving", "received", "ready", "refused", "held", "cancelled", "expired"],
                            )
                        ),
                        name="storedfile_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="never_altered",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."state" = \'ready\' AND (OLD."file" IS DISTINCT FROM (NEW."file") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."size_bytes" IS DISTINCT FROM (NEW."size_bytes") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."media_type" IS DISTINCT FROM (NEW."media_type") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."sender_id" IS DISTINCT FROM (NEW."sender_id") OR OLD."use" IS DISTINCT FROM (NEW."use")))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="1dca8491bf43cf8fb6e8fa9c1f2c191febcfc20b",
                            operation="UPDATE",
                            pgid="pgtrigger_never_altered_7541f",
                            table="files_storedfile",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="kept_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."kept_at" IS NOT NULL)',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="d3fe1a1853fa5758aa18fd397133ea1d636efaac",
                            operation="DELETE",
                            pgid="pgtrigger_kept_stays_bc494",
                            table="files_storedfile",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="kept_at_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."kept_at" IS NOT NULL AND OLD."kept_at" IS DISTINCT FROM (NEW."kept_at"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="76a8dd481029173cd2be7f1fe66de0b1931c526f",
                            operation="UPDATE",
                            pgid="pgtrigger_kept_at_stays_68a05",
                            table="files_storedfile",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{held:cancelled,held:ready,held:refused,received:held,received:ready,received:refused,receiving:cancelled,receiving:expired,receiving:received}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="7c24c235761dc953344dcae35ee5cd8a12659d22",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_1c062",
                            table="files_storedfile",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stored",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="files.storedfile",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("first_byte", models.PositiveBigIntegerField()),
                ("size_bytes", models.PositiveBigIntegerField()),
                ("file", models.FileField(max_length=200, upload_to="")),
            ],
            options={
                "ordering": ["stored", "first_byte"],
                "constraints": [
                    models.UniqueConstraint(fields=("stored", "first_byte"), name="part_once"),
                    models.CheckConstraint(condition=models.Q(("size_bytes__gt", 0)), name="part_not_empty"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rendition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stored",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="renditions",
                        to="files.storedfile",
                    ),
                ),
                ("generation", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("page", "Page"),
                            ("text", "Text"),
                            ("table", "Table"),
                            ("listing", "Files in a zip"),
                            ("poster", "Poster"),
                            ("waveform", "Waveform"),
                            ("playable", "Copy to play"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "index",
                    models.PositiveSmallIntegerField(
                        help_text="From 1, through all of a generation: for a page, its number."
                    ),
                ),
                ("file", models.FileField(blank=True, max_length=200, upload_to="")),
                ("media_type", models.CharField(blank=True, max_length=100)),
                ("width", models.PositiveIntegerField(null=True)),
                ("height", models.PositiveIntegerField(null=True)),
                ("text", models.TextField(blank=True)),
                ("data", models.JSONField(null=True)),
            ],
            options={
                "ordering": ["stored", "generation", "index"],
                "constraints": [
                    models.UniqueConstraint(fields=("stored", "generation", "index"), name="rendition_once")
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="of_a_kept_file_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n                    IF EXISTS (\n                        SELECT 1 FROM files_storedfile\n                         WHERE id = COALESCE(OLD.stored_id, NEW.stored_id) AND kept_at IS NOT NULL\n                           AND (TG_OP <> 'INSERT' OR NEW.generation <= generation)\n                    ) THEN\n                        RAISE EXCEPTION 'the file is kept: what was made of it cannot be changed'\n                            USING ERRCODE = 'integrity_constraint_violation';\n                    END IF;\n                    RETURN COALESCE(NEW, OLD);\n                ",
                            hash="04882d119a6f20017e102f2af6a17e2b16eb2824",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_of_a_kept_file_stays_e2a23",
                            table="files_rendition",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ContentLink",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "stored",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="files.storedfile",
                    ),
                ),
                ("use", models.CharField(max_length=20)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("session_key", models.CharField(max_length=40)),
                ("given_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
        ),
        portal.kit.operations.InstallTriggers(
            models=["storedfile", "rendition"],
        ),
    ]
