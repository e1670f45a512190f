from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import digest
from articles.models import Article


class Command(BaseCommand):
    help = (
        "Queues this week's mail to those who answer for articles: reviews, changes wanted, failed publications. "
        "Once a week and person, however often it runs; outbox sends what is queued."
    )

    def handle(self, *args, **options) -> None:
        # A publication that cannot take place is known as such only once it was tried.
        Article.objects.publish_due()
        outcome = digest.queue()
        self.stdout.write(
            ngettext("%(n)d mail queued.", "%(n)d mails queued.", outcome.queued) % {"n": outcome.queued}
        )
        if outcome.already:
            text = ngettext(
                "%(n)d person had this week’s mail already.",
                "%(n)d persons had this week’s mail already.",
                outcome.already,
            )
            self.stdout.write(text % {"n": outcome.already})
        for user, problem in outcome.unreachable:
            self.stdout.write(
                _("Not told: %(user)s (%(problem)s).") % {"user": user.username, "problem": problem}
            )
        if outcome.orphans:
            text = ngettext(
                "%(n)d remark reached nobody: give its article somebody in charge, or a chief editor an address.",
                "%(n)d remarks reached nobody: give their articles somebody in charge, or a chief editor an "
                "address.",
                outcome.orphans,
            )
            self.stderr.write(text % {"n": outcome.orphans})
