"""What is kept as it was written: the log of decisions, the wordings of the consent."""

from django.contrib import admin
from django.http import HttpRequest

from comments.models import ConsentText, Decision


@admin.register(Decision)
class DecisionAdmin(admin.ModelAdmin):
    list_display = ["created", "comment", "action", "actor", "role", "ground", "reason"]
    list_display_links = ["created"]
    list_filter = ["action", "role", "ground"]
    list_select_related = ["comment", "actor"]
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = ["-created", "-pk"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Decision | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Decision | None = None) -> bool:
        return False


@admin.register(ConsentText)
class ConsentTextAdmin(admin.ModelAdmin):
    """A new wording is a new row; what readers agreed to stays as it was."""

    list_display = ["created", "text"]
    fields = ["text"]

    def has_change_permission(self, request: HttpRequest, obj: ConsentText | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ConsentText | None = None) -> bool:
        return False
