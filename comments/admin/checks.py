"""What administrators set: the checks, and the panel for who is in distress."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.admin.fields import DATE_OVERRIDES
from comments.models import CheckSetting, HelpPanel
from comments.signals import CHECKS


class CheckSettingForm(forms.ModelForm):
    """Shows what is in force. What equals the code's own value is not kept, so that it follows the code."""

    class Meta:
        model = CheckSetting
        fields = ["enabled", "covers", "threshold", "words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 20})}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.shipped = CHECKS[self.instance.name]
        if "threshold" in self.fields:
            self.fields["threshold"].help_text = self.shipped.threshold_help
            if self.instance.threshold is None:
                self.initial["threshold"] = self.shipped.threshold
        if "words" in self.fields and not self.instance.words:
            self.initial["words"] = "\n".join(self.shipped.words)

    def clean_threshold(self) -> int | None:
        value = self.cleaned_data["threshold"]
        return None if value == self.shipped.threshold else value

    def clean_words(self) -> str:
        words = [word.strip() for word in self.cleaned_data["words"].splitlines() if word.strip()]
        return "" if words == list(self.shipped.words) else "\n".join(words)


@admin.register(CheckSetting)
class CheckSettingAdmin(admin.ModelAdmin):
    form = CheckSettingForm
    list_display = ["__str__", "enabled", "covers", "threshold_in_force", "version"]
    sortable_by = ()
    show_full_result_count = False
    actions = None

    def get_fields(self, request: HttpRequest, obj: CheckSetting | None = None) -> list[str]:
        check = CHECKS[obj.name] if obj and obj.name in CHECKS else None
        own = [name for name in ("threshold", "words") if check and getattr(check, name) is not None]
        return ["enabled", "covers", *own]

    def get_queryset(self, request: HttpRequest):
        # Rows of checks that the code no longer has say nothing to anybody.
        return super().get_queryset(request).filter(name__in=CHECKS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CheckSetting | None = None) -> bool:
        return False

    @admin.display(description=_("threshold"))
    def threshold_in_force(self, setting: CheckSetting) -> int | str:
        threshold = setting.threshold if setting.threshold is not None else CHECKS[setting.name].threshold
        return "–" if threshold is None else threshold

    @admin.display(description=_("version"))
    def version(self, setting: CheckSetting) -> int:
        return CHECKS[setting.name].version


@admin.register(HelpPanel)
class HelpPanelAdmin(admin.ModelAdmin):
    """One row. Until somebody writes it, the form offers what the site came with."""

    fields = ["title", "text", "lines", "procedure", "validated_by", "validated_on"]
    formfield_overrides = DATE_OVERRIDES

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        panel = HelpPanel.objects.first()
        if panel is not None and self.has_view_or_change_permission(request):
            return redirect("admin:comments_helppanel_change", panel.pk)
        if panel is None and self.has_add_permission(request):
            return redirect("admin:comments_helppanel_add")
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request: HttpRequest, object_id=None, form_url="", extra_context=None):
        if request.method == "GET" and not HelpPanel.current().is_validated:
            self.message_user(request, _not_validated(), messages.WARNING)
        # Django's «Add …» cannot be formed in French.
        title = {"title": self.opts.verbose_name.capitalize()}
        return super().changeform_view(request, object_id, form_url, {**title, **(extra_context or {})})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, str]:
        shipped = HelpPanel.shipped()
        return {name: getattr(shipped, name) for name in ("title", "text", "lines", "procedure")}

    def add_view(self, request: HttpRequest, form_url="", extra_context=None) -> HttpResponse:
        # Asked here and not as a permission, which every page of the admin looks at.
        if self.has_add_permission(request) and HelpPanel.objects.exists():
            return redirect("admin:comments_helppanel_change", HelpPanel.objects.get().pk)
        return super().add_view(request, form_url, extra_context)

    def has_delete_permission(self, request: HttpRequest, obj: HelpPanel | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: HelpPanel, form, change: bool) -> None:
        """A validation holds for the words that were read: other words need another one."""
        wording, validation = {"title", "text", "lines", "procedure"}, {"validated_by", "validated_on"}
        if change and wording & set(form.changed_data) and not validation & set(form.changed_data):
            obj.validated_by, obj.validated_on = "", None
        super().save_model(request, obj, form, change)


def _not_validated() -> str:
    return gettext(
        "To be validated by a clinician: these words and numbers were written by people who are none. Readers do not "
        "see this remark. Enter below who validated them, and when."
    )
