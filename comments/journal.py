"""
Everything that happened to one comment, in order, from all that is kept about it.

Of what was erased it says that it was erased and not what; of a mail its kind and how it went, never an address; of
a moderators' note that there is one; of who reported, nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from string import Formatter

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Comment, Complaint, Decision, Notice, Revision
from ldnportal.mail.models import Outbox

# Under which keys comments.letters and the models queue mail about a comment. Each word in braces stands for the
# numbers of all the rows of that name.
MAIL_KEYS = (
    "decision:{decision}",
    "notice:{notice}",
    "complaint:{complaint}",
    "complaint:{complaint}:{outcome}",
    "notice_decided:{notice}:{decision}",
    "notice_overturned:{notice}:{decision}",
    "answer:{comment}",
    "address_confirm:{address}",
)


@dataclass(frozen=True)
class Entry:
    """
    One line. ``kind`` says of what it tells, ``said`` are the words that belong to it, ``details`` more about it.

    ``who`` is empty where nobody in particular did it.
    """

    at: datetime
    kind: str
    what: str
    who: str = ""
    said: str = ""
    details: list[str] = field(default_factory=list)
    url: str = ""


def of(comment: Comment) -> list[Entry]:
    """A fixed number of queries, whatever has happened; one less if the comment comes with its ``consent``."""
    decisions = list(comment.decisions.select_related("actor", "revision", "confirmation__by"))
    notices = list(comment.notices.select_related("decision"))
    complaints = list(Complaint.objects.filter(decision__comment=comment).select_related("decided_by"))
    numbers = {
        "comment": [comment.pk],
        "decision": [each.pk for each in decisions],
        "notice": [each.pk for each in notices],
        "complaint": [each.pk for each in complaints],
        "outcome": Complaint.Outcome.values,
        "address": comment.unconfirmed_addresses.values_list("pk", flat=True),
    }
    mails = Outbox.objects.filter(key__in=_keys(numbers)).defer("recipient", "context", "error")
    entries = [
        *_consent(comment),
        *_texts(comment.revisions.prefetch_related("signals")),
        *_notices(notices),
        *_decisions(decisions),
        *_confirmations(decisions),
        *_complaints(complaints),
        *_notes(comment),
        *_mails(mails.order_by("pk")),
    ]
    # What has the same date stays in the order above.
    return sorted(entries, key=lambda entry: entry.at)


def _keys(numbers: dict[str, Iterable[int]]) -> list[str]:
    keys = []
    for template in MAIL_KEYS:
        names = [name for _text, name, _spec, _conversion in Formatter().parse(template) if name]
        for values in product(*[numbers[name] for name in names]):
            keys.append(template.format(**dict(zip(names, values, strict=True))))
    return keys


def _consent(comment: Comment) -> Iterator[Entry]:
    consent = getattr(comment, "consent", None)
    if consent is None:
        return
    author = Decision.Role.AUTHOR.label
    given = _("Consent given (wording %(n)d)") % {"n": consent.text_id}
    yield Entry(consent.given_at, "consent", given, str(author))
    if consent.withdrawn_at:
        yield Entry(consent.withdrawn_at, "consent", _("Consent withdrawn"), str(author))


def _texts(revisions: Iterable[Revision]) -> Iterator[Entry]:
    for revision in revisions:
        length = len(revision.text)
        if length:
            what = ngettext(
                "Text %(n)d: %(length)d character", "Text %(n)d: %(length)d characters", length
            ) % {"n": revision.n, "length": length}
        else:
            what = _("Text %(n)d: erased") % {"n": revision.n}
        yield Entry(
            revision.created,
            "text",
            what,
            revision.get_author_display(),
            revision.text,
            [
                _("Noticed: %(what)s") % {"what": signal.explanation}
                for signal in sorted(revision.signals.all(), key=lambda signal: signal.pk)
            ],
        )


def _notices(notices: Iterable[Notice]) -> Iterator[Entry]:
    for notice in notices:
        named = {"reference": notice.reference, "kind": notice.get_kind_display()}
        url = reverse("admin:comments_notice_change", args=[notice.pk])
        yield Entry(
            notice.created, "notice", _("Report %(reference)s received (%(kind)s)") % named, "", url=url
        )
        if notice.decision:
            named["action"] = notice.decision.get_action_display()
            what = _("Report %(reference)s answered: %(action)s") % named
            yield Entry(notice.decision.created, "notice", what, url=url)
        if notice.blanked:
            yield Entry(notice.blanked, "notice", _("Words of report %(reference)s erased") % named, url=url)


def _decisions(decisions: Iterable[Decision]) -> Iterator[Entry]:
    for decision in decisions:
        role = decision.get_role_display()
        yield Entry(
            decision.created,
            "erased" if decision.action == Decision.Action.ERASE else "decision",
            decision.get_action_display().capitalize(),
            f"{decision.actor.public_name} ({role})" if decision.actor else role,
            decision.reason,
            list(_about(decision)),
        )


def _about(decision: Decision) -> Iterator[str]:
    if decision.revision:
        yield _("about text %(n)d") % {"n": decision.revision.n}
    if decision.ground:
        yield decision.get_ground_display()
    yield from filter(None, [decision.clause, decision.category])
    if decision.source != Decision.Source.OWN:
        yield _("origin: %(source)s") % {"source": decision.get_source_display()}
    if decision.automated_detection:
        yield _("found by software")
    if decision.facts:
        yield _("Facts: %(facts)s") % {"facts": decision.facts}


def _confirmations(decisions: Iterable[Decision]) -> Iterator[Entry]:
    for decision in decisions:
        confirmation = getattr(decision, "confirmation", None)
        if confirmation is None:
            continue
        what = decision.get_action_display()
        asked = _("A colleague is to confirm: %(what)s") % {"what": what}
        yield Entry(decision.created, "confirmation", asked)
        if not confirmation.is_open:
            said = _("«%(what)s»: %(outcome)s") % {"what": what, "outcome": confirmation.state}
            who = confirmation.by.public_name if confirmation.by else ""
            yield Entry(confirmation.at or confirmation.until, "confirmation", said, who)


def _complaints(complaints: Iterable[Complaint]) -> Iterator[Entry]:
    for complaint in complaints:
        by = {"by": complaint.get_by_display()}
        yield Entry(complaint.created, "complaint", _("Contested by %(by)s") % by, said=complaint.text)
        if complaint.decided_at:
            what = _("Complaint by %(by)s: %(outcome)s") % {**by, "outcome": complaint.get_outcome_display()}
            who = complaint.decided_by.public_name if complaint.decided_by else ""
            yield Entry(complaint.decided_at, "complaint", what, who)


def _notes(comment: Comment) -> Iterator[Entry]:
    for note in comment.notes.select_related("author").defer("text"):
        yield Entry(note.created, "note", _("Moderators’ note written"), note.author.public_name)


def _mails(mails: Iterable[Outbox]) -> Iterator[Entry]:
    for mail in mails:
        kind = {"kind": mail.kind_name}
        yield Entry(mail.created, "mail", _("E-mail to send: %(kind)s") % kind)
        if mail.sent:
            yield Entry(mail.sent, "mail", _("E-mail sent: %(kind)s") % kind)
        elif mail.given_up:
            yield Entry(mail.given_up, "mail", _("E-mail given up: %(kind)s") % kind)
