"""
What moderators may do with a comment: decide about its text, take words out of it, take a decision back, and where it stands.

About a new text of a published comment, publishing puts it in place of the earlier one; rejecting and asking for changes
leave that one public.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import letters
from comments.models.complaint import Complaint
from comments.models.decision import MAKES_PUBLIC, MARKS, UNDOABLE, Decision, StaleDecision
from comments.models.revision import Revision
from comments.models.status import Status
from comments.signals.marking import places_of, replaced
from ldnportal.pages.models import Stamp
from ldnportal.staff.models import User


class Moderating:
    """The part of Comment that moderators decide on."""

    # ``by`` is who decides; ``revision`` the one on the screen that was decided on; ``said`` what else the decision
    # keeps (reason, ground, clause, category, facts, source, automated_detection).

    def publish(self, *, by: User, revision: Revision, **said) -> Decision:
        return self._move(
            Status.PUBLISHED,
            Decision.Action.PUBLISH,
            revision=revision,
            actor=by,
            public_revision=revision,
            **said,
        )

    def ask_changes(self, *, by: User, revision: Revision, reason: str, **said) -> Decision:
        return self._move(
            Status.CHANGES_REQUESTED,
            Decision.Action.ASK_CHANGES,
            revision=revision,
            actor=by,
            reason=reason,
            **said,
        )

    def reject(
        self, *, by: User, revision: Revision, reason: str, ground: str = Decision.Ground.RULES, **said
    ) -> Decision:
        return self._move(
            Status.REJECTED,
            Decision.Action.REJECT,
            revision=revision,
            actor=by,
            reason=reason,
            ground=ground,
            **said,
        )

    def mark_spam(self, *, by: User, revision: Revision, **said) -> Decision:
        return self._move(Status.SPAM, Decision.Action.SPAM, revision=revision, actor=by, **said)

    def unmark_spam(self, *, by: User, revision: Revision, **said) -> Decision:
        said.setdefault("supersedes", self.latest_decision)
        return self._move(Status.PENDING, Decision.Action.NOT_SPAM, revision=revision, actor=by, **said)

    def remove(
        self, *, by: User, revision: Revision, reason: str, ground: str = Decision.Ground.RULES, **said
    ) -> Decision:
        reports = list(self.notices.values_list("decision", flat=True))
        # As art. 17(3)(b) of the DSA wants it said: whoever removes what was reported has the reports before him.
        if None in reports:
            said.setdefault("source", Decision.Source.NOTICE)
        latest = self.decisions.by_moderators().about_the_public().last() if reports else None
        if latest and latest.action == Decision.Action.KEEP:
            said.setdefault("supersedes", latest)
        return self._move(
            Status.REMOVED,
            Decision.Action.REMOVE,
            revision=revision,
            actor=by,
            reason=reason,
            ground=ground,
            **said,
        )

    @transaction.atomic
    def keep(self, *, by: User, revision: Revision, reason: str, **said) -> Decision:
        """What was reported may stay: answers the open notices, and changes nothing else, a new text neither."""
        self._lock()
        if self.can(Decision.Action.KEEP) and not self.notices.open().exists():
            raise StaleDecision(
                _("No report of this comment waits for a decision (any more)."), self.latest_decision
            )
        return self._move(
            Status.PUBLISHED,
            Decision.Action.KEEP,
            revision=revision,
            actor=by,
            reason=reason,
            changes={"proposed_revision": self.proposed_revision},
            **{"source": Decision.Source.NOTICE, **said},
        )

    def restore(
        self, *, by: User, revision: Revision, supersedes: Decision | None = None, **said
    ) -> Decision:
        """Takes back a refusal or a removal: a complaint was right, or the mistake was ours."""
        return self._move(
            Status.PUBLISHED,
            Decision.Action.RESTORE,
            revision=revision,
            actor=by,
            supersedes=supersedes or self.latest_decision,
            public_revision=revision,
            **said,
        )

    @transaction.atomic
    def accept_new_text(self, *, by: User, revision: Revision, **said) -> Decision:
        """Takes back that the new text of a published comment was refused: it stands in the earlier one's place."""
        self._lock()
        if not self.is_published or self.proposed_revision_id or revision != self.latest_revision:
            raise self._stale()
        return self._put_in_place(revision, by=by, **said)

    @transaction.atomic
    def put_words_back(self, *, by: User, revision: Revision, **said) -> Decision:
        """Takes back that words were taken out of a public text: it stands as it was before."""
        self._lock()
        before = self.revisions.filter(n__lt=revision.n).last()
        is_redacted = revision == self.public_revision and revision.author == Revision.Author.REDACTION
        if not self.is_published or self.proposed_revision_id or not is_redacted or before is None:
            raise self._stale()
        return self._put_in_place(self._write(before.text), by=by, **said)

    def _put_in_place(self, revision: Revision, *, by: User, **said) -> Decision:
        self.proposed_revision = revision
        self.save(update_fields=["proposed_revision"])
        return self.publish(by=by, revision=revision, **said)

    # Words out of a text.

    @transaction.atomic
    def redact(self, *, by: User, revision: Revision, words: Iterable[str], reason: str, **said) -> Decision:
        """
        Puts a mark in place of ``words``, wherever they stand in the text; nothing else can change.

        The earlier text stays for its author and the moderators. Raises NotInText, StaleDecision.
        """
        self._lock()
        if not self.can(Decision.Action.REDACT):
            raise self._stale()
        self._refuse_unless_seen(revision, self.revision_in_question)
        spans = places_of(words, revision.text)
        redacted = self._write(
            replaced(revision.text, spans, _("[personal data removed]")),
            author=Revision.Author.REDACTION,
            redacted_spans=[list(span) for span in spans],
        )
        is_public = self.proposed_revision_id is None and self.status == Status.PUBLISHED
        return self._move(
            self.status,
            Decision.Action.REDACT,
            revision=redacted,
            actor=by,
            reason=reason,
            public_revision=redacted if is_public else None,
            changes={"proposed_revision": redacted} if self.proposed_revision_id else None,
            **said,
        )

    # Taking a decision back.

    @property
    def undoable(self) -> Decision | None:
        """The latest decision, if it can still be taken back as though it had not been made."""
        latest = self.latest_decision
        if latest is None or latest.action not in UNDOABLE or latest.role != Decision.Role.MODERATOR:
            return None
        is_recent = timezone.now() < latest.created + settings.DECISION_UNDO or latest.waits_until is not None
        # Which text readers saw before is then not told by the approvals alone.
        was_redacted = self.decisions.filter(action=Decision.Action.REDACT).exists()
        settled = Complaint.objects.filter(decision__comment=self, decided_at=latest.created)
        is_final = was_redacted or latest.complaints.exists() or settled.exists()
        return latest if is_recent and not is_final else None

    @transaction.atomic
    def undo(self, decision: Decision, *, by: User) -> Decision:
        """
        Back to where the comment stood before its latest decision, as long as nobody has been told of that one.

        Both stay in the log. Raises StaleDecision when another came after it, its time is over or its mail has left.
        """
        self._lock()
        if decision is None or decision != self.undoable:
            raise StaleDecision(
                _("This decision can no longer be undone; take another one."), self.latest_decision
            )
        if not letters.hold_back(decision):
            raise StaleDecision(
                _("This decision can no longer be undone: its author has been told."), self.latest_decision
            )
        approved = self.decisions.standing().filter(pk__lt=decision.pk, action__in=MAKES_PUBLIC)
        public = approved.select_related("revision").last()
        changes = {"public_revision": public.revision if public else None}
        if public is None:
            changes["published_at"] = None
        if decision.is_about_new_text:
            changes["proposed_revision"] = decision.revision
        return self._move(
            decision.came_from,
            Decision.Action.UNDO,
            revision=decision.revision,
            actor=by,
            changes=changes,
            supersedes=decision,
        )

    # Its place.

    def pin(self, *, by: User) -> Decision:
        """On top of the conversation, where it is read first; answers cannot be pinned."""
        return self._mark(Decision.Action.PIN, by=by)

    def unpin(self, *, by: User) -> Decision:
        return self._mark(Decision.Action.UNPIN, by=by)

    def freeze(self, *, by: User) -> Decision:
        """The discussion below it takes no new answers; those that are there stay."""
        return self._mark(Decision.Action.FREEZE, by=by)

    def unfreeze(self, *, by: User) -> Decision:
        return self._mark(Decision.Action.UNFREEZE, by=by)

    @transaction.atomic
    def _mark(self, action: str, *, by: User) -> Decision:
        self._lock()
        if not self.can(action):
            raise self._stale()
        name, value = MARKS[action]
        setattr(self, name, value)
        self.save(update_fields=[name])
        decision = self._decide(action, came_from=self.status, role=Decision.Role.MODERATOR, actor=by)
        Stamp.bump()
        return decision
