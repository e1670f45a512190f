from django.contrib import admin
from django.db import transaction

from ldnportal.pages.models import Stamp


class StampingAdmin(admin.ModelAdmin):
    """For rows that pages show directly, without a version between: every change makes the pages anew."""

    def save_related(self, request, form, formsets, change) -> None:
        super().save_related(request, form, formsets, change)
        # Django runs the whole form in one transaction; the stamp comes last in it.
        Stamp.bump()

    @transaction.atomic
    def delete_model(self, request, obj) -> None:
        super().delete_model(request, obj)
        Stamp.bump()

    @transaction.atomic
    def delete_queryset(self, request, queryset) -> None:
        super().delete_queryset(request, queryset)
        Stamp.bump()
