"""The mails that gather: answers for those who want one mail a day, and what waits for the moderators."""

from collections import defaultdict

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from comments.models import Comment, Contributor, Follow, Status
from ldnportal.mail.models import Outbox
from ldnportal.staff.models import User


def queue_answers() -> int:
    """
    Queues to each who asked for it the answers published since his last mail; how many mails.

    One a day and contributor, however often it runs. An answer that comes after today's mail is in tomorrow's, and
    none is left out when a day was missed: each comment remembers until when its answers were told.
    """
    today = timezone.localdate().isoformat()
    return sum(_queue_answers_of(pk, today) for pk in _followers())


def queue_for_moderators() -> int:
    """Queues today's mail to each moderator with an address if a comment waits; how many. Once a day."""
    if not Comment.objects.filter(status=Status.PENDING).exists():
        return 0
    today = timezone.localdate().isoformat()
    moderators = User.objects.with_perm("comments.moderate_comment", include_superusers=False)
    return sum(
        Outbox.objects.queue_if_new(
            f"moderation_digest:{today}:user-{user.pk}", "moderation_digest", context={"user": user.pk}
        )
        for user in moderators.filter(is_active=True, is_staff=True).exclude(email="")
    )


def _followers() -> list[int]:
    new_answer = Q(
        follow=Follow.DAILY,
        contributor__isnull=False,
        replies__status=Status.PUBLISHED,
        replies__published_at__gt=F("answers_told_until"),
    )
    found = Comment.objects.filter(new_answer).order_by("contributor")
    return list(found.values_list("contributor", flat=True).distinct())


@transaction.atomic
def _queue_answers_of(pk: int, today: str) -> bool:
    key = f"answers_digest:{today}:{pk}"
    # The lock: of two runs at once the second finds today's mail.
    if Contributor.objects.select_for_update().filter(pk=pk).first() is None:
        return False
    if Outbox.objects.filter(key=key).exists():
        return False
    followed = Comment.objects.filter(contributor=pk, follow=Follow.DAILY)
    answers = (
        Comment.objects.published()
        .filter(parent__in=followed, published_at__gt=F("parent__answers_told_until"))
        .exclude(contributor=pk)
    )
    told: dict[int, list[Comment]] = defaultdict(list)
    for answer in answers:
        told[answer.parent_id].append(answer)
    for parent, its_answers in told.items():
        # Not «now»: on PostgreSQL an answer may have been dated earlier and come into sight later.
        until = max(answer.published_at for answer in its_answers)
        Comment.objects.filter(pk=parent).update(answers_told_until=until)
    numbers = sorted(answer.pk for each in told.values() for answer in each)
    if numbers:
        Outbox.objects.queue(key, "answers_digest", context={"contributor": pk, "answers": numbers})
    return bool(numbers)
