"""The page stamp: one number that every change of what readers see moves on."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _


class Stamp(models.Model):
    """
    The single row that dates all public pages.

    A page is current as long as the number it was rendered under is. The change and ``bump()`` share one
    transaction, so no reader can be shown a page older than the number says.
    """

    n = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("page stamp")
        constraints = [models.CheckConstraint(name="stamp_is_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return str(self.n)

    @classmethod
    def bump(cls) -> None:
        """Call last in the transaction that changes a public page: every writer waits for this row."""
        if not cls.objects.filter(pk=1).update(n=F("n") + 1):
            cls.objects.create(pk=1, n=1)

    @classmethod
    def current(cls) -> int:
        return cls.objects.filter(pk=1).values_list("n", flat=True).first() or 0
