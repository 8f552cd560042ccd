import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("kit", "0002_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="EMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="emails", to="kit.event"
                    ),
                ),
                ("recipient", models.EmailField(max_length=254)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="emails",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("account", "Signing in: invitations, passwords, two-step verification"),
                            ("approval", "Applications and approvals"),
                            ("entries", "Orders and entries"),
                            ("claims", "Claims and moderation"),
                            ("work", "Candidates’ work: messages"),
                            ("handed_in", "Candidates’ work: handed in"),
                            ("training", "Training days and enquiries"),
                            ("news", "News"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "timing",
                    models.CharField(
                        choices=[
                            ("at_once", "At once"),
                            ("daily", "Once a day, in one e-mail"),
                            ("off", "Not by e-mail"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("sent", "Sent"), ("dropped", "No longer wanted")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "digest",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="emails",
                        to="accounts.digest",
                    ),
                ),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sent_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "e-mail",
                "ordering": ["-written_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("digest__isnull", True), ("state", "waiting"), ("timing", "daily")
                        ),
                        fields=["user"],
                        name="email_for_next_digest",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event", "recipient"), name="email_once_for_event_and_recipient"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "sent", "dropped"])),
                        name="email_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="email_sent_with_moment",
                    ),
                ],
            },
        ),
    ]
