"""Differences between two texts of an article, and the merge of two that were made from one. Pure: no query."""

from articles.difference.comparing import Change, Difference, Group, compare
from articles.difference.merging import Conflict, Merge, merge, resolve
from articles.difference.words import Run

__all__ = ["Change", "Conflict", "Difference", "Group", "Merge", "Run", "compare", "merge", "resolve"]
