"""What we publish: one file a noun."""

from articles.models.article import Article, Authorship
from articles.models.comparison import Cell, Comparison, Criterion, Treatment
from articles.models.content import FaqEntry, Figure, Section, Source
from articles.models.image import Image
from articles.models.page import Page
from articles.models.people import Person, Topic
from articles.models.version import Review, SlugHistory, Version

__all__ = [
    "Article",
    "Authorship",
    "Cell",
    "Comparison",
    "Criterion",
    "FaqEntry",
    "Figure",
    "Image",
    "Page",
    "Person",
    "Review",
    "Section",
    "SlugHistory",
    "Source",
    "Topic",
    "Treatment",
    "Version",
]
