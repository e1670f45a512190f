from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from comments.models import Contributor, Notice, OwnerToken, UnconfirmedAddress
from comments.sealing import Unreadable, fingerprint, reseal, unseal

# Rows with something sealed in them, and the fields.
SEALED = [
    (Contributor, ["email_encrypted"]),
    (UnconfirmedAddress, ["email_encrypted", "token_encrypted"]),
    (OwnerToken, ["token_encrypted"]),
    (Notice, ["email_encrypted"]),
]


class Command(BaseCommand):
    help = (
        "After a change of SECRET_KEY: seals the readers' addresses and private links anew under it. Once it says that "
        "none is left, the former key may go from SECRET_KEY_FALLBACKS."
    )

    def handle(self, *args, **options) -> None:
        done = unreadable = 0
        for model, names in SEALED:
            for pk in model.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=1000):
                try:
                    done += self._reseal(model, pk, names)
                except Unreadable:
                    unreadable += 1
        self.stdout.write(_("Sealed anew: %(done)d; unreadable: %(n)d.") % {"done": done, "n": unreadable})

    @transaction.atomic
    def _reseal(self, model, pk: int, names: list[str]) -> bool:
        row = model.objects.select_for_update().filter(pk=pk).first()
        fields = {name: reseal(getattr(row, name)) for name in names if row and getattr(row, name)}
        if fields and hasattr(row, "email_hmac"):
            fields["email_hmac"] = fingerprint(unseal(row.email_encrypted))
        # update(), since a row's own save() may do more than store.
        return bool(fields) and bool(model.objects.filter(pk=pk).update(**fields))
