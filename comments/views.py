def form_after_csrf_failure(request, **kwargs):
    raise NotImplementedError
