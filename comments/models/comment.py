"""A comment and the moves that it can make. Every move goes through ``Comment._move``."""

import uuid
from collections.abc import Collection

from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.models.decision import Decision, StaleDecision
from comments.models.person import RATE_LIMIT, Consent, ConsentText, OwnerToken, Trace
from comments.models.revision import Revision
from ldnportal.pages.models import Stamp
from ldnportal.staff.models import User

# Answers to a comment of the last level stand beside it and keep their true parent: deeper is unreadable on a phone.
MAX_DEPTH = 3
ROOTS_A_PAGE = 20
# Twelve digits sort as text in both databases up to a million million comments.
PATH_STEP = "{:012d}"
NAME_MAX_LENGTH = 60


class Status(models.TextChoices):
    PENDING = "pending", _("waiting")
    CHANGES_REQUESTED = "changes_requested", _("changes asked for")
    PUBLISHED = "published", _("published")
    REJECTED = "rejected", _("rejected")
    SPAM = "spam", _("spam")
    REMOVED = "removed", _("removed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ERASED = "erased", _("erased")


# What was public once and may stand as a tombstone above its replies.
TOMBSTONES = (Status.REMOVED, Status.WITHDRAWN, Status.ERASED)


class CommentsClosed(Exception):
    """The article takes no comments (any more)."""


class NotReplyable(Exception):
    """One may answer only what readers can see."""


class TooManyComments(Exception):
    """RATE_LIMIT comments came from this connection within RATE_WINDOW."""


class CommentQuerySet(models.QuerySet):
    def published(self) -> "CommentQuerySet":
        return self.filter(status=Status.PUBLISHED)

    def in_thread(self) -> "CommentQuerySet":
        """What stands in the thread: the published, and tombstones that have a published comment below them."""
        below = Comment.objects.published().filter(
            # The second half is for the last level, where answers stand beside and not below.
            Q(path__startswith=OuterRef("path")) | Q(parent=OuterRef("pk")),
            root=OuterRef("root"),
        )
        return self.filter(Q(status=Status.PUBLISHED) | Q(status__in=TOMBSTONES) & Exists(below))

    def roots(self) -> "CommentQuerySet":
        return self.filter(depth=1)

    def for_display(self) -> "CommentQuerySet":
        return self.select_related("public_revision").order_by("path")

    def queue_first(self) -> "CommentQuerySet":
        """The waiting ones first, longest waiting on top; then the others, newest first."""
        waiting = Case(When(status=Status.PENDING, then=Value(0)), default=Value(1))
        return self.order_by(
            waiting,
            Case(When(status=Status.PENDING, then=F("created"))).asc(nulls_last=True),
            F("created").desc(),
            "pk",
        )

    @transaction.atomic
    def post(
        self,
        *,
        article: Article,
        name: str,
        text: str,
        consent_text: ConsentText,
        idempotency_key: uuid.UUID,
        trace: str,
        parent: "Comment | None" = None,
    ) -> tuple["Comment", bool]:
        """
        Takes a reader's comment into the queue, once for each idempotency key.

        Returns the comment and whether it is new. Raises CommentsClosed, TooManyComments or NotReplyable.
        """
        # The lock makes simultaneous sendings of one form queue up here, so that the second finds the first.
        article = Article.objects.select_for_update().get(pk=article.pk)
        there = self.filter(idempotency_key=idempotency_key).first()
        if there is not None:
            return there, False
        if not article.accepts_comments:
            raise CommentsClosed
        if Trace.objects.recent(trace).count() >= RATE_LIMIT:
            raise TooManyComments
        comment = self._place(article, parent, name=name, idempotency_key=idempotency_key)
        comment._decide(
            Decision.Action.POST, came_from="", role=Decision.Role.AUTHOR, revision=comment._write(text)
        )
        OwnerToken.objects.create(
            comment=comment, digest=OwnerToken.digest_of(OwnerToken.token_for(idempotency_key))
        )
        Consent.objects.create(comment=comment, text=consent_text)
        Trace.leave(trace, comment)
        return comment, True

    @transaction.atomic
    def answer(self, *, parent: "Comment", text: str, by: User, name: str = "") -> "Comment":
        """The editorial team's answer: published at once, marked as theirs."""
        article = Article.objects.select_for_update().get(pk=parent.article_id)
        comment = self._place(article, parent, name=name or gettext("The editorial team"), is_staff=True)
        revision = comment._write(text)
        comment.status = Status.PUBLISHED
        comment.public_revision = revision
        comment.published_at = timezone.now()
        comment.save(update_fields=["status", "public_revision", "published_at"])
        comment._decide(
            Decision.Action.PUBLISH, came_from="", role=Decision.Role.MODERATOR, actor=by, revision=revision
        )
        comment._tell_readers()
        return comment

    def _place(self, article: Article, parent: "Comment | None", *, name: str, **fields) -> "Comment":
        """A new row in its place in the thread; the article is locked."""
        if parent is not None:
            parent = self.filter(pk=parent.pk, article=article).published().first()
            if parent is None or parent.is_frozen:
                raise NotReplyable
        comment = self.create(
            article=article,
            parent=parent,
            root=parent.root if parent else None,
            depth=min(parent.depth + 1, MAX_DEPTH) if parent else 1,
            display_name=name,
            **fields,
        )
        step = PATH_STEP.format(comment.pk)
        if parent is None:
            comment.root, comment.path = comment, step
        elif parent.depth < MAX_DEPTH:
            comment.path = f"{parent.path}/{step}"
        else:
            comment.path = f"{parent.path.rpartition('/')[0]}/{step}"
        comment.save(update_fields=["root", "path"])
        return comment


class Comment(models.Model):
    """
    One field says where a comment stands, one revision is what readers see of it.

    ``parent`` is what was answered; ``depth`` (1 to MAX_DEPTH), ``root`` and ``path`` are where it is shown.
    """

    article = models.ForeignKey(Article, models.PROTECT, related_name="comments", verbose_name=_("article"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replies", verbose_name=_("answers")
    )
    root = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="thread", verbose_name=_("thread")
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
    display_name = models.CharField(_("name"), max_length=NAME_MAX_LENGTH, blank=True)
    contributor = models.ForeignKey(
        "Contributor",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="comments",
        verbose_name=_("contributor"),
    )
    is_staff = models.BooleanField(_("by the editorial team"), default=False, editable=False)
    pinned = models.BooleanField(_("pinned"), default=False, editable=False)
    frozen = models.BooleanField(_("frozen"), default=False, editable=False)
    idempotency_key = models.UUIDField(unique=True, null=True, editable=False)
    created = models.DateTimeField(_("sent"), default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)

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
            models.CheckConstraint(name="comment_depth", condition=Q(depth__gte=1, depth__lte=MAX_DEPTH)),
            models.CheckConstraint(
                name="comment_root_has_no_parent",
                condition=Q(depth=1, parent__isnull=True) | Q(depth__gt=1, parent__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="comment_roots",
                fields=["article", "path"],
                condition=Q(depth=1, status__in=["published", "removed", "withdrawn", "erased"]),
            ),
            models.Index(
                name="comment_thread",
                fields=["root", "path"],
                condition=Q(status__in=["published", "removed", "withdrawn", "erased"]),
            ),
            models.Index(name="comment_public", fields=["article"], condition=Q(status="published")),
            models.Index(name="comment_queue", fields=["created"], condition=Q(status="pending")),
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

    @property
    def is_frozen(self) -> bool:
        return self.frozen or (self.root is not None and self.root.frozen)

    @property
    def latest_revision(self) -> Revision:
        return self.revisions.order_by("-n")[0]

    @property
    def latest_decision(self) -> Decision | None:
        return self.decisions.select_related("actor").last()

    def page(self) -> int:
        """The page of the thread, counted from 1, on which readers find it."""
        root_path = self.path.partition("/")[0]
        before = (
            Comment.objects.filter(article=self.article_id, path__lt=root_path).roots().in_thread().count()
        )
        return before // ROOTS_A_PAGE + 1

    # The verbs. ``by`` is the moderator; ``revision`` the one on the screen that was decided on.

    def publish(self, *, by: User, revision: Revision) -> Decision:
        return self._move(
            Status.PUBLISHED,
            Decision.Action.PUBLISH,
            came_from={Status.PENDING},
            revision=revision,
            actor=by,
            public_revision=revision,
            published_at=timezone.now(),
        )

    def ask_changes(self, *, by: User, revision: Revision, reason: str) -> Decision:
        return self._move(
            Status.CHANGES_REQUESTED,
            Decision.Action.ASK_CHANGES,
            came_from={Status.PENDING},
            revision=revision,
            actor=by,
            reason=reason,
        )

    def reject(
        self,
        *,
        by: User,
        revision: Revision,
        reason: str,
        ground: str = Decision.Ground.RULES,
        clause: str = "",
    ) -> Decision:
        return self._move(
            Status.REJECTED,
            Decision.Action.REJECT,
            came_from={Status.PENDING},
            revision=revision,
            actor=by,
            reason=reason,
            ground=ground,
            clause=clause,
        )

    def mark_spam(self, *, by: User, revision: Revision) -> Decision:
        return self._move(
            Status.SPAM, Decision.Action.SPAM, came_from={Status.PENDING}, revision=revision, actor=by
        )

    def unmark_spam(self, *, by: User, revision: Revision) -> Decision:
        return self._move(
            Status.PENDING, Decision.Action.NOT_SPAM, came_from={Status.SPAM}, revision=revision, actor=by
        )

    def remove(
        self,
        *,
        by: User,
        revision: Revision,
        reason: str,
        ground: str = Decision.Ground.RULES,
        clause: str = "",
    ) -> Decision:
        return self._move(
            Status.REMOVED,
            Decision.Action.REMOVE,
            came_from={Status.PUBLISHED},
            revision=revision,
            actor=by,
            reason=reason,
            ground=ground,
            clause=clause,
        )

    def restore(self, *, by: User, revision: Revision, reason: str = "") -> Decision:
        """Takes back a rejection or a removal: a complaint was right, or the mistake was ours."""
        return self._move(
            Status.PUBLISHED,
            Decision.Action.RESTORE,
            came_from={Status.REJECTED, Status.REMOVED},
            revision=revision,
            actor=by,
            reason=reason,
            supersedes=self.latest_decision,
            public_revision=revision,
            published_at=self.published_at or timezone.now(),
        )

    @transaction.atomic
    def resubmit(self, text: str) -> Decision:
        """The author's answer to a request for changes."""
        self._locked()
        if self.status != Status.CHANGES_REQUESTED:
            raise self._stale()
        return self._move(
            Status.PENDING,
            Decision.Action.RESUBMIT,
            came_from={Status.CHANGES_REQUESTED},
            role=Decision.Role.AUTHOR,
            revision=self._write(text),
        )

    def withdraw(self) -> Decision:
        """The author takes it back: at once, at any time, without a moderator."""
        return self._move(
            Status.WITHDRAWN,
            Decision.Action.WITHDRAW,
            came_from=set(Status) - {Status.WITHDRAWN, Status.ERASED},
            role=Decision.Role.AUTHOR,
        )

    @transaction.atomic
    def erase(self, *, role: str = Decision.Role.AUTHOR) -> Decision:
        """Blanks text, name, revisions and traces for good; that it was erased stays in the log."""
        decision = self._move(
            Status.ERASED,
            Decision.Action.ERASE,
            came_from=set(Status) - {Status.ERASED},
            role=role,
            display_name="",
            contributor=None,
        )
        self.revisions.update(text="", html="", redacted_spans=[])
        for revision in self.revisions.all():
            revision.signals.all().delete()
        self.traces.all().delete()
        return decision

    # How each of them is carried out.

    @transaction.atomic
    def _move(
        self,
        status: str,
        action: str,
        *,
        came_from: Collection[str],
        revision: Revision | None = None,
        role: str = Decision.Role.MODERATOR,
        actor: User | None = None,
        public_revision: Revision | None = None,
        reason: str = "",
        ground: str = Decision.Ground.NONE,
        clause: str = "",
        supersedes: Decision | None = None,
        **changes,
    ) -> Decision:
        """
        One change of state: locked, refused if it is stale or impossible, logged once, counted again.

        Locks are taken in the same order everywhere: article, comment, page stamp.
        """
        Article.objects.select_for_update().get(pk=self.article_id)
        self._locked()
        before = self.status
        if before not in came_from:
            raise self._stale()
        if revision is not None and revision.pk != self.latest_revision.pk:
            raise StaleDecision(
                gettext("Its author has changed this comment meanwhile: read the new text, then decide."),
                self.latest_decision,
            )
        if public_revision is not None:
            changes["public_revision"] = public_revision
        self.status = status
        for name, value in changes.items():
            setattr(self, name, value)
        self.save(update_fields=["status", *changes])
        decision = self._decide(
            action,
            came_from=before,
            role=role,
            actor=actor,
            revision=revision,
            reason=reason,
            ground=ground,
            clause=clause,
            supersedes=supersedes,
        )
        if Status.PUBLISHED in {before, status} or before in TOMBSTONES:
            self._tell_readers()
        return decision

    def _locked(self) -> None:
        fresh = Comment.objects.select_for_update(of=("self",)).get(pk=self.pk)
        self.status, self.published_at = fresh.status, fresh.published_at

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

    def _write(self, text: str) -> Revision:
        last = self.revisions.aggregate(n=models.Max("n"))["n"] or 0
        return self.revisions.create(n=last + 1, text=text)

    def _tell_readers(self) -> None:
        """The count and the pages follow in the same transaction; the article is locked."""
        count = Comment.objects.published().filter(article=self.article_id).count()
        Article.objects.filter(pk=self.article_id).update(comment_count=count)
        Stamp.bump()
