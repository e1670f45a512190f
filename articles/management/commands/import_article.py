import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from articles.article_file import InvalidFile
from articles.exchange import import_article


class Command(BaseCommand):
    help = "Creates the article of a JSON file (articles/article.schema.json): whole, or not at all."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", help="«-» reads the standard input")

    def handle(self, *args, file: str, **options) -> None:
        try:
            content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be read: %(problem)s") % {"file": file, "problem": error.strerror}
            ) from error
        try:
            article = import_article(content)
        except InvalidFile as error:
            raise CommandError(
                _("Nothing was imported. At %(place)s the format expects %(expected)s")
                % {"place": error.place or "/", "expected": error.expected}
            ) from error
        self.stdout.write(_("Imported: %(title)s") % {"title": article.title})
