from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "ldnportal.staff"
    verbose_name = _("Staff")

    def ready(self) -> None:
        from ldnportal.staff.roles import sync_roles

        post_migrate.connect(sync_roles, sender=self)
