"""Images: one cleaned master each, and the smaller files that pages show."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import imaging

FOLDER = "images"


class ImageQuerySet(models.QuerySet):
    def store(self, master: imaging.Master, *, title: str = "") -> "Image":
        """
        The image of these bytes, made with all its renditions unless it is there already.

        Files are named after their content, so a rolled-back transaction leaves at worst a file that the next
        attempt writes again.
        """
        with transaction.atomic():
            image, created = self.get_or_create(
                sha256=master.sha256,
                defaults={
                    "type": master.type,
                    "width": master.width,
                    "height": master.height,
                    "title": title,
                },
            )
            if created:
                _write(image.master_name, master.data)
                for name, data in imaging.renditions(master):
                    _write(f"{FOLDER}/{name}", data)
        return image


def _write(name: str, data: bytes) -> None:
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(data))


class Image(models.Model):
    """
    ``sha256`` is the master's; the renditions' names follow from it (``imaging.renditions``).

    Nothing of what was uploaded is kept: the master is a new encoding without EXIF or place.
    """

    sha256 = models.CharField("SHA-256", max_length=64, unique=True, editable=False)
    type = models.CharField(_("type"), max_length=20, editable=False)
    width = models.PositiveIntegerField(_("width"), editable=False)
    height = models.PositiveIntegerField(_("height"), editable=False)
    title = models.CharField(_("title"), max_length=200, blank=True, help_text=_("For editors only."))
    created = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-created", "-pk"]

    def __str__(self) -> str:
        return self.title or self.sha256[:16]

    @property
    def master_name(self) -> str:
        return f"{FOLDER}/{self.sha256[:16]}-master.{imaging.EXTENSIONS[self.type]}"

    def read_master(self) -> bytes:
        with default_storage.open(self.master_name) as file:
            return file.read()
