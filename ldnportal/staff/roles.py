"""Who may do what in the back office: the groups of ``settings.STAFF_ROLES``."""

from fnmatch import fnmatchcase

from django.apps import apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction


def sync_roles(using: str = "default", **kwargs) -> None:
    """
    Creates the groups and gives each exactly the permissions that are named there, as shell patterns.

    Runs after every migration, so that a new model's permissions reach the roles that are to have them.
    """
    for app in apps.get_app_configs():
        create_permissions(app, verbosity=0, using=using)
    permissions = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    with transaction.atomic(using=using):
        for role, patterns in settings.STAFF_ROLES.items():
            group, _created = Group.objects.using(using).get_or_create(name=role)
            wanted = {
                permission.pk
                for name, permission in permissions.items()
                if any(fnmatchcase(name, pattern) for pattern in patterns)
            }
            if set(group.permissions.values_list("pk", flat=True)) != wanted:
                group.permissions.set(wanted)
