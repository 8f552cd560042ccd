import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import portal.kit.operations
import portal.kit.searching


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("contenttypes", "__first__"),
        ("kit", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("who", models.CharField(max_length=200)),
                ("verb", models.CharField(db_index=True, max_length=60)),
                (
                    "subject_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                ("subject_name", models.CharField(max_length=200)),
                ("before", models.CharField(blank=True, max_length=200, verbose_name="from")),
                ("after", models.CharField(blank=True, max_length=200, verbose_name="to")),
                ("why", models.TextField(blank=True)),
                ("details", models.JSONField(blank=True, default=dict)),
                (
                    "plain_names",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portal.kit.searching.Plain(
                            django.db.models.functions.text.Concat(
                                "who", models.Value(" "), "subject_name", output_field=models.TextField()
                            )
                        ),
                        output_field=portal.kit.searching.PlainText(),
                    ),
                ),
            ],
            options={
                "verbose_name": "audit event",
                "ordering": ["at", "pk"],
                "indexes": [models.Index(fields=["subject_type", "subject_id", "at"], name="event_subject")],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="e15fb8e6e49659887bf18d5b250e548f30dfd92f",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_7c438",
                            table="kit_event",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        portal.kit.operations.InstallTriggers(
            models=["event"],
        ),
    ]
