import django.db.models.deletion
from django.db import migrations, models


def keep_what_was_asked(apps, schema_editor):
    """One line for each qualification asked for so far; what was decided held for all of them."""
    Application = apps.get_model("centres", "Application")
    Line = apps.get_model("centres", "ApplicationLine")
    Line.objects.bulk_create(
        Line(
            application_id=asked.application_id,
            qualification_id=asked.qualification_id,
            outcome=asked.application.state if asked.application.state in ("approved", "refused") else "",
        )
        for asked in Application.qualifications.through.objects.select_related("application")
    )


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial"), ("centres", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ApplicationLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("", "Not decided yet"), ("approved", "Approved"), ("refused", "Refused")],
                        default="",
                        max_length=10,
                    ),
                ),
            ],
            options={
                "verbose_name": "qualification asked for",
                "verbose_name_plural": "qualifications asked for",
                "ordering": ["qualification"],
            },
        ),
        migrations.AddField(
            model_name="applicationline",
            name="application",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="centres.application"
            ),
        ),
        migrations.AddField(
            model_name="applicationline",
            name="qualification",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.qualification"
            ),
        ),
        migrations.AddConstraint(
            model_name="applicationline",
            constraint=models.UniqueConstraint(
                fields=("application", "qualification"), name="application_asks_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="applicationline",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["", "approved", "refused"])),
                name="application_line_known_outcome",
            ),
        ),
        migrations.RunPython(keep_what_was_asked, migrations.RunPython.noop),
    ]
