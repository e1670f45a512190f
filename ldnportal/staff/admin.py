from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.utils.translation import gettext_lazy as _

from ldnportal.staff.models import User


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    fieldsets = (*DjangoUserAdmin.fieldsets, (_("Password"), {"fields": ["must_change_password"]}))
    list_display = ["username", "first_name", "last_name", "is_staff", "is_active", "last_login"]
