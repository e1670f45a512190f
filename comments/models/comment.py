"""A comment and the moves that it can make. Every move goes through ``Comment._move``."""

from collections.abc import Sequence
from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments import letters
from comments.models.authoring import Authoring
from comments.models.decision import ON_A_PROPOSAL, Decision, StaleDecision
from comments.models.notice import Complaint
from comments.models.queryset import MAX_DEPTH, CommentQuerySet
from comments.models.re_review import ReReview
from comments.models.reachable import Reachable
from comments.models.revision import Revision
from comments.models.risk import learn_from
from comments.models.status import CAME_FROM, TOMBSTONES, Status
from ldnportal.pages.models import Stamp
from ldnportal.staff.models import User

NAME_MAX_LENGTH = 60


class Comment(Authoring, Reachable):
    """
    One field says where a comment stands, one revision is what readers see of it. The author's new text of a published
    comment is ``proposed_revision`` until a moderator has decided about it.

    ``parent`` is what was answered; ``depth`` (1 to MAX_DEPTH), ``root`` and ``path`` are where it is shown.
    """

    article = models.ForeignKey(Article, models.PROTECT, related_name="comments", verbose_name=_("article"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replies", verbose_name=_("answers")
    )
    root = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="thread",
        # comment_thread begins with it. An index of its own would tempt databases to read a whole long thread.
        db_index=False,
        verbose_name=_("thread"),
    )
    path = models.CharField(max_length=40, blank=True, editable=False)
    depth = models.PositiveSmallIntegerField(default=1, editable=False)
    status = models.CharField(
        _("state"), max_length=20, choices=Status, default=Status.PENDING, editable=False
    )
    public_revision = models.ForeignKey(
        Revision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("public text"),
    )
    proposed_revision = models.ForeignKey(
        Revision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        # comment_proposals is smaller: almost no row has one.
        db_index=False,
        verbose_name=_("new text that waits"),
    )
    display_name = models.CharField(_("name"), max_length=NAME_MAX_LENGTH, blank=True)
    is_staff = models.BooleanField(_("by the editorial team"), default=False, editable=False)
    pinned = models.BooleanField(_("pinned"), default=False, editable=False)
    frozen = models.BooleanField(_("frozen"), default=False, editable=False)
    idempotency_key = models.UUIDField(unique=True, null=True, editable=False)
    created = models.DateTimeField(_("sent"), default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    # On a root: how many answers below it readers can see.
    reply_count = models.PositiveIntegerField(default=0, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["created", "pk"]
        permissions = [("moderate_comment", _("Can decide about comments"))]
        constraints = [
            models.CheckConstraint(
                name="comment_published_has_text",
                condition=~Q(status="published")
                | Q(public_revision__isnull=False, published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="comment_proposal_to_published",
                condition=Q(proposed_revision__isnull=True) | Q(status="published"),
            ),
            models.CheckConstraint(name="comment_depth", condition=Q(depth__gte=1, depth__lte=MAX_DEPTH)),
            models.CheckConstraint(
                name="comment_root_has_no_parent",
                condition=Q(depth=1, parent__isnull=True) | Q(depth__gt=1, parent__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="comment_roots",
                fields=["article", "path", "status"],
                condition=Q(depth=1, status__in=["published", "removed", "withdrawn", "erased"]),
            ),
            models.Index(name="comment_thread", fields=["root", "path", "status"]),
            # The newest first, for the feeds; the first also counts.
            models.Index(
                name="comment_public", fields=["article", "-published_at"], condition=Q(status="published")
            ),
            models.Index(name="comment_newest", fields=["-published_at"], condition=Q(status="published")),
            models.Index(name="comment_queue", fields=["created"], condition=Q(status="pending")),
            models.Index(
                name="comment_proposals",
                fields=["proposed_revision"],
                condition=Q(proposed_revision__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return gettext("Comment %(id)d by %(name)s") % {"id": self.pk or 0, "name": self.display_name}

    def get_absolute_url(self) -> str:
        return reverse("comments:permalink", args=[self.pk])

    @property
    def anchor(self) -> str:
        return f"commentaire-{self.pk}"

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED

    @property
    def is_tombstone(self) -> bool:
        return self.status in TOMBSTONES

    def can(self, action: str) -> bool:
        """Whether the comment, as it was read, is in a state from which the action leads on."""
        return self.status in CAME_FROM[action] or self._is_about_proposal(action)

    @property
    def is_waiting(self) -> bool:
        """For a moderator, with all of it or with a new text."""
        return self.status == Status.PENDING or self.proposed_revision_id is not None

    @property
    def waiting_since(self) -> datetime:
        return self.proposed_revision.created if self.proposed_revision else self.created

    @property
    def is_frozen(self) -> bool:
        return self.frozen or (self.root is not None and self.root.frozen)

    @property
    def latest_revision(self) -> Revision:
        return self.revisions.order_by("-n")[0]

    @property
    def revision_in_question(self) -> Revision:
        return self.in_question_among(self.revisions.all())

    def in_question_among(self, texts: Sequence[Revision]) -> Revision:
        """The text that a decision is about: the newest, unless that is one that was refused already."""
        settled = self.proposed_revision_id is None and self.status in {Status.PUBLISHED, Status.REMOVED}
        public = [each for each in texts if settled and each.pk == self.public_revision_id]
        return public[0] if public else list(texts)[-1]

    @property
    def latest_decision(self) -> Decision | None:
        return self.decisions.select_related("actor").last()

    # The moderators' verbs. ``by`` is who decides; ``revision`` the one on the screen that was decided on; ``said``
    # what else the decision keeps (reason, ground, clause, category, facts, source, automated_detection). About a
    # new text of a published comment, publishing puts it in place of the earlier one, rejecting and asking for
    # changes leave that one public.

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

    @transaction.atomic
    def unmark_spam(self, *, by: User, revision: Revision, **said) -> Decision:
        decision = self._move(Status.PENDING, Decision.Action.NOT_SPAM, revision=revision, actor=by, **said)
        self._uphold_complaints(decision)
        return decision

    def remove(
        self, *, by: User, revision: Revision, reason: str, ground: str = Decision.Ground.RULES, **said
    ) -> Decision:
        return self._move(
            Status.REMOVED,
            Decision.Action.REMOVE,
            revision=revision,
            actor=by,
            reason=reason,
            ground=ground,
            **said,
        )

    def expire(self) -> Decision:
        """The changes that were asked for never came; it is the site that takes it back."""
        return self._move(Status.WITHDRAWN, Decision.Action.EXPIRE, role=Decision.Role.SYSTEM)

    @transaction.atomic
    def restore(self, *, by: User, revision: Revision, **said) -> Decision:
        """Takes back a rejection or a removal: a complaint was right, or the mistake was ours."""
        decision = self._move(
            Status.PUBLISHED,
            Decision.Action.RESTORE,
            revision=revision,
            actor=by,
            supersedes=self.latest_decision,
            public_revision=revision,
            **said,
        )
        self._uphold_complaints(decision)
        return decision

    # How each of them is carried out.

    @transaction.atomic
    def _move(
        self,
        status: str,
        action: str,
        *,
        revision: Revision | None = None,
        role: str = Decision.Role.MODERATOR,
        actor: User | None = None,
        public_revision: Revision | None = None,
        changes: dict[str, object] | None = None,
        **said,
    ) -> Decision:
        """
        One change of state: locked, refused if it is stale or impossible, logged once, counted again.

        ``changes`` are fields of the comment, ``said`` those of the decision. Locks are taken in the same order
        everywhere: article, comment, what was learned, page stamp.
        """
        self._lock()
        before = self.status
        if not self.can(action):
            raise self._stale()
        if role == Decision.Role.MODERATOR and revision != self.revision_in_question:
            raise StaleDecision(
                gettext("Its author has changed this comment meanwhile: read the new text, then decide."),
                self.latest_decision,
            )
        if self._is_about_proposal(action):
            status = Status.PUBLISHED
        fields = {"status": status, "proposed_revision": None, **(changes or {})}
        if public_revision is not None:
            fields["public_revision"] = public_revision
            fields["published_at"] = self.published_at or timezone.now()
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))
        decision = self._decide(action, came_from=before, role=role, actor=actor, revision=revision, **said)
        learn_from(decision)
        ReReview.objects.draw(decision)
        is_seen = status != before or public_revision is not None
        if is_seen and (Status.PUBLISHED in {before, status} or before in TOMBSTONES):
            self._tell_readers()
        letters.queue(action, comment=self, decision=decision)
        return decision

    def _uphold_complaints(self, decision: Decision) -> None:
        """What the author contested is taken back: that answers the complaint."""
        for complaint in Complaint.objects.open().filter(decision__comment=self, by=Complaint.By.AUTHOR):
            complaint.outcome = Complaint.Outcome.UPHELD
            complaint.decided_by, complaint.decided_at = decision.actor, decision.created
            complaint.save()
            # The letter about what was restored says it already.
            if decision.action != Decision.Action.RESTORE:
                letters.queue(letters.COMPLAINT_DECIDED, comment=self, complaint=complaint)

    def _is_about_proposal(self, action: str) -> bool:
        return self.proposed_revision_id is not None and action in ON_A_PROPOSAL

    def _locked(self) -> None:
        fresh = Comment.objects.select_for_update(of=("self",)).get(pk=self.pk)
        for name in (
            "status",
            "published_at",
            "public_revision_id",
            "proposed_revision_id",
            "contributor_id",
        ):
            setattr(self, name, getattr(fresh, name))

    def _stale(self) -> StaleDecision:
        latest = self.latest_decision
        who = latest.actor.public_name if latest and latest.actor else gettext("its author")
        return StaleDecision(
            gettext("Already decided: this comment is «%(status)s», by %(who)s. Nothing was changed.")
            % {"status": self.get_status_display(), "who": who},
            latest,
        )

    def _decide(self, action: str, *, came_from: str, role: str, **fields) -> Decision:
        return self.decisions.create(
            action=action, came_from=came_from, status=self.status, role=role, **fields
        )

    def _tell_readers(self) -> None:
        """The counts and the pages follow in the same transaction; the article is locked."""
        replies = Comment.objects.published().filter(root=self.root_id, depth__gt=1).count()
        Comment.objects.filter(pk=self.root_id).update(reply_count=replies)
        count = Comment.objects.published().filter(article=self.article_id).count()
        Article.objects.filter(pk=self.article_id).update(comment_count=count)
        Stamp.bump()
