"""The draft: saved as a version each time, and taken back from any of them."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.db import models, transaction

from articles import checks, rendering, snapshot, surroundings
from articles.models.people import Topic
from articles.models.version import Version, digest_of
from ldnportal.markup.sanitize import SANITIZER_VERSION
from ldnportal.staff.models import User


class ImpossibleMove(Exception):
    """The article is not in a state from which this can be done."""


class Drafting:
    """The part of Article that saves its draft."""

    def record(
        self,
        *,
        by: User | None,
        kind: str = Version.Kind.SAVED,
        note: str = "",
        restored_from: Version | None = None,
    ) -> Version:
        """
        Makes the rows as they stand now a version, unless the last one says the same already.

        To be called at the end of every transaction that changes the draft. Returns the draft's version.
        """
        with transaction.atomic():
            locked = type(self).objects.select_for_update().get(pk=self.pk)
            data = snapshot.take(locked)
            digest = digest_of(data)
            draft = locked.draft
            if draft is None or draft.digest != digest:
                draft = self._add_version(
                    data, digest, by=by, kind=kind, note=note, topic=locked.topic, restored_from=restored_from
                )
                # Not save(): «draft saved» is moved by whoever changed the rows.
                type(self).objects.filter(pk=self.pk).update(draft=draft)
        self.draft = draft
        return draft

    def set_aside(self, data: snapshot.Snapshot, *, by: User, note: str = "") -> Version:
        """Keeps a text that could not become the draft, because somebody else saved first."""
        with transaction.atomic():
            type(self).objects.select_for_update().get(pk=self.pk)
            topic = data["article"]["topic"]
            return self._add_version(
                data,
                digest_of(data),
                by=by,
                kind=Version.Kind.SET_ASIDE,
                note=note,
                topic=Topic.objects.filter(slug=topic["slug"]).first() if topic else None,
            )

    def _add_version(
        self, data: snapshot.Snapshot, digest: str, *, by: User | None, topic: Topic | None, **kwargs
    ) -> Version:
        last = self.versions.aggregate(n=models.Max("n"))["n"] or 0
        return Version.objects.create(
            article=self,
            n=last + 1,
            author=by,
            title=data["article"]["title"],
            slug=data["article"]["slug"],
            lede=data["article"]["lede"],
            topic=topic,
            data=data,
            digest=digest,
            html=rendering.render_body(data),
            schema=snapshot.SCHEMA,
            renderer=rendering.RENDERER_VERSION,
            sanitizer=SANITIZER_VERSION,
            checks=_as_stored(checks.examine(data, surroundings.of(self, data))),
            **kwargs,
        )

    def restore(self, version: Version, *, by: User | None, note: str = "") -> Version:
        """Makes the draft what ``version`` says. Itself undone by restoring the version before."""
        with transaction.atomic():
            article = type(self).objects.select_for_update().get(pk=self.pk)
            snapshot.write(article, version.data)
            draft = article.record(by=by, kind=Version.Kind.RESTORED, note=note, restored_from=version)
        self.refresh_from_db()
        return draft

    def discard_changes(self, *, by: User | None) -> Version:
        """Makes the draft what readers see."""
        if self.published is None:
            raise ImpossibleMove("nothing is published")
        return self.restore(self.published, by=by)

    def merge(self, data: snapshot.Snapshot, *, by: User | None, note: str = "") -> Version:
        """Makes ``data``, chosen from two editors' texts, the draft."""
        with transaction.atomic():
            article = type(self).objects.select_for_update().get(pk=self.pk)
            snapshot.write(article, data)
            draft = article.record(by=by, kind=Version.Kind.MERGED, note=note)
        self.refresh_from_db()
        return draft


def _as_stored(findings: Iterable[checks.Finding]) -> list[dict[str, Any]]:
    return [{name: str(value) for name, value in asdict(finding).items()} for finding in findings]
