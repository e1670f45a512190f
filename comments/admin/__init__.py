"""The moderators' side: the queue, one comment's page, the reports, the log."""

from comments.admin.checks import CheckSettingAdmin, HelpPanelAdmin
from comments.admin.comment import CommentAdmin
from comments.admin.complaints import ComplaintAdmin
from comments.admin.notices import NoticeAdmin
from comments.admin.people import ContributorAdmin
from comments.admin.re_review import ReReviewAdmin
from comments.admin.reasons import ReasonAdmin
from comments.admin.records import ConsentTextAdmin, DecisionAdmin

__all__ = [
    "CheckSettingAdmin",
    "CommentAdmin",
    "ComplaintAdmin",
    "ConsentTextAdmin",
    "ContributorAdmin",
    "DecisionAdmin",
    "HelpPanelAdmin",
    "NoticeAdmin",
    "ReReviewAdmin",
    "ReasonAdmin",
]
