import logging

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from comments import retention

logger = logging.getLogger("comments.retention")


class Command(BaseCommand):
    help = (
        "Erases, withdraws and deletes what has been kept for its days (COMMENT_RETENTION). To be run once a night; "
        "it may be stopped and run again at any time."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="says what it would do, and does nothing")

    def handle(self, *args, dry_run: bool, **options) -> None:
        counts = retention.purge(dry_run=dry_run)
        for rule in retention.RULES:
            number = counts[str(rule.name)]
            if number or dry_run:
                line = _("%(what)s (%(days)s): %(number)d → %(then)s")
                days = _("%(n)d days") % {"n": rule.days} if rule.days else _("no end")
                self.stdout.write(
                    line % {"what": rule.what, "days": days, "number": number, "then": rule.then}
                )
        if dry_run:
            self.stdout.write(_("Nothing was changed: this was a trial."))
        # Numbers only: neither text nor name nor which comment.
        logger.info("purge", extra={"dry_run": dry_run, "counts": counts})
