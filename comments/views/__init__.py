"""Reading the conversation, joining it, and the author's private page."""

from comments.views.contesting import contest
from comments.views.conversation import permalink, thread_page
from comments.views.editing import edit
from comments.views.leaving import erase, unwithdraw, withdraw
from comments.views.own_data import data, data_file
from comments.views.posting import form_after_csrf_failure, new
from comments.views.private import forget, status

__all__ = [
    "contest",
    "data",
    "data_file",
    "edit",
    "erase",
    "forget",
    "form_after_csrf_failure",
    "new",
    "permalink",
    "status",
    "thread_page",
    "unwithdraw",
    "withdraw",
]
