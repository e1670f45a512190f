"""Images: taken once, cleaned, never changed; deleted only where nothing ever showed them."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import PurePath

from django import forms
from django.contrib import admin, messages
from django.core.files.storage import default_storage
from django.db import IntegrityError
from django.db.models import F, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles import imaging
from articles.models import Article, Figure, Image, VersionImage
from articles.models.image import FOLDER
from articles.models.version import texts_of

USES_LISTED = 3


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
        allow_empty_file=True,  # clean_file() says it in our words
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        million = 1_000_000
        self.fields["file"].help_text = gettext(
            "Choose a file or drop it here: JPEG, PNG, WebP or AVIF, at most %(megabytes)d MB and "
            "%(whole)d million pixels (JPEG: %(jpeg)d). It is encoded anew: place, date and camera are not kept."
        ) % {
            "megabytes": imaging.MAX_BYTES // 1024**2,
            "whole": imaging.MAX_PIXELS_OPENED_WHOLE // million,
            "jpeg": imaging.MAX_PIXELS // million,
        }
        self.fields["title"].help_text = _("For editors only. Empty: the file’s name.")

    def clean_file(self) -> imaging.Master:
        upload = self.cleaned_data["file"]
        try:
            # One byte more than is allowed is enough to be refused, whatever was sent.
            return imaging.clean_upload(upload.read(imaging.MAX_BYTES + 1))
        except imaging.RefusedImage as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def clean(self) -> dict:
        data = super().clean()
        if not data.get("title") and "file" in self.files:
            # Django has taken folders and control characters out of it.
            name = PurePath(self.files["file"].name).stem
            data["title"] = name[: Image._meta.get_field("title").max_length].strip()
        return data


class UseFilter(admin.SimpleListFilter):
    title = _("use")
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin):
        return [
            ("used", _("used")),
            ("earlier", _("only in earlier versions")),
            ("unused", _("unused")),
            ("no-alternative", _("without an alternative text")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        match self.value():
            case "used":
                return queryset.used()
            case "earlier":
                return queryset.only_in_earlier_versions()
            case "unused":
                return queryset.unused()
            case "no-alternative":
                return queryset.without_alternative()
        return queryset


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    list_display = ["entry", "size", "used_in", "added"]
    list_filter = [UseFilter]
    list_per_page = 30
    search_fields = [
        "title",
        "sha256",
        "figures__alt",
        "figures__caption",
        "figures__credit",
        "figures__section__article__title",
        "covers__title",
    ]
    search_help_text = _("Titles, alternative texts, captions, credits and titles of articles.")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    class Media:
        css = {"all": ["css/images.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        """With what shows each image, in three queries for all of them."""
        figures = Figure.objects.select_related("section__article").order_by("section__article", "pk")
        live = (
            VersionImage.objects.filter(version__article__published=F("version"))
            .select_related("version__article")
            .defer(*texts_of("version"))
        )
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                Prefetch("figures", figures),
                Prefetch("covers", Article.objects.all()),
                Prefetch("in_versions", live, to_attr="live"),
            )
        )

    # Django builds its titles from the name of the model, which French does not decline so.

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return super().changelist_view(request, {"title": gettext("Images"), **(extra_context or {})})

    def add_view(self, request: HttpRequest, form_url="", extra_context=None) -> HttpResponse:
        return super().add_view(
            request, form_url, {"title": gettext("Add an image"), **(extra_context or {})}
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url="", extra_context=None
    ) -> HttpResponse:
        extra = {"title": gettext("Image"), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra)

    def get_form(self, request: HttpRequest, obj: Image | None = None, change: bool = False, **kwargs):
        if obj is None:
            kwargs["form"] = UploadForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Image | None = None) -> list[str]:
        if obj is None:
            return ["file", "title"]
        return [
            "title",
            "large",
            "size",
            "usage",
            *(["alike"] if obj.lookalikes else []),
            "added",
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Image | None = None) -> list[str]:
        return [] if obj is None else [field for field in self.get_fields(request, obj) if field != "title"]

    def save_model(self, request: HttpRequest, obj: Image, form: forms.ModelForm, change: bool) -> None:
        if change:
            return super().save_model(request, obj, form, change)
        master, title = form.cleaned_data["file"], form.cleaned_data["title"]
        obj.was_there = Image.objects.filter(sha256=master.sha256).exists()
        stored = Image.objects.store(master, title=title)
        obj.pk = stored.pk
        obj._state.adding = False
        obj.refresh_from_db()
        return None

    def log_addition(self, request: HttpRequest, obj: Image, message):
        return None if obj.was_there else super().log_addition(request, obj, message)

    def response_add(self, request: HttpRequest, obj: Image, post_url_continue=None) -> HttpResponse:
        if obj.was_there:
            text = gettext("This image was there already, nothing was added: «{image}». Its title is kept.")
            self.message_user(request, format_html(text, image=_link(obj)), messages.WARNING)
            if "_popup" not in request.POST:
                return redirect("admin:articles_image_change", obj.pk)
        for other in obj.lookalikes:
            text = gettext(
                "This image looks like «{image}». If it is the same picture, one of them is enough."
            )
            self.message_user(request, format_html(text, image=_link(other)), messages.WARNING)
        return super().response_add(request, obj, post_url_continue)

    # What shows it, and deletion where nothing does.

    def get_deleted_objects(self, objs: Iterable[Image], request: HttpRequest):
        deleted, counts, forbidden, _protected = super().get_deleted_objects(objs, request)
        return deleted, counts, forbidden, [use for image in objs for use in _all_uses(image)]

    def delete_view(self, request: HttpRequest, object_id: str, extra_context=None) -> HttpResponse:
        extra = {"title": gettext("Delete an image"), **(extra_context or {})}
        try:
            return super().delete_view(request, object_id, extra)
        except IntegrityError:
            # Somebody used it between the question and the answer; asked again, the page says where.
            return redirect("admin:articles_image_delete", object_id)

    @admin.display(description=_("image"), ordering="title")
    def entry(self, image: Image) -> SafeString:
        return format_html('{} <span class="image-title">{}</span>', thumbnail(image), image)

    @admin.display(description=_("size"), ordering="width")
    def size(self, image: Image) -> str:
        return f"{image.width} × {image.height}"

    @admin.display(description=_("added"), ordering="created")
    def added(self, image: Image) -> str:
        return date_format(localtime(image.created), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("used in"), empty_value="–")
    def used_in(self, image: Image) -> SafeString | None:
        """The articles, each once."""
        shown = [figure.section.article for figure in image.figures.all()]
        shown += [*image.covers.all(), *(use.version.article for use in image.live)]
        articles = list(dict.fromkeys(shown))
        if not articles:
            return None
        links = [_link(article) for article in articles[:USES_LISTED]]
        more = len(articles) - USES_LISTED
        if more > 0:
            links.append(ngettext("and %(n)d more article", "and %(n)d more articles", more) % {"n": more})
        return _list(links)

    @admin.display(description=_("image"))
    def large(self, image: Image) -> SafeString:
        return format_html('<img class="preview" src="{}" alt="">', rendition_url(image, 800))

    @admin.display(description=_("used in"))
    def usage(self, image: Image) -> str:
        uses = _all_uses(image)
        return _list(uses) if uses else gettext("Nothing: it can be deleted.")

    @admin.display(description=_("looks like"))
    def alike(self, image: Image) -> SafeString:
        return _list(
            [
                format_html(
                    '<a href="{}">{} {}</a>',
                    reverse("admin:articles_image_change", args=[other.pk]),
                    thumbnail(other),
                    other,
                )
                for other in image.lookalikes
            ]
        )


def _all_uses(image: Image) -> list[SafeString]:
    """Each place with its link: drafts, then what readers see, then what versions keep."""
    figures = image.figures.select_related("section__article").order_by("section__article__title", "pk")
    versions = image.in_versions.select_related("version__article").defer(*texts_of("version"))
    kept = sorted(
        versions, key=lambda use: (use.version.article.title, use.version.article_id, use.version.n)
    )
    uses = []
    for figure in figures:
        section = figure.section
        place = gettext("draft, section «%(section)s»") % {"section": section}
        uses.append(_use(section.article, f"#section-{section.key}", place))
    uses += [_use(article, "#id_cover", gettext("draft, cover image")) for article in image.covers.all()]
    for article, group in groupby((use.version for use in kept), key=lambda version: version.article):
        shown = list(group)
        if any(version.pk == article.published_id for version in shown):
            uses.append(_use(article, "", gettext("published text")))
        numbers = [version.n for version in shown if version.pk != article.published_id]
        if numbers:
            place = ngettext("version %(numbers)s", "versions %(numbers)s", len(numbers))
            uses.append(_use(article, "", place % {"numbers": ", ".join(map(str, numbers))}))
    return uses


def _use(article: Article, fragment: str, place: str) -> SafeString:
    return format_html("{} – {}", _link(article, fragment), place)


def _link(row: Article | Image, fragment: str = "") -> SafeString:
    url = reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}{}">{}</a>', url, fragment, row)


def _list(items: list[str]) -> SafeString:
    return format_html(
        '<ul class="image-uses">{}</ul>', format_html_join("", "<li>{}</li>", ((each,) for each in items))
    )
