"""Every failure a person can be told of; each text says what happened, to what, what to do."""

from __future__ import annotations


class WenjuError(Exception):
    """The root of them all: its text is shown as it stands, without a traceback."""


class ArticleError(WenjuError):
    """A file or text that cannot become an article."""


class PassedOver(ArticleError):
    """Files within an archive that are of kinds not read, `count` of them: nothing went wrong."""

    def __init__(self, name: str, count: int) -> None:
        super().__init__(f"{name}: {count} files of other kinds were passed over.")
        self.count = count


class WeightsError(WenjuError):
    """Model weights that are missing, cannot be fetched or fail their checksum."""


class StoreError(WenjuError):
    """An index that is damaged, locked, or was built with another model."""


class FilterError(WenjuError):
    """A filter that cannot be: a date or language that is none."""


REPAIR = "Run: wenju reindex"
"""The remedy for legs that are damaged or of another model: both are made again."""
