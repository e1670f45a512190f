"""Images: taken once, cleaned, never changed."""

from django import forms
from django.contrib import admin, messages
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import imaging
from articles.models import Article, Image, Section
from articles.models.image import FOLDER


def rendition_url(image: Image, width: int) -> str:
    """The smallest rendition that is at least so wide."""
    widths = imaging.rendition_widths(image.width)
    fitting = next((each for each in widths if each >= width), widths[-1])
    return default_storage.url(f"{FOLDER}/{imaging.rendition_name(image.sha256, fitting, 'webp')}")


def thumbnail(image: Image) -> SafeString:
    return format_html('<img class="thumbnail" src="{}" alt="" loading="lazy">', rendition_url(image, 1))


class UploadForm(forms.ModelForm):
    file = forms.FileField(
        label=_("Image file"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"}),
        help_text=_("JPEG, PNG, WebP or AVIF. It is encoded anew: place, date and camera are not kept."),
    )

    def clean_file(self) -> imaging.Master:
        upload = self.cleaned_data["file"]
        try:
            # One byte more than is allowed is enough to be refused, whatever was sent.
            return imaging.clean_upload(upload.read(imaging.MAX_BYTES + 1))
        except imaging.RefusedImage as refusal:
            raise forms.ValidationError(str(refusal)) from None


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    list_display = ["__str__", "picture", "size", "created"]
    list_per_page = 30
    search_fields = ["title", "sha256"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def get_form(self, request: HttpRequest, obj: Image | None = None, change: bool = False, **kwargs):
        if obj is None:
            kwargs["form"] = UploadForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Image | None = None) -> list[str]:
        return ["file", "title"] if obj is None else ["title", "large", "size", "usage", "created"]

    def get_readonly_fields(self, request: HttpRequest, obj: Image | None = None) -> list[str]:
        return [] if obj is None else ["large", "size", "usage", "created"]

    def has_delete_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        """Versions show their images for ever."""
        return False

    def save_model(self, request: HttpRequest, obj: Image, form: forms.ModelForm, change: bool) -> None:
        if change:
            return super().save_model(request, obj, form, change)
        stored = Image.objects.store(form.cleaned_data["file"], title=form.cleaned_data["title"])
        if stored.title != form.cleaned_data["title"]:
            self.message_user(
                request, gettext("This image was there already; its title is kept."), messages.INFO
            )
        obj.pk = stored.pk
        obj._state.adding = False
        obj.refresh_from_db()
        return None

    @admin.display(description=_("image"))
    def picture(self, image: Image) -> str:
        return thumbnail(image)

    @admin.display(description=_("image"))
    def large(self, image: Image) -> str:
        return format_html('<img class="preview" src="{}" alt="">', rendition_url(image, 800))

    @admin.display(description=_("size"))
    def size(self, image: Image) -> str:
        return f"{image.width} × {image.height}"

    @admin.display(description=_("used in"))
    def usage(self, image: Image) -> str:
        return format_html_join("", "{}<br>", ((link,) for link in _uses(image))) or gettext(
            "no draft; published versions may still show it"
        )


def _uses(image: Image) -> list[SafeString]:
    sections: QuerySet[Section] = (
        Section.objects.filter(figures__image=image).select_related("article").distinct()
    )
    covers: QuerySet[Article] = image.covers.all()
    return [
        *(
            format_html(
                '<a href="{}#section-{}">{} – {}</a>',
                reverse("admin:articles_article_change", args=[section.article_id]),
                section.key,
                section.article,
                section,
            )
            for section in sections
        ),
        *(
            format_html(
                '<a href="{}">{} ({})</a>',
                reverse("admin:articles_article_change", args=[article.pk]),
                article,
                gettext("cover image"),
            )
            for article in covers
        ),
    ]
