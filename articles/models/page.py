"""The editable pages beside the articles: rules, privacy, legal, accessibility."""

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ldnportal.markup.sanitize import clean_section
from ldnportal.pages.models import Stamp


class Page(models.Model):
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))
    updated = models.DateField(_("updated on"), default=timezone.localdate)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def save(self, **kwargs) -> None:
        self.body = clean_section(self.body)
        with transaction.atomic():
            super().save(**kwargs)
            Stamp.bump()

    def get_absolute_url(self) -> str:
        return reverse("articles:page", args=[self.slug])
