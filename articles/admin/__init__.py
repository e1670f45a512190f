"""The editors' side: the draft in forms, publication, images, people and pages."""

from articles.admin.article import ArticleAdmin
from articles.admin.comparison import ComparisonAdmin
from articles.admin.image import ImageAdmin
from articles.admin.others import PageAdmin, PersonAdmin, ReviewAdmin, TopicAdmin

__all__ = [
    "ArticleAdmin",
    "ComparisonAdmin",
    "ImageAdmin",
    "PageAdmin",
    "PersonAdmin",
    "ReviewAdmin",
    "TopicAdmin",
]
