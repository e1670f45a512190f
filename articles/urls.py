from django.urls import path, re_path

from articles import views

app_name = "articles"

urlpatterns = [
    path("", views.home, name="home"),
    path("articles/", views.article_list, name="list"),
    path("articles/<slug:slug>/", views.detail, name="detail"),
    path("themes/<slug:slug>/", views.topic, name="topic"),
    re_path(
        r"^media/images/(?P<name>[0-9a-f]{16}-(?:[0-9]{1,5}|master)\.(?:avif|webp|jpg|png))\Z",
        views.image,
        name="image",
    ),
    # Last: the editable pages stand directly below the root.
    path("<slug:slug>/", views.page, name="page"),
]
