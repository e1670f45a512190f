"""A comment and the moves that it can make. Every move goes through ``Comment._move``."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments import letters
from comments.models.authoring import Authoring
from comments.models.complaint import Complaint
from comments.models.confirmation import Confirmation
from comments.models.decision import MARKS, ON_A_PROPOSAL, Decision, StaleDecision
from comments.models.moderating import Moderating
from comments.models.queryset import MAX_DEPTH, CommentQuerySet
from comments.models.re_review import ReReview
from comments.models.reachable import Reachable
from comments.models.restriction import Restriction
from comments.models.revision import Revision
from comments.models.risk import learn_from
from comments.models.status import CAME_FROM, TOMBSTONES, Status, Urgency
from ldnportal.pages.models import Stamp
from ldnportal.staff.models import User

NAME_MAX_LENGTH = 60
# Of what the checks notice: «first comment» weighs that much. A text with anything heavier is read first.
HARMLESS = 0.1


class Comment(Authoring, Moderating, Reachable):
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
    # Where it stands in the moderators' queue (recording.py, NoticeQuerySet.file()): kept here, since the queue is
    # long and is read in this order.
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.ORDINARY, editable=False)
    # The weightiest signal of its newest text, in tenths.
    risk = models.PositiveSmallIntegerField(default=0, editable=False)
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
            models.CheckConstraint(
                name="comment_pinned_is_public_root",
                condition=Q(pinned=False) | Q(status="published", depth=1),
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
            # The pinned first, then as they came.
            models.Index(
                name="comment_roots_pinned",
                fields=["article", "-pinned", "path", "status"],
                condition=Q(depth=1, status__in=["published", "removed", "withdrawn", "erased"]),
            ),
            models.Index(name="comment_thread", fields=["root", "path", "status"]),
            # The newest first, for the feeds; the first also counts.
            models.Index(
                name="comment_public", fields=["article", "-published_at"], condition=Q(status="published")
            ),
            models.Index(name="comment_newest", fields=["-published_at"], condition=Q(status="published")),
            # Word for word what waiting() asks for: an index of one half would leave the other half to be looked for.
            # Its last two are what it is chosen by, so that nothing else is read for counting and leafing.
            models.Index(
                name="comment_queue",
                fields=["urgency", "-risk", "created", "id", "status", "proposed_revision"],
                condition=Q(status="pending") | Q(proposed_revision__isnull=False),
            ),
            # One for each tab of the queue: one for all states would tempt SQLite to sort the public ones by it.
            models.Index(
                name="comment_changes",
                fields=["-created", "-id", "status"],
                condition=Q(status="changes_requested"),
            ),
            models.Index(
                name="comment_spam", fields=["-created", "-id", "status"], condition=Q(status="spam")
            ),
            models.Index(
                name="comment_refused",
                fields=["-created", "-id", "status"],
                condition=Q(status="rejected") | Q(status="removed"),
            ),
            models.Index(
                name="comment_gone",
                fields=["-created", "-id", "status"],
                condition=Q(status="withdrawn") | Q(status="erased"),
            ),
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
        if action in MARKS:
            return self._can_be_marked(action)
        return self.status in CAME_FROM[action] or self._is_about_proposal(action)

    def _can_be_marked(self, action: str) -> bool:
        name, value = MARKS[action]
        # Answers follow what they answer, wherever that stands.
        may_stand_there = name != "pinned" or self.depth == 1
        return self.status in CAME_FROM[action] and may_stand_there and getattr(self, name) != value

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
    def is_unread(self) -> bool:
        """Readers see what no moderator has read."""
        return self.is_published and Comment.objects.unread().filter(pk=self.pk).exists()

    @property
    def may_come_back_unread(self) -> bool:
        """The same, or its author has only taken it back."""
        is_there = self.status in {Status.PUBLISHED, Status.WITHDRAWN}
        return is_there and Comment.objects.decided_by_site().filter(pk=self.pk).exists()

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
        return self.decisions.select_related("actor", "confirmation").last()

    # How a verb is carried out: the author's (authoring.py), the moderators' (moderating.py), the site's.

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
        # These two have looked, before they changed what is in question.
        if role == Decision.Role.MODERATOR and action not in {Decision.Action.REDACT, Decision.Action.UNDO}:
            self._refuse_unless_seen(revision, self._text_decided_on(action))
        if self._is_about_proposal(action):
            status = Status.PUBLISHED
        # Whoever decides in place of a colleague's request must have seen it.
        is_instead = before == Status.CHANGES_REQUESTED and action in ON_A_PROPOSAL
        if is_instead and said.get("supersedes") != self.latest_decision:
            raise self._stale()
        fields = {"status": status, "proposed_revision": None, **(changes or {})}
        if status != Status.PUBLISHED:
            fields["pinned"] = False
        if public_revision is not None:
            fields["public_revision"] = public_revision
            fields["published_at"] = self.published_at or timezone.now()
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))
        decision = self._decide(action, came_from=before, role=role, actor=actor, revision=revision, **said)
        learn_from(decision)
        ReReview.objects.draw(decision)
        Confirmation.objects.ask_about_removal(decision)
        is_seen = status != before or public_revision is not None or action == Decision.Action.UNDO
        if is_seen and (Status.PUBLISHED in {before, status} or before in TOMBSTONES):
            self._tell_readers()
        letters.queue(action, comment=self, decision=decision)
        self.notices.answer(decision)
        Complaint.objects.answer(decision)
        if before == Status.REMOVED:
            Confirmation.objects.answer(decision)
        return decision

    def expire(self) -> Decision:
        """The changes that were asked for never came; it is the site that takes it back."""
        return self._move(Status.WITHDRAWN, Decision.Action.EXPIRE, role=Decision.Role.SYSTEM)

    @transaction.atomic
    def publish_trusted(self) -> Decision | None:
        """The site publishes it unread if its author is trusted and nothing speaks against it; else it goes on waiting."""
        if not (settings.TRUST_AFTER and self.contributor_id):
            return None
        self._lock()
        revision = self.latest_revision
        if not (self._is_untouched() and _is_harmless(revision) and self._may_still_be_sent()):
            return None
        if not self.contributor.is_trusted or Restriction.objects.on_author_of(self):
            return None
        return self._move(
            Status.PUBLISHED,
            Decision.Action.PUBLISH,
            role=Decision.Role.SYSTEM,
            revision=revision,
            public_revision=revision,
        )

    def _is_untouched(self) -> bool:
        """No moderator has had to do with it, and nothing urges one to."""
        is_ordinary = self.status == Status.PENDING and self.urgency == Urgency.ORDINARY
        return is_ordinary and not self.decisions.by_moderators().exists()

    def _may_still_be_sent(self) -> bool:
        """As when it was posted: since then its article or the discussion may have been closed."""
        if not Article.objects.get(pk=self.article_id).accepts_comments:
            return False
        parent = Comment.objects.select_related("root").filter(pk=self.parent_id).first()
        return parent is None or (parent.is_published and not parent.is_frozen)

    def _text_decided_on(self, action: str) -> Revision | None:
        """A report is about what readers see, whatever waits beside it."""
        return self.public_revision if action == Decision.Action.KEEP else self.revision_in_question

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
            "urgency",
            "pinned",
            "frozen",
        ):
            setattr(self, name, getattr(fresh, name))

    def _refuse_unless_seen(self, revision: Revision | None, in_question: Revision | None) -> None:
        if revision != in_question:
            raise StaleDecision(
                gettext("Its author has changed this comment meanwhile: read the new text, then decide."),
                self.latest_decision,
            )

    def _stale(self) -> StaleDecision:
        latest = self.latest_decision
        who = gettext("its author")
        if latest and latest.role != Decision.Role.AUTHOR:
            who = latest.actor.public_name if latest.actor else latest.get_role_display()
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
        public = Comment.objects.published().order_by()
        replies = public.filter(root=OuterRef("pk"), depth__gt=1).values("root")
        Comment.objects.filter(pk=self.root_id).update(reply_count=_number_of(replies))
        comments = public.filter(article=OuterRef("pk")).values("article")
        Article.objects.filter(pk=self.article_id).update(comment_count=_number_of(comments))
        Stamp.bump()


def _is_harmless(revision: Revision) -> bool:
    """All checks have read it, and none has noticed anything of weight."""
    return revision.checked is not None and not revision.signals.filter(score__gt=HARMLESS).exists()


def _number_of(grouped: models.QuerySet) -> Coalesce:
    return Coalesce(Subquery(grouped.annotate(n=Count("pk")).values("n")), 0)
