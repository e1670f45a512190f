from django.urls import path, re_path

from comments import feeds, views

app_name = "comments"

PRIVATE = r"^commentaires/suivi/(?P<token>[A-Za-z0-9_-]{22})/"
PERIOD = r"^transparence/(?P<period>[0-9]{4}(?:-[0-9]{2})?)"

urlpatterns = [
    path("articles/<slug:slug>/commentaires/nouveau/", views.new, name="new"),
    path("articles/<slug:slug>/commentaires/flux.xml", feeds.feed, name="feed"),
    path("flux/commentaires.xml", feeds.all_feed, name="all_feed"),
    path("flux/articles.xml", feeds.articles_feed, name="articles_feed"),
    path("articles/<slug:slug>/commentaires/", views.thread_page, name="thread"),
    path("commentaires/<int:pk>/", views.permalink, name="permalink"),
    path("commentaires/<int:pk>/signaler/", views.report, name="report"),
    re_path(r"^commentaires/signalements/(?P<token>[A-Za-z0-9_-]{22})/$", views.notice, name="notice"),
    re_path(
        r"^commentaires/signalements/(?P<token>[A-Za-z0-9_-]{22})/contester/$",
        views.contest_notice,
        name="contest_notice",
    ),
    re_path(PRIVATE + r"$", views.status, name="status"),
    re_path(PRIVATE + r"modifier/$", views.edit, name="edit"),
    re_path(PRIVATE + r"retirer/$", views.withdraw, name="withdraw"),
    re_path(PRIVATE + r"retirer/annuler/$", views.unwithdraw, name="unwithdraw"),
    re_path(PRIVATE + r"contester/$", views.contest, name="contest"),
    re_path(PRIVATE + r"donnees/$", views.data, name="data"),
    re_path(PRIVATE + r"donnees\.json$", views.data_file, name="data_file"),
    re_path(PRIVATE + r"effacer/$", views.erase, name="erase"),
    re_path(PRIVATE + r"oublier/$", views.forget, name="forget"),
    re_path(PRIVATE + r"suivre/$", views.follow, name="follow"),
    path("commentaires/courriel/lien-perdu/", views.lost_link, name="lost_link"),
    path("commentaires/courriel/stop/<str:token>/", views.stop, name="stop"),
    re_path(
        r"^commentaires/courriel/(?P<token>[A-Za-z0-9_-]{22})/$",
        views.confirm_address,
        name="confirm_address",
    ),
    path("transparence/", views.figures, name="transparency"),
    re_path(PERIOD + r"/$", views.figures, name="transparency_of"),
    re_path(PERIOD + r"\.csv$", views.figures_file, name="transparency_file"),
]
