"""Comments as sets: who sees which, in which order; and how a new one comes among them."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext

from articles.models import Article
from comments import letters, names
from comments.models.complaint import Complaint
from comments.models.confirmation import Confirmation
from comments.models.decision import Decision
from comments.models.person import RATE_LIMIT, Consent, ConsentText, Contributor, OwnerToken, Trace
from comments.models.restriction import Restriction
from comments.models.status import TOMBSTONES, Status
from comments.sealing import seal
from ldnportal.staff.models import User

if TYPE_CHECKING:
    from comments.models.comment import Comment

# Answers to a comment of the last level stand beside it and keep their true parent: deeper is unreadable on a phone.
MAX_DEPTH = 3
# Twelve digits sort as text in both databases up to a million million comments.
PATH_STEP = "{:012d}"


class CommentsClosed(Exception):
    """The article takes no comments (any more)."""


class NotReplyable(Exception):
    """One may answer only what readers can see."""


class TooManyComments(Exception):
    """RATE_LIMIT comments came from this connection within RATE_WINDOW."""


class Restricted(Exception):
    """The moderators take no comment from this person for a while."""

    def __init__(self, restriction: Restriction) -> None:
        super().__init__(restriction.reason)
        self.restriction = restriction


class CommentQuerySet(models.QuerySet):
    def published(self) -> "CommentQuerySet":
        return self.filter(status=Status.PUBLISHED)

    def waiting(self) -> "CommentQuerySet":
        """For a moderator: the new ones, and the published with a new text."""
        return self.filter(Q(status=Status.PENDING) | Q(proposed_revision__isnull=False))

    def unread(self) -> "CommentQuerySet":
        """What readers see and no moderator has read."""
        return self.published().decided_by_site()

    def decided_by_site(self) -> "CommentQuerySet":
        """Published by the site, whatever their authors did since; no moderator has decided about them."""
        by_site = Decision.objects.filter(
            comment=OuterRef("pk"), action=Decision.Action.PUBLISH, role=Decision.Role.SYSTEM
        )
        read = Decision.objects.by_moderators().about_the_public().filter(comment=OuterRef("pk"))
        return self.filter(Exists(by_site), ~Exists(read))

    def contested(self) -> "CommentQuerySet":
        """A decision about them has an open complaint by their author; ``contested_at`` is when the first came."""
        open_ones = Complaint.objects.open().filter(by=Complaint.By.AUTHOR).order_by("created")
        first = open_ones.filter(decision__comment=OuterRef("pk")).values("created")[:1]
        # Not Exists: the few complaints lead to their comments, not all comments to a look for complaints.
        return self.filter(pk__in=open_ones.order_by().values("decision__comment")).annotate(
            contested_at=Subquery(first)
        )

    def to_confirm(self, *, by: User | None = None) -> "CommentQuerySet":
        """
        A removal waits for a colleague, or a ban of their author, for which his newest comment stands here.

        ``by`` somebody: without what he has decided himself.
        """
        waiting = (Confirmation.objects.open_for(by) if by else Confirmation.objects.open()).order_by()
        removed = waiting.filter(decision__isnull=False).values("decision__comment")
        banned = waiting.filter(restriction__contributor__isnull=False).values("restriction__contributor")
        traced = waiting.filter(restriction__contributor__isnull=True, restriction__isnull=False)
        theirs = self.model.objects.filter(contributor__in=banned).order_by().values("contributor")
        left = Trace.objects.filter(digest__in=traced.values("restriction__digest"), comment__isnull=False)
        # Not joined by OR: so the few rows lead to their comments, as above.
        return self.filter(
            pk__in=removed.union(
                theirs.annotate(newest=Max("pk")).values("newest"),
                left.order_by().values("digest").annotate(newest=Max("comment")).values("newest"),
            )
        )

    def in_thread(self) -> "CommentQuerySet":
        """What stands in the thread: the published, and tombstones that have a published comment below them."""
        below = self.model.objects.published().filter(
            # The second half is for the last level, where answers stand beside and not below.
            Q(path__startswith=OuterRef("path")) | Q(parent=OuterRef("pk")),
            root=OuterRef("root"),
        )
        # All four by name first: so databases see that the partial indexes hold what is asked for.
        return self.filter(
            Q(status=Status.PUBLISHED) | Exists(below), status__in=[Status.PUBLISHED, *TOMBSTONES]
        )

    def roots(self) -> "CommentQuerySet":
        return self.filter(depth=1)

    def for_display(self) -> "CommentQuerySet":
        return self.select_related("public_revision").order_by("path")

    def in_queue_order(self) -> "CommentQuerySet":
        """Of what waits: distress before all, then what the law urges, then the riskiest, then the oldest."""
        return self.order_by("urgency", "-risk", "created", "pk")

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
        opened: datetime | None = None,
        own: Sequence[str] = (),
        email: str = "",
        follow: str = "",
    ) -> tuple["Comment", bool]:
        """
        Takes a reader's comment into the queue, once for each idempotency key.

        ``opened`` (when the form was issued) is for the checks, ``own`` (this browser's private tokens) for them and to
        recognise whoever has confirmed ``email`` before; of anybody else it is asked to confirm itself
        (comments.models.reachable). Who is recognised and trusted is published at once. Returns the comment and
        whether it is new. Raises CommentsClosed, TooManyComments, Restricted or NotReplyable.
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
        restrictions = Restriction.objects.on_whoever_sends(trace=trace, email=email, own=own)
        closed = [each for each in restrictions if each.shuts_out]
        if closed:
            raise Restricted(closed[-1])
        known = Contributor.objects.recognised(email, own=own)
        reached = (
            {"contributor": known, "follow": follow, "answers_told_until": timezone.now()} if known else {}
        )
        comment = self._place(article, parent, name=name, idempotency_key=idempotency_key, **reached)
        # Before the text is written: the checks count what came from one connection.
        Trace.leave(trace, comment)
        revision = comment._write(text, opened=opened, own=own)
        comment._decide(Decision.Action.POST, came_from="", role=Decision.Role.AUTHOR, revision=revision)
        if names.has_medical_title(name):
            revision.signals.create(
                check_name="title_in_name",
                check_version=1,
                score=0.3,
                explanation=gettext(
                    "The pseudonym has a title of a health profession, which nobody has checked."
                ),
            )
        token = OwnerToken.token_for(idempotency_key)
        OwnerToken.objects.create(
            comment=comment,
            digest=OwnerToken.digest_of(token),
            token_encrypted=seal(token) if known else None,
        )
        Consent.objects.create(comment=comment, text=consent_text)
        if known and not restrictions:
            comment.publish_trusted()
        if email and not known:
            comment.give_address(email, follow=follow, token=token)
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
        decision = comment._decide(
            Decision.Action.PUBLISH, came_from="", role=Decision.Role.MODERATOR, actor=by, revision=revision
        )
        comment._tell_readers()
        letters.queue(decision.action, comment=comment, decision=decision)
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
