"""Log lines as JSON objects, one a line; a comment's text never gets into one."""

import json
import logging
from datetime import UTC, datetime

# What a LogRecord always has: everything else was passed as ``extra`` and belongs to the event.
_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# Extras that Django attaches and that hold a whole request, body included.
_WITHHELD = {"request", "response", "params", "sql"}


class JSONFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        for name, value in vars(record).items():
            if name not in _STANDARD and name not in _WITHHELD:
                entry[name] = value
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)
