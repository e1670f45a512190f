"""Versions were made by publishing until now: each becomes a publication of its text."""

import hashlib
import json

from django.db import migrations


def split(apps, schema_editor):
    Article = apps.get_model("articles", "Article")
    Publication = apps.get_model("articles", "Publication")
    Version = apps.get_model("articles", "Version")
    for version in Version.objects.order_by("article", "n").iterator(chunk_size=100):
        canonical = json.dumps(version.data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        Publication.objects.create(
            article_id=version.article_id,
            version=version,
            at=version.created,
            created=version.created,
            by_id=version.author_id,
            state="done",
            change=version.change,
            note=version.note,
        )
        version.slug = version.data["article"]["slug"]
        version.digest = hashlib.sha256(canonical.encode()).hexdigest()
        version.note = ""
        version.save(update_fields=["slug", "digest", "note"])
    for article in Article.objects.filter(published__isnull=False).iterator(chunk_size=100):
        article.draft_id = article.published_id
        article.save(update_fields=["draft"])


def join(apps, schema_editor):
    Publication = apps.get_model("articles", "Publication")
    for publication in Publication.objects.filter(state="done").select_related("version").order_by("at"):
        publication.version.change, publication.version.note = publication.change, publication.note
        publication.version.save(update_fields=["change", "note"])


class Migration(migrations.Migration):
    dependencies = [("articles", "0003_desk")]
    operations = [migrations.RunPython(split, join)]
