"""The author reads and takes along all that is kept about the comment."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comments import own_data
from comments.views.private import owned, private


@require_safe
@private
def data(request: HttpRequest, token: str) -> HttpResponse:
    comment = owned(token)
    context = {"comment": comment, "data": own_data.about(comment), "token": token}
    return render(request, "comments/own_data.html", context)


@require_safe
@private
def data_file(request: HttpRequest, token: str) -> HttpResponse:
    comment = owned(token)
    response = JsonResponse(own_data.about(comment), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = f'attachment; filename="commentaire-{comment.pk}.json"'
    return response
