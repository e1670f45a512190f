"""Reading the conversation, joining it, reporting in it, the private pages, what mails lead to, the figures."""

from comments.views.contesting import contest, contest_notice
from comments.views.conversation import permalink, thread_page
from comments.views.editing import edit
from comments.views.leaving import erase, unwithdraw, withdraw
from comments.views.mail import confirm_address, follow, lost_link, stop
from comments.views.own_data import data, data_file
from comments.views.posting import form_after_csrf_failure, new
from comments.views.private import forget, status
from comments.views.reporting import notice, report, report_after_csrf_failure
from comments.views.transparency import figures, figures_file

__all__ = [
    "confirm_address",
    "contest",
    "contest_notice",
    "data",
    "data_file",
    "edit",
    "erase",
    "figures",
    "figures_file",
    "follow",
    "forget",
    "form_after_csrf_failure",
    "lost_link",
    "new",
    "notice",
    "permalink",
    "report",
    "report_after_csrf_failure",
    "status",
    "stop",
    "thread_page",
    "unwithdraw",
    "withdraw",
]
