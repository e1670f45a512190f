import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from articles.exchange import export_article
from articles.models import Article


class Command(BaseCommand):
    help = "Writes one article with everything it consists of as JSON (articles/article.schema.json)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--output", type=Path, help="a file instead of the standard output")

    def handle(self, *args, slug: str, output: Path | None, **options) -> None:
        article = Article.objects.filter(slug=slug).first()
        if article is None:
            raise CommandError(_("There is no article with the address «%(slug)s».") % {"slug": slug})
        content = export_article(article)
        if output:
            output.write_bytes(content)
        else:
            sys.stdout.buffer.write(content)
