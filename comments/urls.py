from django.urls import path, re_path

from comments import views

app_name = "comments"

PRIVATE = r"^commentaires/suivi/(?P<token>[A-Za-z0-9_-]{22})/"

urlpatterns = [
    path("articles/<slug:slug>/commentaires/nouveau/", views.new, name="new"),
    path("articles/<slug:slug>/commentaires/", views.thread_page, name="thread"),
    path("commentaires/<int:pk>/", views.permalink, name="permalink"),
    re_path(PRIVATE + r"$", views.status, name="status"),
    re_path(PRIVATE + r"retirer/$", views.withdraw, name="withdraw"),
    re_path(PRIVATE + r"oublier/$", views.forget, name="forget"),
]
