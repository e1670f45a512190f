from fnmatch import fnmatchcase

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction


class Command(BaseCommand):
    help = "Creates the groups of STAFF_ROLES and gives each exactly the permissions that are named there."

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        permissions = {
            f"{permission.content_type.app_label}.{permission.codename}": permission
            for permission in Permission.objects.select_related("content_type")
        }
        for role, patterns in settings.STAFF_ROLES.items():
            group, _created = Group.objects.get_or_create(name=role)
            wanted = {
                permission.pk
                for name, permission in permissions.items()
                if any(fnmatchcase(name, pattern) for pattern in patterns)
            }
            if set(group.permissions.values_list("pk", flat=True)) != wanted:
                group.permissions.set(wanted)
