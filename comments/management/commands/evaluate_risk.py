from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from comments import risk
from comments.models import CheckSetting
from comments.replay import replay
from comments.signals import CHECKS, Setting
from comments.signals.learned import LearnedRisk

# With fewer texts of a kind than this, chance alone moves the figures a lot.
FEW = 30
COLUMNS = "{:<9}{:>7}{:>10}{:>10}{:>11}{:>9}{:>8} {}"


class Command(BaseCommand):
    help = (
        "Replays all decisions of moderators in their order, estimating each text before learning from it, and "
        "prints how good the learned risk was, month by month. Writes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--needed",
            type=int,
            default=risk.TEXTS_NEEDED,
            help="texts of each kind before the first estimate",
        )

    def handle(self, *args, needed: int, **options) -> None:
        threshold = CHECKS[LearnedRisk.name](
            CheckSetting.in_force().get(LearnedRisk.name, Setting())
        ).threshold
        history = replay(needed=needed)
        if history.erased:
            self.stdout.write(
                _("Decided about and erased since, hence missing here: %(n)d.") % {"n": history.erased}
            )
        if not history.predicted:
            self.stdout.write(
                _(
                    "Nothing could be estimated: refused texts %(refused)d, published %(published)d; there must be "
                    "%(needed)d of each before the first estimate."
                )
                % {
                    "refused": history.texts.refused,
                    "published": history.texts.published,
                    "needed": needed,
                }
            )
            return
        self._print(history.predicted, threshold)

    def _print(self, predicted: list[risk.Predicted], threshold: int) -> None:
        self.stdout.write(
            _("Flagged: an estimate of %(percent)d %% or more (the threshold that is set).")
            % {"percent": threshold}
        )
        names = [
            _("month"),
            "n",
            _("refused texts"),
            _("flagged"),
            _("precision"),
            _("recall"),
            _("AUC"),
            "",
        ]
        self.stdout.write(COLUMNS.format(*names).rstrip())
        months = sorted({each.month for each in predicted})
        parts = {month: [each for each in predicted if each.month == month] for month in months}
        for name, part in [*parts.items(), (_("in all"), predicted)]:
            self._print_line(name, risk.figures(part, threshold=threshold / 100))
        self.stdout.write(
            _("* fewer than %(n)d refused or published texts: chance alone moves such figures a lot.")
            % {"n": FEW}
        )

    def _print_line(self, name: str, figures: risk.Figures) -> None:
        few = min(figures.refused, figures.n - figures.refused) < FEW
        values = [
            "–" if value is None else f"{value:.2f}"
            for value in (figures.precision, figures.recall, figures.auc)
        ]
        line = COLUMNS.format(name, figures.n, figures.refused, figures.flagged, *values, "*" if few else "")
        self.stdout.write(line.rstrip())
