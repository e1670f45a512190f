from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from comments.models.risk import relearn


class Command(BaseCommand):
    help = (
        "Counts anew, from the log and the texts that are there, what the learned risk knows. Needed once after the "
        "first installation on a site that has decided already, and when a release says so. Decisions wait meanwhile: "
        "about a second for a thousand texts."
    )

    def handle(self, *args, **options) -> None:
        texts = relearn().texts
        self.stdout.write(
            _("Texts learned: %(refused)d refused, %(published)d published.")
            % {"refused": texts.refused, "published": texts.published}
        )
