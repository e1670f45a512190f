"""
What software notices in a comment before a moderator reads it.

A check is a small class with a name, a version, an explanation and the places that it speaks of. It sorts and
explains; none refuses or publishes anything. ``look`` asks them all and needs no database; recording.py writes what they answer
beside a revision. What leaves this machine: nothing.
"""

import logging
import time
import traceback

from comments.signals.advice import MedicalAdvice
from comments.signals.author import FirstComment, Speed
from comments.signals.check import Check, Context, Found, Setting
from comments.signals.distress import Distress
from comments.signals.language import OtherLanguage
from comments.signals.learned import LearnedRisk
from comments.signals.links import Links
from comments.signals.personal import PersonalData
from comments.signals.repetition import Repetition
from comments.signals.shouting import Shouting
from comments.signals.text import Text
from comments.signals.words import SuspectWords
from ldnportal.markup.sanitize import COMMENT_MAX_CHARACTERS

__all__ = ["CHECKS", "Check", "Context", "Found", "Setting", "look", "look_for", "look_through"]

logger = logging.getLogger("comments.signals")

# In the order in which they are asked: should time run out, the weightiest have spoken.
CHECKS: dict[str, type[Check]] = {
    check.name: check
    for check in (
        Distress,
        PersonalData,
        MedicalAdvice,
        Links,
        SuspectWords,
        Repetition,
        Speed,
        FirstComment,
        Shouting,
        OtherLanguage,
        LearnedRisk,
    )
}

# A reader waits for no check. All of them take a few milliseconds on a common text; see docs/signals.md.
SECONDS = 1.0


def look(text: str, *, context: Context) -> list[Found]:
    """What the checks that are switched on find. Never raises; a check that fails or comes too late is left out."""
    return look_through(text, context=context)[0]


def look_through(text: str, *, context: Context) -> tuple[list[Found], bool]:
    """The same, and whether all of them have answered."""
    return _ask(list(CHECKS), text, context)


def look_for(name: str, text: str, *, context: Context) -> Found | None:
    """One check's answer; None also when it is switched off."""
    found, _all_answered = _ask([name], text, context)
    return next(iter(found), None)


def _ask(names: list[str], text: str, context: Context) -> tuple[list[Found], bool]:
    found, all_answered = [], True
    started = time.monotonic()
    read = Text(text[:COMMENT_MAX_CHARACTERS])
    for name in names:
        setting = context.settings.get(name, Setting())
        if not setting.enabled:
            continue
        if time.monotonic() - started > SECONDS:
            logger.error("check left out: no time", extra={"check": name})
            all_answered = False
            continue
        before = time.monotonic()
        try:
            answer = CHECKS[name](setting).find(read, context)
        except Exception as error:
            log_failure("check failed", error, check=name)
            all_answered = False
            continue
        took = time.monotonic() - before
        if took > SECONDS / 2:
            logger.warning("check slow", extra={"check": name, "seconds": round(took, 3)})
        if answer:
            found.append(answer)
    return found, all_answered


def log_failure(event: str, error: Exception, **facts: object) -> None:
    """Where it happened and what kind of error it was; not its message, which may quote the text."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    logger.error(
        event, extra={**facts, "error": type(error).__name__, "where": f"{where.name}:{where.lineno}"}
    )
