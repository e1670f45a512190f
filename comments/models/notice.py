"""What readers report (DSA art. 16), and what is answered to them."""

import base64
import hashlib
import hmac
import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments import letters, working_days
from comments.models.complaint import COMPLAINT_WINDOW, Complaint
from comments.models.decision import Decision, StaleDecision
from comments.models.person import RATE_LIMIT, Trace
from comments.models.status import Status, Urgency
from comments.sealing import fingerprint, seal, unseal
from ldnportal.mail.models import Outbox

if TYPE_CHECKING:
    from comments.models.comment import Comment
    from comments.models.revision import Revision
    from ldnportal.staff.models import User

# What ends the waiting of all who reported the comment.
ANSWERS = (
    Decision.Action.KEEP,
    Decision.Action.REMOVE,
    Decision.Action.WITHDRAW,
    Decision.Action.ERASE,
)
# What leaves a reported comment public against the notifier's word.
AGAINST_NOTIFIER = (Decision.Action.KEEP, Decision.Action.RESTORE)
# For how long a notifier's earlier notices are counted.
MISUSE_WINDOW = timedelta(days=365)


class NotReportable(Exception):
    """Readers do not see this comment (any more)."""


class TooManyNotices(Exception):
    """RATE_LIMIT notices came from this connection within RATE_WINDOW."""


class NoticeQuerySet(models.QuerySet):
    @transaction.atomic
    def file(
        self, *, comment: "Comment", idempotency_key: uuid.UUID, trace: str, email: str = "", **said
    ) -> tuple["Notice", bool]:
        """
        Takes a reader's notice about a public comment, once for each idempotency key.

        ``said`` are the fields that the reader filled in; ``email`` is sealed, and gets the receipt. Returns the
        notice and whether it is new; raises NotReportable or TooManyNotices. Nothing happens to the comment: it stays public until somebody decides.
        """
        # As in CommentQuerySet.post(): simultaneous sendings of one form queue up here.
        Article.objects.select_for_update().get(pk=comment.article_id)
        there = self.filter(idempotency_key=idempotency_key).first()
        if there is not None:
            return there, False
        comment.refresh_from_db(fields=["status", "public_revision"])
        if not comment.is_published:
            raise NotReportable
        if Trace.objects.recent(trace).count() >= RATE_LIMIT:
            raise TooManyNotices
        notice = self.create(
            comment=comment,
            revision_id=comment.public_revision_id,
            idempotency_key=idempotency_key,
            digest=Notice.digest_of(Notice.token_for(idempotency_key)),
            email_encrypted=seal(email) if email else None,
            email_hmac=fingerprint(email) if email else "",
            **said,
        )
        if email:
            Outbox.objects.queue(f"notice:{notice.pk}", "notice_received", context={"notice": notice.pk})
        if notice.kind == Notice.Kind.ILLEGAL:
            type(comment).objects.filter(pk=comment.pk, urgency__gt=Urgency.LEGAL).update(
                urgency=Urgency.LEGAL
            )
        # Without the comment: nothing then says which connection reported what.
        Trace.leave(trace)
        return notice, True

    def undecided(self) -> "NoticeQuerySet":
        return self.filter(decision__isnull=True)

    def open(self) -> "NoticeQuerySet":
        """Nobody has decided, and the comment is still there to be decided about."""
        return self.undecided().filter(comment__status=Status.PUBLISHED)

    def overdue(self) -> "NoticeQuerySet":
        """Open for more than NOTICE_DAYS working days."""
        return self.open().filter(created__lt=working_days.overdue_before(settings.NOTICE_DAYS))

    def joined(self) -> "NoticeQuerySet":
        """The open notices, of each comment the one that has waited longest, with their number in ``together``."""
        earlier = Notice.objects.filter(
            Q(created__lt=OuterRef("created")) | Q(created=OuterRef("created"), pk__lt=OuterRef("pk")),
            comment=OuterRef("comment"),
            decision__isnull=True,
        )
        together = (
            Notice.objects.filter(comment=OuterRef("comment"), decision__isnull=True)
            .order_by()
            .values("comment")
            .annotate(n=Count("pk"))
            .values("n")
        )
        return self.open().filter(~Exists(earlier)).annotate(together=together)

    def answer(self, decision: Decision) -> None:
        """
        Gives the decision to all who wait for one about its comment, and tells them and whoever was told the contrary.

        Called by the comment's verbs, in their transaction. A withdrawal that is undone makes them wait again.
        """
        notices = self.filter(comment=decision.comment_id).select_related("decision")
        if decision.action == Decision.Action.UNWITHDRAW:
            notices.filter(decision__action=Decision.Action.WITHDRAW).update(decision=None)
        if decision.action == Decision.Action.UNDO:
            notices.filter(decision=decision.supersedes).update(decision=None)
            return
        if decision.action in ANSWERS:
            waiting = list(notices.filter(decision__isnull=True))
            if waiting:
                notices.filter(decision__isnull=True).update(decision=decision)
            for notice in waiting:
                letters.tell_notifier(letters.NOTICE_DECIDED, notice, decision)
        if decision.supersedes_id:
            told = notices.filter(decision__isnull=False).exclude(decision=decision)
            # Who contested that is told by the answer to his complaint.
            for notice in told.exclude(complaints__outcome=Complaint.Outcome.OPEN):
                if notice.answer == decision:
                    letters.tell_notifier(letters.NOTICE_OVERTURNED, notice, decision)

    def track_records(self) -> dict[str, tuple[int, int]]:
        """
        By the fingerprint of the notifiers' addresses: how many of their notices of the last year were decided by
        a moderator, and how many of those were found to be unfounded.
        """
        senders = set(self.exclude(email_hmac="").values_list("email_hmac", flat=True))
        decided = Notice.objects.filter(
            email_hmac__in=senders,
            created__gt=timezone.now() - MISUSE_WINDOW,
            decision__role=Decision.Role.MODERATOR,
        )
        kept = Q(decision__action=Decision.Action.KEEP, decision__superseded_by__isnull=True)
        counted = decided.order_by().values("email_hmac")
        counted = counted.annotate(all=Count("pk", distinct=True), kept=Count("pk", kept, distinct=True))
        found = {row["email_hmac"]: (row["all"], row["kept"]) for row in counted}
        return {sender: found.get(sender, (0, 0)) for sender in senders}

    def blank(self, *, keep_address: bool = False) -> int:
        """
        Takes out what somebody wrote, and who it was; that there was a notice stays. Returns how many.

        ``keep_address`` for now, so that what became of it can still be told.
        """
        unblanked = Q(blanked__isnull=True)
        address = {} if keep_address else {"email_encrypted": None, "email_hmac": ""}
        rows = self.filter(unblanked if keep_address else unblanked | Q(email_encrypted__isnull=False))
        Complaint.objects.filter(notice__in=rows).update(text="", answer="")
        return rows.update(
            explanation="", law="", name="", blanked=Coalesce("blanked", Value(timezone.now())), **address
        )


