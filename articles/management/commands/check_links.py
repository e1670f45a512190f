from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from articles.links import DELAY_SECONDS, TIMEOUT_SECONDS, Checker
from articles.models import Link

LIMIT = 200
DAYS = 14


class Command(BaseCommand):
    help = (
        "Looks at the links of all articles to other sites: those never seen, those that failed, and those not seen "
        "for some days. Bounded; to be run once a night."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--limit", type=int, default=LIMIT, help=f"how many at most (default {LIMIT})")
        parser.add_argument(
            "--days", type=int, default=DAYS, help=f"how long a good answer holds (default {DAYS})"
        )
        parser.add_argument(
            "--timeout",
            type=float,
            default=TIMEOUT_SECONDS,
            help="seconds for one address, redirects included",
        )
        parser.add_argument(
            "--delay", type=float, default=DELAY_SECONDS, help="seconds between two looks at one site"
        )

    def handle(self, *args, limit: int, days: int, timeout: float, delay: float, **options) -> None:
        Link.objects.collect()
        checker = Checker(timeout=timeout, delay=delay)
        looked, failing = 0, 0
        for link in checker.check_all(Link.objects.due(days=days)[: max(0, limit)]):
            looked += 1
            failing += link.is_failing
            if options["verbosity"] > 1:
                self.stdout.write(f"{link.get_status_display()}\t{link.url}\t{link.error}")
        self.stdout.write(
            _("Looked at: %(looked)d. Failing: %(failing)d.") % {"looked": looked, "failing": failing}
        )
