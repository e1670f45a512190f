"""
One article in one JSON file: out and in again, equal to the byte.

A file is taken whole or not at all (``articles.article_file`` says what is wrong with it).
"""

import base64
import binascii
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from articles import imaging, snapshot
from articles.article_file import FORMAT, InvalidFile, read
from articles.models import Article, Image, Person, Review, SlugHistory, Version
from articles.models.publishing import NotPublishable
from ldnportal.staff.models import User


def export_article(article: Article) -> bytes:
    """
    The draft; with the dates and reviews of its publication if the draft is what readers see.

    Read in one transaction, so that the file never mixes two states.
    """
    with transaction.atomic():
        article = Article.objects.select_related("published", "topic", "cover").get(pk=article.pk)
        data = snapshot.take(article)
        publication = None
        reviews: list[Review] = []
        if article.published and article.published.data == data:
            reviews = list(article.published.reviews.select_related("person").order_by("reviewed_on", "pk"))
            publication = {
                "first_published_at": _moment(article.first_published_at),
                "updated_at": _moment(article.updated_at),
                "reviews": [
                    {
                        "person": review.person.slug,
                        "outcome": review.outcome,
                        "note": review.note,
                        "reviewed_on": review.reviewed_on.isoformat(),
                        "due_on": review.due_on.isoformat(),
                    }
                    for review in reviews
                ],
            }
        people = dict(data["people"])
        for review in reviews:
            people[review.person.slug] = {
                field: getattr(review.person, field) for field in snapshot.PERSON_FIELDS
            }
        images = Image.objects.in_bulk(list(data["images"]), field_name="sha256")
        document = {
            "format": FORMAT,
            "schema": snapshot.SCHEMA,
            "article": data["article"],
            "people": [{"slug": slug, **fields} for slug, fields in sorted(people.items())],
            "images": [
                {
                    "sha256": sha256,
                    "type": images[sha256].type,
                    "data": base64.b64encode(images[sha256].read_master()).decode("ascii"),
                }
                for sha256 in sorted(images)
            ],
            "publication": publication,
        }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def import_article(content: bytes, *, by: User | None = None) -> Article:
    """
    Creates the article of this file, and publishes it if the file says that it was.

    Raises InvalidFile; then nothing has been written to the database.
    """
    document = read(content)
    masters = _masters(document)
    with transaction.atomic():
        _refuse_taken_slug(document["article"]["slug"])
        for person in document["people"]:
            fields = {key: value for key, value in person.items() if key != "slug"}
            Person.objects.get_or_create(slug=person["slug"], defaults=fields)
        titles = _titles(document["article"])
        for sha256, master in masters.items():
            Image.objects.store(master, title=titles.get(sha256, ""))
        article = Article()
        data = {
            "article": document["article"],
            "images": dict.fromkeys(masters),
        }
        snapshot.write(article, data)
        article.record(by=by, kind=Version.Kind.IMPORTED)
        if document["publication"]:
            _publish(article, document["publication"], by)
    return article


def _titles(article: dict[str, Any]) -> dict[str, str]:
    """A name in the library for each image that a figure shows."""
    figures = [figure for section in article["sections"] for figure in section["figures"]]
    return {figure["image"]: (figure["caption"] or figure["alt"])[:200] for figure in reversed(figures)}


def _refuse_taken_slug(slug: str) -> None:
    taken = (
        Article.objects.filter(slug=slug).exists()
        or Article.objects.filter(live_slug=slug).exists()
        or SlugHistory.objects.filter(slug=slug).exists()
    )
    if taken:
        raise InvalidFile(
            "/article/slug", _("an address that no article has or had; «%(slug)s» is taken.") % {"slug": slug}
        )


def _publish(article: Article, publication: dict[str, Any], by: User | None) -> None:
    first, updated = (parse_datetime(publication[key]) for key in ("first_published_at", "updated_at"))
    try:
        version = article.publish(by=by, at=first).version
    except NotPublishable as error:
        finding = error.findings[0]
        raise InvalidFile(finding.place, finding.message) from error
    # The draft is as old as what was published from it; saving would date it today.
    Article.objects.filter(pk=article.pk).update(updated_at=updated, modified=first)
    article.refresh_from_db(fields=["updated_at", "modified"])
    for review in publication["reviews"]:
        person = Person.objects.get(slug=review["person"])
        fields = {key: value for key, value in review.items() if key != "person"}
        Review.objects.create(article=article, version=version, person=person, **fields)


def _masters(document: dict[str, Any]) -> dict[str, imaging.Master]:
    masters = {}
    for index, image in enumerate(document["images"]):
        place = f"/images/{index}"
        try:
            data = base64.b64decode(image["data"], validate=True)
        except binascii.Error as error:
            raise InvalidFile(f"{place}/data", _("base64.")) from error
        if hashlib.sha256(data).hexdigest() != image["sha256"]:
            raise InvalidFile(f"{place}/sha256", _("the SHA-256 of the image’s bytes."))
        try:
            master = imaging.accept_master(data)
        except imaging.RefusedImage as error:
            raise InvalidFile(f"{place}/data", str(error)) from error
        if master.type != image["type"]:
            raise InvalidFile(f"{place}/type", _("the value «%(value)s».") % {"value": master.type})
        masters[master.sha256] = master
    return masters
