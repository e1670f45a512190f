"""The moderators' side: the queue, one comment's page, the log."""

from comments.admin.comment import CommentAdmin
from comments.admin.records import ConsentTextAdmin, DecisionAdmin

__all__ = ["CommentAdmin", "ConsentTextAdmin", "DecisionAdmin"]
