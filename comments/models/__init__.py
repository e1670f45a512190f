"""What readers say, and what is decided about it: one file a noun."""

from comments.models.authoring import TooManyTexts
from comments.models.check import CheckSetting, HelpPanel
from comments.models.claim import Claim
from comments.models.comment import Comment
from comments.models.complaint import Complaint, NotImpartial
from comments.models.confirmation import Confirmation
from comments.models.decision import Decision, StaleDecision
from comments.models.notice import Notice, NotReportable, TooManyNotices
from comments.models.person import Consent, ConsentText, Contributor, ModeratorNote, OwnerToken, Trace
from comments.models.queryset import MAX_DEPTH, CommentsClosed, NotReplyable, Restricted, TooManyComments
from comments.models.re_review import ReReview
from comments.models.reachable import Follow, UnconfirmedAddress
from comments.models.reason import Category, Reason
from comments.models.restriction import Restriction
from comments.models.revision import Revision, Signal
from comments.models.risk import RiskCount, RiskTotal
from comments.models.status import CAME_FROM, Status, Urgency

__all__ = [
    "CAME_FROM",
    "MAX_DEPTH",
    "Category",
    "CheckSetting",
    "Claim",
    "Comment",
    "CommentsClosed",
    "Complaint",
    "Confirmation",
    "Consent",
    "ConsentText",
    "Contributor",
    "Decision",
    "Follow",
    "HelpPanel",
    "ModeratorNote",
    "NotImpartial",
    "NotReplyable",
    "NotReportable",
    "Notice",
    "OwnerToken",
    "ReReview",
    "Reason",
    "Restricted",
    "Restriction",
    "Revision",
    "RiskCount",
    "RiskTotal",
    "Signal",
    "StaleDecision",
    "Status",
    "TooManyComments",
    "TooManyNotices",
    "TooManyTexts",
    "Trace",
    "UnconfirmedAddress",
    "Urgency",
]
