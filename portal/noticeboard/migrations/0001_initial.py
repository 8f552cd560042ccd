import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import django_fsm
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import portal.accounts.codes
import portal.kit.operations
import portal.kit.searching


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("catalogue", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeyDate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("everybody", "Everybody (public)"),
                            ("centres", "Everybody who works at a centre"),
                            ("exams_officers", "Exams officers"),
                            ("tutors", "Tutors and leads for internal standardisation"),
                            ("moderators", "Moderators"),
                            ("candidates", "Candidates"),
                        ],
                        default="everybody",
                        max_length=20,
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        max_length=120,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\x00-\\x1f\\x7f\\x85\\u2028\\u2029]",
                                "Write this on one line, without line breaks.",
                                inverse_match=True,
                            )
                        ],
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="what to know")),
                ("starts_on", models.DateField(verbose_name="day")),
                (
                    "starts_at",
                    models.TimeField(
                        blank=True, help_text="Leave empty for the whole day.", null=True, verbose_name="time"
                    ),
                ),
                (
                    "ends_on",
                    models.DateField(
                        blank=True, help_text="Leave empty for one day.", null=True, verbose_name="last day"
                    ),
                ),
                ("ends_at", models.TimeField(blank=True, null=True, verbose_name="end time")),
                (
                    "is_cancelled",
                    models.BooleanField(
                        default=False,
                        help_text="It no longer applies. Calendars show it as cancelled.",
                        verbose_name="cancelled",
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sequence", models.PositiveIntegerField(default=0, editable=False)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "qualifications",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Leave empty for all. Otherwise it is addressed only to people at centres approved for one of them, and to its moderators. What is public stays public.",
                        related_name="+",
                        to="catalogue.qualification",
                    ),
                ),
            ],
            options={
                "ordering": ["starts_on", models.OrderBy(models.F("starts_at"), nulls_first=True), "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="date_ends_after_start",
                        violation_error_message="The last day must not be before the first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True), ("starts_at__isnull", False), _connector="OR"
                        ),
                        name="date_end_time_with_start_time",
                        violation_error_message="Enter a start time as well as the end time.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("starts_at__isnull", True),
                            ("ends_at__isnull", False),
                            _connector="OR",
                        ),
                        name="date_last_day_with_end_time",
                        violation_error_message="Enter an end time as well, or leave both times empty.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True),
                            models.Q(("ends_on__gt", models.F("starts_on")), ("ends_on__isnull", False)),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="date_end_time_after_start_time",
                        violation_error_message="The end time must be after the start time.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Enquiry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=120,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\x00-\\x1f\\x7f\\x85\\u2028\\u2029]",
                                "Write this on one line, without line breaks.",
                                inverse_match=True,
                            )
                        ],
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "nonce",
                    models.CharField(default=portal.accounts.codes.new_nonce, editable=False, max_length=32),
                ),
                (
                    "plain_names",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portal.kit.searching.Plain(models.F("name")),
                        output_field=portal.kit.searching.PlainText(),
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("open", "Waiting for an answer"),
                            ("answered", "Answered"),
                            ("closed", "Closed"),
                        ],
                        db_index=True,
                        default="open",
                        max_length=30,
                        protected=True,
                    ),
                ),
                ("reference", models.CharField(editable=False, max_length=20, unique=True)),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("approval", "Approval of a centre"),
                            ("entries", "Entries, orders and fees"),
                            ("sign_in", "Signing in, people and candidates"),
                            ("work", "Coursework and marking"),
                            ("claims", "Claims and moderation"),
                            ("certificates", "Results and certificates"),
                            ("training", "Training"),
                            ("accessibility", "Something in the portal that I cannot use"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "centre_number",
                    models.CharField(
                        blank=True,
                        help_text="Five digits, if it is about a centre.",
                        max_length=5,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{5}\\Z", "A centre number has five digits."
                            )
                        ],
                    ),
                ),
                ("answered_at", models.DateTimeField(editable=False, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("closed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "enquiries",
                "ordering": ["-sent_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                            models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="enquiry_answered_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="enquiry_closed_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reference__regex", "^Q-\\d{4}-\\d{6,}$")),
                        name="enquiry_reference_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "answered", "closed"])),
                        name="enquiry_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{answered:answered,answered:closed,answered:open,closed:open,open:answered,open:closed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="f31dc61f034cd4c7fc5d3e896f0fcce2a11ca67c",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_fabb8",
                            table="noticeboard_enquiry",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=100,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\x00-\\x1f\\x7f\\x85\\u2028\\u2029]",
                                "Write this on one line, without line breaks.",
                                inverse_match=True,
                            )
                        ],
                    ),
                ),
                (
                    "per",
                    models.CharField(
                        blank=True,
                        help_text="For example “certificate”.",
                        max_length=60,
                        verbose_name="charged for each",
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="For example “Refunded if the review is upheld.”",
                        max_length=200,
                    ),
                ),
                (
                    "is_offered",
                    models.BooleanField(
                        default=True,
                        help_text="Only these are on the fees list. Prices can be set beforehand.",
                        verbose_name="offered now",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, help_text="Order in the list.")),
            ],
            options={
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="NewsItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("everybody", "Everybody (public)"),
                            ("centres", "Everybody who works at a centre"),
                            ("exams_officers", "Exams officers"),
                            ("tutors", "Tutors and leads for internal standardisation"),
                            ("moderators", "Moderators"),
                            ("candidates", "Candidates"),
                        ],
                        default="everybody",
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("withdrawn", "Withdrawn")],
                        db_index=True,
                        default="draft",
                        max_length=30,
                        protected=True,
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        max_length=120,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\x00-\\x1f\\x7f\\x85\\u2028\\u2029]",
                                "Write this on one line, without line breaks.",
                                inverse_match=True,
                            )
                        ],
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        help_text="Plain paragraphs with an empty line between them. Web addresses become links."
                    ),
                ),
                (
                    "publish_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="show from"),
                ),
                (
                    "until",
                    models.DateTimeField(
                        blank=True,
                        help_text="Leave empty to show it for good.",
                        null=True,
                        verbose_name="show until",
                    ),
                ),
                (
                    "by_email",
                    models.BooleanField(
                        default=True,
                        help_text="Once, to those addressed who have not turned news off.",
                        verbose_name="also send by e-mail",
                    ),
                ),
                ("published_at", models.DateTimeField(editable=False, null=True)),
                (
                    "published_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("announced_at", models.DateTimeField(editable=False, null=True, verbose_name="e-mailed at")),
                (
                    "qualifications",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Leave empty for all. Otherwise it is addressed only to people at centres approved for one of them, and to its moderators. What is public stays public.",
                        related_name="+",
                        to="catalogue.qualification",
                    ),
                ),
            ],
            options={
                "verbose_name": "news item",
                "verbose_name_plural": "news",
                "ordering": ["-publish_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                            models.Q(("published_at__isnull", True), ("published_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="news_published_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True), ("until__gt", models.F("publish_at")), _connector="OR"
                        ),
                        name="news_until_after_publish_at",
                        violation_error_message="The end must be after the start.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "published", "withdrawn"])),
                        name="newsitem_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:published,published:withdrawn,withdrawn:published}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="c998895a98d60bd4c204ab93f80b6d9779bb8814",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_5663f",
                            table="noticeboard_newsitem",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=120,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\x00-\\x1f\\x7f\\x85\\u2028\\u2029]",
                                "Write this on one line, without line breaks.",
                                inverse_match=True,
                            )
                        ],
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "nonce",
                    models.CharField(default=portal.accounts.codes.new_nonce, editable=False, max_length=32),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("new", "New"),
                            ("answered", "Answered"),
                            ("arranged", "Arranged"),
                            ("declined", "Declined"),
                        ],
                        db_index=True,
                        default="new",
                        max_length=30,
                        protected=True,
                    ),
                ),
                (
                    "centre_name",
                    models.CharField(
                        max_length=120,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\x00-\\x1f\\x7f\\x85\\u2028\\u2029]",
                                "Write this on one line, without line breaks.",
                                inverse_match=True,
                            )
                        ],
                        verbose_name="centre",
                    ),
                ),
                ("about", models.TextField(max_length=2000, verbose_name="what the day should be about")),
                (
                    "place",
                    models.CharField(
                        help_text="An address, or “Online”.",
                        max_length=200,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\x00-\\x1f\\x7f\\x85\\u2028\\u2029]",
                                "Write this on one line, without line breaks.",
                                inverse_match=True,
                            )
                        ],
                        verbose_name="where",
                    ),
                ),
                (
                    "when_about",
                    models.CharField(
                        help_text="For example “a Friday in March” or “before Easter”.",
                        max_length=200,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\x00-\\x1f\\x7f\\x85\\u2028\\u2029]",
                                "Write this on one line, without line breaks.",
                                inverse_match=True,
                            )
                        ],
                        verbose_name="when",
                    ),
                ),
                (
                    "people",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(500),
                        ],
                        verbose_name="how many people",
                    ),
                ),
                (
                    "plain_names",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portal.kit.searching.Plain(
                            django.db.models.functions.text.Concat(
                                "name", models.Value(" "), "centre_name", output_field=models.TextField()
                            )
                        ),
                        output_field=portal.kit.searching.PlainText(),
                    ),
                ),
                ("answer", models.TextField(blank=True, editable=False, verbose_name="answer")),
                (
                    "qualifications",
                    models.ManyToManyField(blank=True, related_name="+", to="catalogue.qualification"),
                ),
            ],
            options={
                "verbose_name": "request for a training day",
                "verbose_name_plural": "requests for training days",
                "ordering": ["-sent_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "new"), models.Q(("answer", ""), _negated=True), _connector="OR"
                        ),
                        name="training_request_has_answer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("people__gte", 1)), name="training_request_for_someone"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["new", "answered", "arranged", "declined"])),
                        name="trainingrequest_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{answered:arranged,answered:declined,new:answered,new:arranged,new:declined}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="64ef47afdd41db8f1152fe22527cad77a58063f9",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_ddb9e",
                            table="noticeboard_trainingrequest",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingEvent",
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
                        choices=[("draft", "Draft"), ("published", "Published"), ("cancelled", "Cancelled")],
                        db_index=True,
                        default="draft",
                        max_length=30,
                        protected=True,
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        max_length=120,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\x00-\\x1f\\x7f\\x85\\u2028\\u2029]",
                                "Write this on one line, without line breaks.",
                                inverse_match=True,
                            )
                        ],
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="what it is about")),
                ("starts_at", models.DateTimeField(verbose_name="starts")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                (
                    "place",
                    models.CharField(
                        help_text="Address, or “Online”. Everybody can read it.",
                        max_length=200,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\x00-\\x1f\\x7f\\x85\\u2028\\u2029]",
                                "Write this on one line, without line breaks.",
                                inverse_match=True,
                            )
                        ],
                    ),
                ),
                (
                    "joining",
                    models.TextField(
                        blank=True,
                        help_text="Only for people whose place is confirmed: a link, where to park.",
                        verbose_name="how to join",
                    ),
                ),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="places"
                    ),
                ),
                ("published_at", models.DateTimeField(editable=False, null=True)),
                (
                    "published_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("cancelled_at", models.DateTimeField(editable=False, null=True)),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("reason", models.TextField(blank=True, editable=False, verbose_name="why it was cancelled")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sequence", models.PositiveIntegerField(default=0, editable=False)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "qualifications",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Leave empty for all.",
                        related_name="+",
                        to="catalogue.qualification",
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                            models.Q(("published_at__isnull", True), ("published_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="training_published_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_at__isnull", False), ("cancelled_by__isnull", False)),
                            models.Q(("cancelled_at__isnull", True), ("cancelled_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="training_cancelled_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cancelled"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="training_cancelled_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="training_ends_after_start",
                        violation_error_message="The end must be after the start.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("capacity__gte", 1)), name="training_at_least_1_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "published", "cancelled"])),
                        name="trainingevent_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:published,published:cancelled}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="8cf39464d62fb7802f513a396c4c01a2d06da290",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_d0fce",
                            table="noticeboard_trainingevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EnquiryMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "enquiry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="noticeboard.enquiry",
                    ),
                ),
                ("text", models.TextField(max_length=4000, verbose_name="message")),
                ("is_answer", models.BooleanField(default=False, verbose_name="from the awarding body")),
                (
                    "by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "verbose_name": "message",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("is_answer", False), ("by__isnull", False), _connector="OR"),
                        name="enquiry_answer_by_someone",
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="44045967a41b4253514bbb03c2b8bf7fb26058ba",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_6b5d8",
                            table="noticeboard_enquirymessage",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceFee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fees",
                        to="noticeboard.service",
                    ),
                ),
                ("valid_from", models.DateField()),
                (
                    "price",
                    models.DecimalField(decimal_places=2, max_digits=8, verbose_name="price in pounds"),
                ),
            ],
            options={
                "verbose_name": "service fee",
                "ordering": ["service", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(fields=("service", "valid_from"), name="service_fee_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("price__gte", 0)), name="service_fee_not_negative"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="past_is_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            IF OLD.valid_from <= (now() AT TIME ZONE 'Europe/London')::date THEN\n                RAISE EXCEPTION 'a row of % is in force since % and cannot be changed', TG_TABLE_NAME, OLD.valid_from\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN\n                RETURN OLD;\n            END IF;\n            IF NEW.valid_from < (now() AT TIME ZONE 'Europe/London')::date THEN\n                RAISE EXCEPTION 'a row of % cannot be moved into the past', TG_TABLE_NAME\n                    USING ERRCODE = 'integrity_constraint_violation';\n            END IF;\n            RETURN NEW;\n        ",
                            hash="d602e34bf8c54d36a08332522d0b7c4b151c5f32",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_past_is_kept_a2886",
                            table="noticeboard_servicefee",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Interest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=120,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\x00-\\x1f\\x7f\\x85\\u2028\\u2029]",
                                "Write this on one line, without line breaks.",
                                inverse_match=True,
                            )
                        ],
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "nonce",
                    models.CharField(default=portal.accounts.codes.new_nonce, editable=False, max_length=32),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("requested", "Requested, not yet confirmed"),
                            ("listed", "On the waiting list"),
                            ("confirmed", "Place confirmed"),
                            ("withdrawn", "Withdrawn"),
                            ("called_off", "Event cancelled"),
                        ],
                        db_index=True,
                        default="requested",
                        max_length=30,
                        protected=True,
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="interests",
                        to="noticeboard.trainingevent",
                    ),
                ),
                (
                    "centre_name",
                    models.CharField(
                        blank=True,
                        max_length=120,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[\\x00-\\x1f\\x7f\\x85\\u2028\\u2029]",
                                "Write this on one line, without line breaks.",
                                inverse_match=True,
                            )
                        ],
                        verbose_name="centre",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        help_text="For example what you need in order to take part.",
                        max_length=500,
                        verbose_name="Is there anything we should know?",
                    ),
                ),
                (
                    "plain_names",
                    models.GeneratedField(
                        db_persist=True,
                        expression=portal.kit.searching.Plain(
                            django.db.models.functions.text.Concat(
                                "name", models.Value(" "), "centre_name", output_field=models.TextField()
                            )
                        ),
                        output_field=portal.kit.searching.PlainText(),
                    ),
                ),
            ],
            options={
                "verbose_name": "interest in training",
                "verbose_name_plural": "interest in training",
                "ordering": ["event", "sent_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("event"),
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(("state__in", ("requested", "listed", "confirmed"))),
                        name="interest_open_once_an_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["requested", "listed", "confirmed", "withdrawn", "called_off"])
                        ),
                        name="interest_known_state",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="no_place_too_many",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NEW.\"state\" = 'confirmed')",
                            declare="DECLARE places integer;",
                            func="\n        SELECT capacity INTO places FROM noticeboard_trainingevent WHERE id = NEW.event_id FOR UPDATE;\n        IF (SELECT count(*) FROM noticeboard_interest\n                WHERE event_id = NEW.event_id AND state = 'confirmed' AND id <> NEW.id) >= places THEN\n            RAISE EXCEPTION 'all % places of training event % are taken', places, NEW.event_id\n                USING ERRCODE = 'integrity_constraint_violation';\n        END IF;\n        RETURN NEW;\n    ",
                            hash="521568e74ccfb37c0504fc53a4ad49f243d97804",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_no_place_too_many_66308",
                            table="noticeboard_interest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="allowed_moves",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{confirmed:called_off,confirmed:withdrawn,listed:called_off,listed:confirmed,listed:withdrawn,requested:called_off,requested:confirmed,requested:listed,requested:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="913864b28005c23246680e1842670779d90c9378",
                            operation="UPDATE",
                            pgid="pgtrigger_allowed_moves_4bfd1",
                            table="noticeboard_interest",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        portal.kit.operations.InstallTriggers(
            models=[
                "enquiry",
                "newsitem",
                "trainingrequest",
                "trainingevent",
                "enquirymessage",
                "servicefee",
                "interest",
            ],
        ),
    ]
