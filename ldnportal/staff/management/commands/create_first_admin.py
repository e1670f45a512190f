from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from ldnportal.staff.models import User


class Command(BaseCommand):
    help = "Creates the administrator of a new site with a one-time password, which is printed once."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--username", default="admin")

    def handle(self, *args, username: str, **options) -> None:
        with transaction.atomic():
            if User.objects.filter(is_superuser=True).exists():
                return
            user = User(username=username, is_staff=True, is_superuser=True)
            password = user.give_one_time_password()
        self.stdout.write(
            _("Administrator created. It is shown this once, and is to be changed at the first login:")
        )
        self.stdout.write(_("  user name: %(username)s") % {"username": username})
        self.stdout.write(_("  one-time password: %(password)s") % {"password": password})