class Notice(models.Model):
    """
    A reader's word that a comment breaks the rules or the law.

    Its private page is found as a comment's is (see OwnerToken): only the SHA-256 of the token is stored.
    """

    class Kind(models.TextChoices):
        RULES = "rules", _("against the site’s rules")
        ILLEGAL = "illegal", _("illegal content")

    comment = models.ForeignKey("Comment", models.PROTECT, related_name="notices", verbose_name=_("comment"))
    # The text that stood there.
    revision = models.ForeignKey(
        "Revision", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reported text")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    explanation = models.TextField(_("explanation"), blank=True)
    # Art. 16(2)(c): who reports this need not say who he is.
    child_abuse = models.BooleanField(_("sexual abuse of children"), default=False)
    law = models.CharField(_("law"), max_length=200, blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email_encrypted = models.BinaryField(_("e-mail, encrypted"), null=True)
    email_hmac = models.CharField(_("e-mail, keyed hash"), max_length=64, blank=True, db_index=True)
    good_faith = models.BooleanField(_("stated in good faith"), default=False)
    created = models.DateTimeField(_("received"), default=timezone.now)
    receipt_sent = models.DateTimeField(_("receipt sent"), null=True, blank=True)
    decision = models.ForeignKey(
        "Decision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answers_notices",
        verbose_name=_("decision"),
    )
    idempotency_key = models.UUIDField(unique=True, null=True, editable=False)
    digest = models.CharField(
        _("SHA-256 of the token"), max_length=64, unique=True, null=True, editable=False
    )
    blanked = models.DateTimeField(_("text erased"), null=True, blank=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["created", "pk"]
        constraints = [
            models.CheckConstraint(
                name="notice_says_why_until_blanked",
                condition=Q(blanked__isnull=True) & ~Q(explanation="")
                | Q(blanked__isnull=False, explanation="", law="", name=""),
            ),
            models.CheckConstraint(
                name="notice_hash_goes_with_its_address",
                condition=Q(email_hmac="") | Q(email_encrypted__isnull=False),
            ),
        ]
        indexes = [models.Index(name="notice_open", fields=["created"], condition=Q(decision__isnull=True))]

    def __str__(self) -> str:
        return f"{self.reference} – {self.get_kind_display()}"

    @property
    def reference(self) -> str:
        """What the notifier and the moderators call it by."""
        return f"S-{self.created:%Y}-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.decision_id is None and self.comment.is_published

    @property
    def email(self) -> str:
        """The notifier's address, or nothing. Raises comments.sealing.Unreadable."""
        return unseal(self.email_encrypted) if self.email_encrypted else ""

    @property
    def due_on(self) -> date:
        return working_days.due_on(self.created, settings.NOTICE_DAYS)

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()

    @property
    def token(self) -> str:
        """The private page's, found again under whichever key it was made; or nothing."""
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        made = (self.token_for(self.idempotency_key, key) for key in keys)
        return next((token for token in made if self.digest_of(token) == self.digest), "")

    # What is decided about it. Repeated notices about one comment are joined: one decision answers them all.

    @property
    def answer(self) -> Decision | None:
        """The decision that stands: the one that was made, or what has taken its place since and was not undone."""
        decision = self.decision
        while decision and (later := decision.superseded_by.standing().last()):
            decision = later
        return decision

    @transaction.atomic
    def remove_comment(self, *, by: "User", revision: "Revision", reason: str, **said) -> Decision:
        """The notice is right. Raises StaleDecision, also when somebody was quicker to answer it."""
        self._still_open()
        self.decision = self.comment.remove(
            by=by, revision=revision, reason=reason, source=Decision.Source.NOTICE, **said
        )
        return self.decision

    @transaction.atomic
    def keep_comment(self, *, by: "User", revision: "Revision", reason: str, **said) -> Decision:
        """The comment may stay; ``reason`` is for the notifiers. Raises StaleDecision as above."""
        self._still_open()
        self.decision = self.comment.keep(by=by, revision=revision, reason=reason, **said)
        return self.decision

    def _still_open(self) -> None:
        self.comment._lock()
        self.refresh_from_db(fields=["decision"])
        if self.decision is None:
            return
        who = self.decision.actor.public_name if self.decision.actor else gettext("its author")
        raise StaleDecision(
            gettext("Already answered: this comment was «%(what)s», by %(who)s. Nothing was changed.")
            % {"what": self.decision.get_action_display(), "who": who},
            self.decision,
        )

    # What the notifier may do against it.

    @property
    def contestable(self) -> Decision | None:
        """The decision that leaves the comment public, if this notifier may still contest it."""
        answer = self.answer
        if answer is None or answer.action not in AGAINST_NOTIFIER or not self.comment.is_published:
            return None
        if answer.created <= timezone.now() - COMPLAINT_WINDOW:
            return None
        return None if self.complaints.filter(decision=answer).exists() else answer

    @transaction.atomic
    def contest(self, decision: Decision, text: str) -> Complaint:
        """One complaint a notice and decision; raises StaleDecision where there is nothing to contest (any more)."""
        self.comment._lock()
        self.refresh_from_db(fields=["decision"])
        if decision != self.contestable:
            raise StaleDecision(gettext("This decision cannot be contested (any more)."), decision)
        return self.complaints.create(decision=decision, by=Complaint.By.NOTIFIER, text=text)

    @staticmethod
    def token_for(idempotency_key: object, key: str = "") -> str:
        """Made with ``key``, or with today's SECRET_KEY."""
        secret = (key or settings.SECRET_KEY).encode()
        mac = hmac.new(secret, f"notice:{idempotency_key}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(mac.digest()[:16]).rstrip(b"=").decode()

    @staticmethod
    def digest_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()
