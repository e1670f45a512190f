from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from comments import digests


class Command(BaseCommand):
    help = (
        "Queues the day's mails about comments: answers, to those who want them gathered; what waits, to the "
        "moderators. Once a day and person, however often it runs; outbox sends what is queued."
    )

    def handle(self, *args, **options) -> None:
        answers, moderators = digests.queue_answers(), digests.queue_for_moderators()
        text = ngettext("%(n)d mail about answers queued.", "%(n)d mails about answers queued.", answers)
        self.stdout.write(text % {"n": answers})
        text = ngettext("%(n)d mail to moderators queued.", "%(n)d mails to moderators queued.", moderators)
        self.stdout.write(text % {"n": moderators})
