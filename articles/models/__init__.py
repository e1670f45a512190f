"""What we publish: one file a noun."""

from articles.models.article import Article, Authorship
from articles.models.comparison import Cell, Comparison, Criterion, Treatment
from articles.models.content import FaqEntry, Figure, Section, Source
from articles.models.desk import Note, Presence
from articles.models.image import Image, VersionImage
from articles.models.link import Link, LinkUse
from articles.models.page import Page
from articles.models.people import Person, Topic
from articles.models.publication import Publication, SlugHistory
from articles.models.review import Review
from articles.models.version import Version

__all__ = [
    "Article",
    "Authorship",
    "Cell",
    "Comparison",
    "Criterion",
    "FaqEntry",
    "Figure",
    "Image",
    "Link",
    "LinkUse",
    "Note",
    "Page",
    "Person",
    "Presence",
    "Publication",
    "Review",
    "Section",
    "SlugHistory",
    "Source",
    "Topic",
    "Treatment",
    "Version",
    "VersionImage",
]
