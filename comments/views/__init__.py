"""Reading the conversation, joining it, and the author's private page."""

from comments.views.conversation import permalink, thread_page
from comments.views.posting import form_after_csrf_failure, new
from comments.views.private import forget, status, withdraw

__all__ = ["forget", "form_after_csrf_failure", "new", "permalink", "status", "thread_page", "withdraw"]
