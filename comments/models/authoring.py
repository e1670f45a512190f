"""What the author of a comment may do with it, from its private page: correct, withdraw, contest, erase."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext

from articles.models import Article
from comments.models.complaint import COMPLAINT_WINDOW, Complaint
from comments.models.decision import Decision, StaleDecision
from comments.models.revision import Revision, Signal
from comments.models.status import Status
from comments.signals import recording

UNDO_WINDOW = timedelta(hours=1)
# More than anybody corrects, and a bound on what one private link can fill the database with.
TEXTS_A_DAY = 30


class TooManyTexts(Exception):
    """TEXTS_A_DAY texts of this comment came within a day."""


class Authoring:
    """The part of Comment that its author decides on, without a moderator."""

    # The text.

    @property
    def editable_until(self) -> datetime | None:
        """Until when the author of a published comment may begin to change it."""
        days = timedelta(days=settings.COMMENT_EDIT_DAYS)
        return self.published_at + days if self.status == Status.PUBLISHED else None

    @property
    def may_edit(self) -> bool:
        """Always while a text waits or was asked for; once published, for COMMENT_EDIT_DAYS."""
        if self.status == Status.PUBLISHED:
            return self._has_text_under_way or timezone.now() < self.editable_until
        return self.status in {Status.PENDING, Status.CHANGES_REQUESTED}

    @property
    def standing_decision(self) -> Decision | None:
        """The moderators' decision against the author to which nothing has been answered or changed since."""
        latest = self.decisions.about_the_text().last()
        return latest if latest and latest.is_against_author else None

    @property
    def asked_to_change(self) -> Decision | None:
        """The request for changes that still waits for its answer."""
        standing = self.standing_decision
        return standing if standing and standing.action == Decision.Action.ASK_CHANGES else None

    @property
    def text_to_edit(self) -> Revision:
        """What the author goes on from: not from a new text that the moderators have refused."""
        if self.status == Status.PUBLISHED and not self._has_text_under_way:
            return self.public_revision
        return self.latest_revision

    @property
    def _has_text_under_way(self) -> bool:
        return self.proposed_revision_id is not None or self.asked_to_change is not None

    @transaction.atomic
    def edit(self, text: str) -> Decision:
        """
        The author's next text. It waits in place of the one that waits; what is public stays so until it is approved.

        Raises StaleDecision where nothing may be changed (any more), TooManyTexts.
        """
        self._lock()
        if not self.may_edit:
            raise self._stale()
        if self.status == Status.CHANGES_REQUESTED:
            return self.resubmit(text)
        revision = self._write_within_bounds(text)
        proposal = {"proposed_revision": revision} if self.status == Status.PUBLISHED else {}
        return self._move(
            self.status, Decision.Action.EDIT, role=Decision.Role.AUTHOR, revision=revision, changes=proposal
        )

    @transaction.atomic
    def resubmit(self, text: str) -> Decision:
        """The author's answer to a request for changes."""
        self._lock()
        if not self.can(Decision.Action.RESUBMIT):
            raise self._stale()
        return self._move(
            Status.PENDING,
            Decision.Action.RESUBMIT,
            role=Decision.Role.AUTHOR,
            revision=self._write_within_bounds(text),
        )

    def _write_within_bounds(self, text: str) -> Revision:
        a_day_ago = timezone.now() - timedelta(days=1)
        if self.revisions.filter(created__gt=a_day_ago).count() >= TEXTS_A_DAY:
            raise TooManyTexts
        return self._write(text)

    # Withdrawing.

    @transaction.atomic
    def withdraw(self) -> Decision:
        """The author takes it back: at once, at any time, without a moderator."""
        decision = self._move(Status.WITHDRAWN, Decision.Action.WITHDRAW, role=Decision.Role.AUTHOR)
        self._consent_withdrawn(timezone.now())
        return decision

    @property
    def withdrawal(self) -> Decision | None:
        """The withdrawal that stands."""
        return self.latest_decision if self.status == Status.WITHDRAWN else None

    @property
    def unwithdrawable_until(self) -> datetime | None:
        """Until when the withdrawal can be undone; None where there is none, or no more."""
        withdrawal = self.withdrawal
        until = withdrawal.created + UNDO_WINDOW if withdrawal else None
        return until if until and timezone.now() < until else None

    @transaction.atomic
    def unwithdraw(self) -> Decision:
        """Back to where the comment stood when it was withdrawn; what waited waits again."""
        self._lock()
        if self.unwithdrawable_until is None:
            raise self._stale()
        before = self.withdrawal.came_from
        latest = self.latest_revision
        # By a moderator, or by the site that published it unread.
        decided = latest.decisions.standing().exclude(role=Decision.Role.AUTHOR)
        undecided = not decided.exclude(action=Decision.Action.REDACT).exists()
        proposal = {"proposed_revision": latest} if before == Status.PUBLISHED and undecided else {}
        decision = self._move(before, Decision.Action.UNWITHDRAW, role=Decision.Role.AUTHOR, changes=proposal)
        self._consent_withdrawn(None)
        return decision

    # Contesting.

    def contestable(self) -> list[Decision]:
        """The moderators' decisions against the author that still stand and are not contested yet, the newest first."""
        if self.status in {Status.PENDING, Status.WITHDRAWN, Status.ERASED}:
            return []
        against = self.decisions.against_author().filter(created__gt=timezone.now() - COMPLAINT_WINDOW)
        in_favour = self.decisions.in_favour().last()
        if in_favour:
            against = against.filter(pk__gt=in_favour.pk)
        return list(against.exclude(complaints__by=Complaint.By.AUTHOR).order_by("-created", "-pk"))

    @transaction.atomic
    def contest(self, decision: Decision, text: str) -> Complaint:
        """One complaint a decision; raises StaleDecision where there is nothing to contest (any more)."""
        self._lock()
        if decision not in self.contestable():
            raise StaleDecision(gettext("This decision cannot be contested (any more)."), decision)
        return Complaint.objects.create(decision=decision, by=Complaint.By.AUTHOR, text=text)

    # Erasing.

    @transaction.atomic
    def erase(self, *, role: str = Decision.Role.AUTHOR) -> Decision:
        """
        Blanks for good whatever the author wrote and whatever may repeat it; that it was erased stays in the log.

        Moderators quote in their reasons and notes, and readers in their reports, so those words go too; what was
        decided, when and by which rule stays. Other people's answers are theirs.
        """
        decision = self._move(
            Status.ERASED,
            Decision.Action.ERASE,
            role=role,
            changes={"display_name": ""},
        )
        self.forget_address()
        self.revisions.update(text="", html="", searched="", redacted_spans=[])
        Signal.objects.filter(revision__comment=self).delete()
        self.traces.all().delete()
        self.notes.all().delete()
        self.notices.blank(keep_address=True)
        self.decisions.erase_words()
        Complaint.objects.filter(decision__comment=self, by=Complaint.By.AUTHOR).update(text="", answer="")
        self._consent_withdrawn(timezone.now())
        return decision

    def _consent_withdrawn(self, at: datetime | None) -> None:
        model = self._meta.get_field("consent").related_model
        consents = model.objects.filter(comment=self)
        if at is not None:
            # The first day counts: erasing comes after withdrawing.
            consents = consents.filter(withdrawn_at=None)
        consents.update(withdrawn_at=at)

    def _lock(self) -> None:
        """In the order that holds everywhere: article, comment, page stamp."""
        Article.objects.select_for_update().get(pk=self.article_id)
        self._locked()

    def _write(
        self, text: str, *, author: str = Revision.Author.AUTHOR, redacted_spans=(), **sending
    ) -> Revision:
        """The next text, with what the checks notice in it; ``sending`` is what recording.record() takes."""
        last = self.revisions.aggregate(n=models.Max("n"))["n"] or 0
        revision = self.revisions.create(
            n=last + 1, text=text, author=author, redacted_spans=list(redacted_spans)
        )
        if not self.is_staff:
            recording.record(revision, **sending)
        return revision
