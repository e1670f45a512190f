"""What the site has sent, or tries to: looked at, and sent again; no address is shown."""

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ldnportal.mail.models import Outbox, State


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [
            ("open", _("not sent yet")),
            (State.SENT, State.SENT.label),
            (State.GIVEN_UP, State.GIVEN_UP.label),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Outbox]) -> QuerySet[Outbox]:
        match self.value():
            case "open":
                return queryset.filter(sent__isnull=True, given_up__isnull=True)
            case State.SENT:
                return queryset.filter(sent__isnull=False)
            case State.GIVEN_UP:
                return queryset.filter(given_up__isnull=False)
        return queryset


@admin.register(Outbox)
class OutboxAdmin(admin.ModelAdmin):
    list_display = ["created", "what", "standing", "error", "attempts", "when"]
    list_display_links = None
    list_filter = [StateFilter]
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    # What asks for a person's eye first: given up, then what still waits, then what is done.
    ordering = [F("given_up").desc(nulls_last=True), "-created", "-pk"]
    fields = ["what", "standing", "attempts", "created", "when", "error"]
    actions = ["send_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outbox]:
        return Outbox.objects.defer("recipient", "context")

    # Rows come from events only, and nobody writes in them.

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Outbox | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Outbox | None = None) -> bool:
        return False

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mail.change_outbox")

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        folder = None if settings.EMAIL_HOST else getattr(settings, "EMAIL_FILE_PATH", "")
        return super().changelist_view(request, {**(extra_context or {}), "mail_folder": folder})

    @admin.display(description=_("mail"))
    def what(self, mail: Outbox) -> str:
        return mail.kind_name

    @admin.display(description=_("state"))
    def standing(self, mail: Outbox) -> str:
        return format_html('<span class="mail-{}">{}</span>', mail.state, mail.state.label)

    @admin.display(description=_("sent, or next try"), empty_value="–")
    def when(self, mail: Outbox):
        return mail.sent or (None if mail.given_up else mail.next_try)

    @admin.action(description=_("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Outbox]) -> None:
        chosen = queryset.count()
        done = queryset.send_again()
        if done:
            text = ngettext("%(n)d mail is sent again.", "%(n)d mails are sent again.", done)
            self.message_user(request, text % {"n": done}, messages.SUCCESS)
        if chosen > done:
            text = ngettext(
                "%(n)d mail is being sent at this moment and was left alone.",
                "%(n)d mails are being sent at this moment and were left alone.",
                chosen - done,
            )
            self.message_user(request, text % {"n": chosen - done}, messages.WARNING)
