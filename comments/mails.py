"""
What the mails to readers and moderators say. Each function makes a letter of a row of the outbox, when it is sent.

Nothing that a reader wrote gets into a mail, not even a pseudonym: a mail from this site must not carry a
stranger's link or advertising, subjects are read over shoulders, and what is not in a header can inject nothing
into one. An author finds texts on his private page, whose link each mail to him has. Moderators' reasons are given
word by word.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comments.models import (
    Comment,
    Complaint,
    Contributor,
    Decision,
    Follow,
    Notice,
    Status,
    UnconfirmedAddress,
)
from comments.models.decision import AGAINST_AUTHOR
from comments.models.notice import AGAINST_NOTIFIER
from comments.models.reachable import CONFIRMED_WITHIN
from comments.sealing import Unreadable
from ldnportal.mail.models import Outbox, Undeliverable
from ldnportal.markup.typography import typeset_text
from ldnportal.staff.models import User

STOP_SALT = "comments.mails.stop"
# What one can stop by one click: being told of answers, or every mail.
ANSWERS, ALL = "answers", "all"
LOST_LINKS = 20


@dataclass
class Letter:
    subject: str
    paragraphs: list[str]
    # A moderator's words, as he wrote them.
    quote: str = ""
    # What is said below it.
    closing: list[str] = field(default_factory=list)
    # What can be opened: (what it is, its address).
    links: list[tuple[str, str]] = field(default_factory=list)
    stop: str = ""

    def text(self) -> str:
        lines = [_("Hello,")]
        lines += [line for paragraph in self.paragraphs for line in ("", paragraph)]
        if self.quote:
            lines += ["", *(f"> {line}".rstrip() for line in self.quote.splitlines())]
        lines += [line for paragraph in self.closing for line in ("", paragraph)]
        for label, address in self.links:
            lines += ["", _("%(label)s:") % {"label": label}, address]
        if self.stop:
            lines += ["", "-- ", _why(), _("%(label)s:") % {"label": _stop_label()}, self.stop]
        return typeset_text("\n".join(lines)) + "\n"

    def html(self) -> str:
        context = {"letter": self, "why": _why(), "stop_label": _stop_label()}
        return render_to_string("comments/mail/letter.html", context)


def _why() -> str:
    return _("You get this mail because you gave this address with a comment on %(site)s.") % {
        "site": settings.SITE_NAME
    }


def _stop_label() -> str:
    return _("No more of these mails")


def message(mail: Outbox) -> EmailMultiAlternatives:
    """The mail of a row of the outbox. Raises Undeliverable when there is nobody, or nothing, left."""
    try:
        address, letter = WRITERS[mail.kind](mail.context)
    except (
        Comment.DoesNotExist,
        Decision.DoesNotExist,
        Complaint.DoesNotExist,
        Notice.DoesNotExist,
    ):
        raise Undeliverable(_("What it was about is not there any more.")) from None
    except Unreadable:
        raise Undeliverable(
            _("The address was sealed under another SECRET_KEY, which SECRET_KEY_FALLBACKS does not have.")
        ) from None
    headers = {}
    if letter.stop:
        # RFC 8058: mail programs show a button that posts there, without opening a page.
        headers = {
            "List-Unsubscribe": f"<{letter.stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    made = EmailMultiAlternatives(letter.subject, letter.text(), to=[address], headers=headers)
    made.attach_alternative(letter.html(), "text/html")
    return made


def stop_address(contributor: Contributor, scope: str) -> str:
    token = signing.dumps([contributor.pk, scope], salt=STOP_SALT)
    return _absolute("comments:stop", token)


def read_stop(token: str) -> tuple[int, str] | None:
    """Whose mails, and which of them; None for what this site did not sign. It holds as long as mails are kept."""
    try:
        pk, scope = signing.loads(token, salt=STOP_SALT)
    except signing.BadSignature:
        return None
    return pk, scope


# The letters


def _confirm(context: dict) -> tuple[str, Letter]:
    address = UnconfirmedAddress.objects.alive().filter(pk=context["address"]).first()
    if address is None:
        raise Undeliverable(_("The address was not confirmed in time, or another was given."))
    hours = int(CONFIRMED_WITHIN.total_seconds() // 3600)
    return address.email, Letter(
        subject=_("%(site)s: is this your address?") % {"site": settings.SITE_NAME},
        paragraphs=[
            _(
                "Somebody who wrote a comment on %(site)s gave this address, to be told by e-mail what becomes of it. "
                "If that was you, open the page below and confirm it there."
            )
            % {"site": settings.SITE_NAME},
            _(
                "If it was not you, do nothing: no other mail comes, and the address is forgotten within %(hours)d "
                "hours."
            )
            % {"hours": hours},
        ],
        links=[(_("Confirm this address"), _absolute("comments:confirm_address", address.token))],
    )


def _decision(context: dict) -> tuple[str, Letter]:
    decision = Decision.objects.select_related("comment__contributor", "comment__article__published").get(
        pk=context["decision"]
    )
    comment = decision.comment
    letter = _about(decision)
    letter.links = [_private(comment)]
    if decision.action in {Decision.Action.PUBLISH, Decision.Action.RESTORE} and _is_readable(comment):
        letter.links.append((_("See it under the article"), _absolute("comments:permalink", comment.pk)))
    return _to_author(comment, letter, ALL)


def preview(comment: Comment, action: str, **said) -> Letter | None:
    """
    What the author would be told of a decision that nobody has taken yet; None where nothing is told, as of spam.

    ``said`` are the fields of Decision. The author's private address is not in it: moderators are not to see it.
    """
    decision = Decision(comment=comment, action=action, came_from=comment.status, **said)
    about = _ABOUT_NEW_TEXT if decision.is_about_new_text else _ABOUT_COMMENT
    if action not in about:
        return None
    letter = _about(decision)
    letter.subject = _subject(letter.subject)
    letter.links = [(_private_label(comment), _("(its address, which only the author is given)"))]
    return letter


def _about(decision: Decision) -> Letter:
    about = _ABOUT_NEW_TEXT if decision.is_about_new_text else _ABOUT_COMMENT
    if decision.role == Decision.Role.SYSTEM:
        about = _BY_THE_SITE
    subject, *paragraphs = map(str, about[decision.action])
    if decision.ground == Decision.Ground.LAW:
        paragraphs.append(_("Ground: illegal content (%(law)s).") % {"law": decision.clause})
    elif decision.clause:
        paragraphs.append(_("Rule: %(rule)s.") % {"rule": decision.clause})
    closing = [how_it_was_decided(decision), _what_now(decision)] if decision.action in AGAINST_AUTHOR else []
    return Letter(subject, paragraphs, quote=decision.reason, closing=closing)


def how_it_was_decided(decision: Decision) -> str:
    """What else an author is owed (DSA art. 17(3)): how it came to a decision against him, and how far it goes."""
    how = [
        {
            Decision.Source.OWN: _("A person decided this, at the site’s own initiative."),
            Decision.Source.NOTICE: _("A person decided this, after a report."),
            Decision.Source.COMPLAINT: _("A person decided this, after a complaint."),
        }[decision.source]
    ]
    if decision.automated_detection:
        how.append(_("A program had drawn attention to the text; it decided nothing."))
    if decision.action != Decision.Action.ASK_CHANGES:
        how.append(_("The decision holds everywhere, without an end date."))
    return " ".join(how)


def _what_now(decision: Decision) -> str:
    contest = _(
        "If you do not agree, contest it on your private page within six months: it is looked at again, by somebody else "
        "where that is possible."
    )
    if decision.action == Decision.Action.ASK_CHANGES:
        return contest
    return contest + " " + _("You may also turn to a court.")


# Subject, then paragraphs, by what was decided.
_ABOUT_COMMENT = {
    Decision.Action.PUBLISH: (
        gettext_lazy("your comment is published"),
        gettext_lazy("Your comment has been read and is published."),
    ),
    Decision.Action.ASK_CHANGES: (
        gettext_lazy("a change is asked for in your comment"),
        gettext_lazy(
            "The moderators ask for a change before they publish your comment. Until then only you see it. On your "
            "private page you can answer them."
        ),
        gettext_lazy("What they wrote to you:"),
    ),
    Decision.Action.REJECT: (
        gettext_lazy("your comment was not published"),
        gettext_lazy(
            "The moderators have not published your comment. Nobody but you and they can see it. Your private page "
            "says what you can do now."
        ),
        gettext_lazy("Their reason:"),
    ),
    Decision.Action.REMOVE: (
        gettext_lazy("your comment was removed"),
        gettext_lazy(
            "The moderators have removed your comment after its publication. Answers to it stay. Your private page "
            "says what you can do now."
        ),
        gettext_lazy("Their reason:"),
    ),
    Decision.Action.RESTORE: (
        gettext_lazy("your comment is published after all"),
        gettext_lazy("The moderators have taken back their decision: your comment is published."),
    ),
    Decision.Action.REDACT: (
        gettext_lazy("words were taken out of your comment"),
        gettext_lazy(
            "The moderators have taken words out of your comment, by which somebody could be recognised, and put a mark "
            "in their place. Nothing else was changed. Your private page shows both texts."
        ),
        gettext_lazy("Their reason:"),
    ),
}
# Unread: its author is trusted (Comment.publish_trusted).
_BY_THE_SITE = {
    Decision.Action.PUBLISH: (
        gettext_lazy("your comment is published"),
        gettext_lazy(
            "Your comment is published. A program did so without a moderator having read it, since they have published "
            "earlier ones of yours; they can still remove it."
        ),
    ),
}
# The same about the new text of a comment whose earlier one stays public.
_ABOUT_NEW_TEXT = {
    Decision.Action.PUBLISH: (
        gettext_lazy("your new text is published"),
        gettext_lazy("The new text of your comment has been read and stands in place of the earlier one."),
    ),
    Decision.Action.ASK_CHANGES: (
        gettext_lazy("a change is asked for in your new text"),
        gettext_lazy(
            "The moderators ask for a change before they publish the new text of your comment. The earlier one stays "
            "public. On your private page you can answer them."
        ),
        gettext_lazy("What they wrote to you:"),
    ),
    Decision.Action.REJECT: (
        gettext_lazy("your new text was not published"),
        gettext_lazy(
            "The moderators have not published the new text of your comment. The earlier one stays public. Your "
            "private page says what you can do now."
        ),
        gettext_lazy("Their reason:"),
    ),
}


def _complaint(context: dict) -> tuple[str, Letter]:
    complaint = Complaint.objects.select_related("decision__comment__contributor").get(
        pk=context["complaint"]
    )
    comment = complaint.decision.comment
    if complaint.outcome == Complaint.Outcome.UPHELD:
        said = _("You contested a decision about your comment. You were right: it has been taken back.")
    else:
        said = _(
            "You contested a decision about your comment. It has been looked at again, and it stands. Your private page "
            "says where your comment stands."
        )
    paragraphs = [said, _("What the moderators wrote to you:")] if complaint.answer else [said]
    letter = Letter(
        _("what became of your complaint"), paragraphs, quote=complaint.answer, links=[_private(comment)]
    )
    return _to_author(comment, letter, ALL)


def _answer(context: dict) -> tuple[str, Letter]:
    answer = Comment.objects.select_related("article__published", "parent__contributor").get(
        pk=context["answer"]
    )
    comment = answer.parent
    if comment.follow != Follow.EACH:
        raise Undeliverable(_("The author does not want to be told of answers any more."))
    if not (answer.is_published and _is_readable(answer)):
        raise Undeliverable(_("The answer is not public any more."))
    said = (
        _("Your comment has a new answer.")
        if answer.is_unread
        else _("Your comment has a new answer, read by the moderators before its publication.")
    )
    letter = Letter(
        _("an answer to your comment"),
        [said],
        links=[(_("Read the answer"), _absolute("comments:permalink", answer.pk)), _private(comment)],
    )
    return _to_author(comment, letter, ANSWERS)


def _answers(context: dict) -> tuple[str, Letter]:
    contributor = Contributor.objects.filter(pk=context["contributor"]).first()
    answers = [
        answer
        for answer in Comment.objects.published()
        .filter(pk__in=context["answers"], parent__contributor=contributor, parent__follow=Follow.DAILY)
        .select_related("article__published", "parent")
        .order_by("published_at", "pk")
        if _is_readable(answer)
    ]
    if contributor is None or not answers:
        raise Undeliverable(_("Nobody wants to be told any more, or the answers are not public any more."))
    n = len(answers)
    links = [(_said_on(answer), _absolute("comments:permalink", answer.pk)) for answer in answers]
    links += [_private(parent) for parent in {answer.parent: None for answer in answers}]
    letter = Letter(
        ngettext("%(n)d answer to your comments", "%(n)d answers to your comments", n) % {"n": n},
        [
            ngettext(
                "Since the last mail your comments have %(n)d new answer.",
                "Since the last mail your comments have %(n)d new answers.",
                n,
            )
            % {"n": n}
        ],
        links=links,
    )
    return _to(contributor, letter, ANSWERS)


def _lost_links(context: dict) -> tuple[str, Letter]:
    contributor = Contributor.objects.filter(pk=context["contributor"]).first()
    if contributor is None:
        raise Undeliverable(_("The address was forgotten meanwhile."))
    comments = contributor.comments.select_related("owner_token").order_by("-created", "-pk")[:LOST_LINKS]
    letter = Letter(
        _("your private links"),
        [
            _("Somebody asked for the private links of the comments that were written with this address."),
            _(
                "Whoever has such a link can read, change and withdraw the comment: keep this mail to yourself. If it "
                "was not you who asked, you need do nothing."
            ),
        ],
        links=[_private(comment) for comment in comments],
    )
    return _to(contributor, letter, ALL)


def _moderators(context: dict) -> tuple[str, Letter]:
    user = User.objects.filter(pk=context["user"], is_active=True, is_staff=True).first()
    if user is None or not user.email or not user.has_perm("comments.moderate_comment"):
        raise Undeliverable(_("The account is closed, does not moderate any more, or has no e-mail address."))
    waiting = Comment.objects.filter(status=Status.PENDING)
    n, oldest = waiting.count(), waiting.order_by("created").first()
    if oldest is None:
        raise Undeliverable(_("Nothing waits any more."))
    letter = Letter(
        ngettext("%(n)d comment waits", "%(n)d comments wait", n) % {"n": n},
        [
            ngettext("%(n)d comment waits to be read.", "%(n)d comments wait to be read.", n) % {"n": n},
            _("The oldest has been waiting since %(date)s.") % {"date": _date(oldest)},
            _(
                "This mail comes once a day, as long as something waits. It holds no text: that concerns health."
            ),
        ],
        links=[(_("The comments that wait"), _absolute("admin:comments_comment_changelist"))],
    )
    letter.subject = _subject(letter.subject)
    return user.email, letter


def _notice(context: dict) -> tuple[str, Letter]:
    """The receipt of a notice of illegal content (DSA, art. 16(4)): the way to its page, nothing that was written."""
    notice = Notice.objects.filter(pk=context["notice"]).first()
    if notice is None or not notice.email:
        raise Undeliverable(_("The address was forgotten meanwhile."))
    letter = Letter(
        _subject(_("your report %(reference)s") % {"reference": notice.reference}),
        [
            _(
                "We have received your report of illegal content on %(site)s. Its reference is %(reference)s. A person "
                "reads it and decides."
            )
            % {"site": settings.SITE_NAME, "reference": notice.reference},
            _("If you have sent no report, somebody typed your address by mistake: you need do nothing."),
        ],
        links=_page_of(notice),
    )
    return notice.email, letter


def _notice_decided(context: dict) -> tuple[str, Letter]:
    """What was decided about a notice, and what can be done against it (DSA, art. 16(5))."""
    notice, decision = _decided_notice(context)
    if notice.decision_id != decision.pk:
        raise Undeliverable(_("The report waits for a decision again."))
    said = {
        Decision.Action.REMOVE: _(
            "A person has read the comment that you reported and has removed it: readers do not see its text any more."
        ),
        Decision.Action.KEEP: _(
            "A person has read the comment that you reported and has left it where it is."
        ),
        Decision.Action.WITHDRAW: _GONE,
        Decision.Action.ERASE: _GONE,
    }[decision.action]
    return _to_notifier(notice, _("what became of your report %(reference)s"), said, decision)


def _notice_overturned(context: dict) -> tuple[str, Letter]:
    """The decision that a notifier was told of is not what holds any more."""
    notice, decision = _decided_notice(context)
    if notice.answer != decision:
        raise Undeliverable(_("It was decided anew meanwhile."))
    said = {
        Decision.Action.REMOVE: _(
            "The comment that you reported has been looked at again and has been removed after all: readers do not "
            "see its text any more."
        ),
        Decision.Action.RESTORE: _(
            "The comment that you reported had been removed. The decision has been looked at again and taken back: "
            "the comment is public."
        ),
    }[decision.action]
    return _to_notifier(notice, _("a new decision about your report %(reference)s"), said, decision)


def _notice_complaint(context: dict) -> tuple[str, Letter]:
    complaint = Complaint.objects.select_related("notice").get(pk=context["complaint"])
    if complaint.outcome != context["outcome"]:
        raise Undeliverable(_("The complaint waits for an answer again."))
    said = {
        Complaint.Outcome.UPHELD: _(
            "You contested that a comment stays public. You were right: it has been removed."
        ),
        Complaint.Outcome.DISMISSED: _(
            "You contested that a comment stays public. It has been looked at again, and it stays."
        ),
        Complaint.Outcome.LAPSED: _GONE,
    }[complaint.outcome]
    subject = _("what became of your complaint (report %(reference)s)")
    return _to_notifier(complaint.notice, subject, said, quote=complaint.answer)


_GONE = gettext_lazy(
    "The author of the comment that you reported has taken it back: readers do not see its text any more. Nothing is left "
    "to be decided about."
)


def _decided_notice(context: dict) -> tuple[Notice, Decision]:
    notice = Notice.objects.select_related("decision", "comment").get(pk=context["notice"])
    return notice, Decision.objects.get(pk=context["decision"])


def _to_notifier(
    notice: Notice, subject: str, said: str, decision: Decision | None = None, *, quote: str = ""
) -> tuple[str, Letter]:
    """
    To who reported. Nothing of the author's, and of the moderators' words only those meant for notifiers: the reason of
    a removal is its author's.
    """
    if not notice.email:
        raise Undeliverable(_("The address was forgotten meanwhile."))
    paragraphs = [str(said)]
    if decision and decision.action in AGAINST_NOTIFIER:
        paragraphs.append(
            _(
                "If you think that this is wrong, you can contest it once, free of charge, within six months, on the "
                "page of your report. You may also go to court, or to an out-of-court dispute settlement body (Digital "
                "Services Act, art. 21)."
            )
        )
        quote = decision.reason if decision.action == Decision.Action.KEEP else ""
    if quote:
        paragraphs.append(_("What the moderators wrote to you:"))
    subject = _subject(subject % {"reference": notice.reference})
    return notice.email, Letter(subject, paragraphs, quote=quote, links=_page_of(notice))


def _page_of(notice: Notice) -> list[tuple[str, str]]:
    """None where the key that its link was made with is forgotten."""
    if not notice.token:
        return []
    label = _("The page that says where it stands, for you alone")
    return [(label, _absolute("comments:notice", notice.token))]


WRITERS: dict[str, Callable[[dict], tuple[str, Letter]]] = {
    "address_confirm": _confirm,
    "comment_published": _decision,
    "comment_changes": _decision,
    "comment_rejected": _decision,
    "comment_removed": _decision,
    "comment_restored": _decision,
    "comment_redacted": _decision,
    "complaint_decided": _complaint,
    "comment_answered": _answer,
    "answers_digest": _answers,
    "lost_links": _lost_links,
    "moderation_digest": _moderators,
    "notice_received": _notice,
    "notice_decided": _notice_decided,
    "notice_overturned": _notice_overturned,
    "notice_complaint_decided": _notice_complaint,
}


# Their parts


def _to_author(comment: Comment, letter: Letter, scope: str) -> tuple[str, Letter]:
    if comment.contributor is None:
        raise Undeliverable(_("The author wants no mail any more, or the comment was erased."))
    return _to(comment.contributor, letter, scope)


def _to(contributor: Contributor, letter: Letter, scope: str) -> tuple[str, Letter]:
    letter.subject = _subject(letter.subject)
    letter.stop = stop_address(contributor, scope)
    return contributor.email, letter


def _subject(what: str) -> str:
    return _("%(site)s: %(what)s") % {"site": settings.SITE_NAME, "what": what}


def _private(comment: Comment) -> tuple[str, str]:
    if comment.contributor_id is None:
        raise Undeliverable(_("The author wants no mail any more, or the comment was erased."))
    return _private_label(comment), _absolute("comments:status", comment.owner_token.token)


def _private_label(comment: Comment) -> str:
    return _("Your private page (comment of %(date)s)") % {"date": _date(comment)}


def _said_on(answer: Comment) -> str:
    return _("Answer to your comment of %(date)s") % {"date": _date(answer.parent)}


def _date(comment: Comment) -> str:
    return date_format(localtime(comment.created), "DATETIME_FORMAT")


def _is_readable(comment: Comment) -> bool:
    return comment.is_published and comment.article.is_readable


def _absolute(name: str, *args) -> str:
    return settings.SITE_URL + reverse(name, args=args)
