"""Medical reviews, which the surroundings know: by somebody else, on days that are possible."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.checks.findings import Finding, Surroundings
from articles.snapshot import Snapshot


def by_an_author(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """HONcode 1, ICMJE: nobody reviews what he wrote himself."""
    for number, review in enumerate(around.reviews):
        if review.person in data["article"]["authors"]:
            person = data["people"].get(review.person, {})
            yield Finding(
                "review-by-author",
                f"/reviews/{number}",
                _(
                    "%(person)s reviewed this text and is one of its authors: have it reviewed by somebody else, "
                    "or take the name out of the authors."
                )
                % {"person": person.get("name", review.person)},
            )


def dates(data: Snapshot, around: Surroundings) -> Iterator[Finding]:
    """NHS, HAS 2008: «reviewed on» is a day that has been, and the next review comes after it."""
    for number, review in enumerate(around.reviews):
        day = date_format(review.reviewed_on, "SHORT_DATE_FORMAT")
        if review.reviewed_on > around.today:
            yield Finding(
                "review-in-future",
                f"/reviews/{number}",
                _("The review of %(day)s is dated in the future: correct its date.") % {"day": day},
            )
        elif review.due_on <= review.reviewed_on:
            yield Finding(
                "review-due-too-early",
                f"/reviews/{number}",
                _("After the review of %(day)s, the next one is due before it: correct the date.")
                % {"day": day},
            )
