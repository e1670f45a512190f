"""Images: one cleaned master each, and the smaller files that pages show."""

import logging
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from articles import imaging

FOLDER = "images"

# Of 64 bits. The same picture in other sizes and formats differs by 0 to 4, two others by about 30.
ALIKE = 6
LOOKALIKES_SHOWN = 3

logger = logging.getLogger(__name__)


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
                    "likeness": imaging.difference_hash(master),
                },
            )
            if created:
                _write(image.master_name, master.data)
                for name, data in imaging.renditions(master):
                    _write(f"{FOLDER}/{name}", data)
        return image

    def used(self) -> "ImageQuerySet":
        """Shown by a draft or by what readers see."""
        return self.filter(
            Q(figures__isnull=False)
            | Q(covers__isnull=False)
            | Q(in_versions__version__article__published=F("in_versions__version"))
        ).distinct()

    def unused(self) -> "ImageQuerySet":
        """Shown by no draft and by no version, however old: these can be deleted."""
        return self.filter(figures=None, covers=None, in_versions=None)

    def only_in_earlier_versions(self) -> "ImageQuerySet":
        return self.filter(in_versions__isnull=False).exclude(pk__in=self.used().values("pk")).distinct()

    def without_alternative(self) -> "ImageQuerySet":
        """Shown by a figure of a draft that is neither described nor decorative."""
        return self.filter(figures__alt="", figures__decorative=False).distinct()

    def delete(self) -> tuple[int, dict[str, int]]:
        """One by one, as the files go too."""
        with transaction.atomic():
            gone = [image.delete()[0] for image in self]
        return sum(gone), {self.model._meta.label: len(gone)}


def _write(name: str, data: bytes) -> None:
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(data))


class Image(models.Model):
    """
    ``sha256`` is the master's; the renditions' names follow from it (``imaging.renditions``).

    Nothing of what was uploaded is kept: the master is a new encoding without EXIF or place.
    """

    sha256 = models.CharField("SHA-256", max_length=64, unique=True, editable=False)
    # imaging.difference_hash; empty: not known.
    likeness = models.CharField(_("likeness"), max_length=16, blank=True, editable=False)
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

    @property
    def file_names(self) -> list[str]:
        """Of the master and of all its renditions."""
        extensions = ("avif", "webp", imaging.EXTENSIONS[self.type])
        return [self.master_name] + [
            f"{FOLDER}/{imaging.rendition_name(self.sha256, width, extension)}"
            for width in imaging.rendition_widths(self.width)
            for extension in extensions
        ]

    def read_master(self) -> bytes:
        with default_storage.open(self.master_name) as file:
            return file.read()

    @cached_property
    def lookalikes(self) -> list["Image"]:
        """Other images that are probably the same picture in another size or encoding, likest first."""
        # Where nothing changes from place to place there is nothing to compare.
        if not self.likeness.strip("0"):
            return []
        others = Image.objects.exclude(pk=self.pk).exclude(likeness="")
        near = sorted(
            (imaging.distance(self.likeness, likeness), pk)
            for pk, likeness, width, height in others.values_list("pk", "likeness", "width", "height")
            if abs(width * self.height - self.width * height) <= 0.05 * self.width * height
        )
        found = [pk for far, pk in near if far <= ALIKE][:LOOKALIKES_SHOWN]
        images = Image.objects.in_bulk(found)
        return [images[pk] for pk in found]

    def delete(self, **kwargs) -> tuple[int, dict[str, int]]:
        """
        Raises ProtectedError as long as a draft or a version shows it.

        The files go only once the row is gone for good: a crash in between leaves files that nobody asks for,
        never a row without its files.
        """
        remove = partial(
            _remove_files, Image(sha256=self.sha256, type=self.type, width=self.width, height=self.height)
        )
        with transaction.atomic():
            gone = super().delete(**kwargs)
            transaction.on_commit(remove, robust=True)
        return gone


def _remove_files(image: Image) -> None:
    """
    Unless the same picture was sent again meanwhile.

    The unique hash is the lock: who stores this image waits for the row that stands here and is rolled back,
    and then writes the files anew.
    """
    try:
        with transaction.atomic():
            image.save(force_insert=True)
            for name in image.file_names:
                default_storage.delete(name)
            transaction.set_rollback(True)
    except IntegrityError:
        logger.info("The files of %s stay: it was added again.", image.sha256)


class VersionImageManager(models.Manager):
    def note(self, version) -> None:
        """Says of a new version which images it shows."""
        if version.data["images"]:
            images = Image.objects.filter(sha256__in=version.data["images"])
            self.bulk_create(VersionImage(version=version, image=image) for image in images)


class VersionImage(models.Model):
    """An image that a version shows. Versions stay for ever, and so does what they show: the database sees to it."""

    version = models.ForeignKey(
        "articles.Version", models.CASCADE, related_name="shown_images", verbose_name=_("version")
    )
    image = models.ForeignKey(Image, models.PROTECT, related_name="in_versions", verbose_name=_("image"))

    objects = VersionImageManager()

    class Meta:
        verbose_name = _("image of a version")
        verbose_name_plural = _("images of versions")
        constraints = [models.UniqueConstraint(name="version_image_once", fields=["version", "image"])]

    def __str__(self) -> str:
        return f"{self.version}: {self.image}"
