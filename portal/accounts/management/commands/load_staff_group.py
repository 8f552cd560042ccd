from django.core.management.base import BaseCommand

from portal.accounts.staff_group import load_staff_group


class Command(BaseCommand):
    help = "Create the group of awarding-body staff, or bring its permissions up to date. Safe to run again."

    def handle(self, **options):
        group = load_staff_group()
        self.stdout.write(f"“{group}” has {group.permissions.count()} permissions.")
