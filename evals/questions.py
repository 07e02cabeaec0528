"""Read a question set into plain values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from evals.errors import EvalError
from evals.wording import normalised
from rag.errors import AskError
from rag.question import checked
from vectorstore.finish import legible

Mode = Literal["any", "all", "one_per_part"]
"""How many of the supports of a question are needed: one, each, or one of each part."""


@dataclass(frozen=True)
class Support:
    """Where an answer stands: code point offsets into the source of article `doc`.

    Both offsets are None where only the article is known. `part` groups supports of one part of
    an answer; `replaces` is the place of the support that this one does as well as.
    """

    doc: str
    start: int | None = None
    end: int | None = None
    text: str = ""
    part: int | None = None
    replaces: int | None = None

    @property
    def known(self) -> bool:
        """Whether the place in the article is known."""
        return self.start is not None


@dataclass(frozen=True)
class Asked:
    """A question asked before this one in the same conversation, and its reference answer."""

    question: str
    answer: str = ""


@dataclass(frozen=True)
class Question:
    """One question with its gold answers; unanswerable ones have neither answers nor support.

    `items` are the parts of a list answer, each with the forms that are accepted for it.
    `alternatives` do as well as the support they replace; `context` may be cited, too. `line` is
    the line of its file, 0 for none.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    answerable: bool
    support: tuple[Support, ...] = ()
    kind: str = ""
    mode: Mode = "any"
    history: tuple[Asked, ...] = ()
    items: tuple[tuple[str, ...], ...] = ()
    alternatives: tuple[Support, ...] = ()
    context: tuple[Support, ...] = ()
    line: int = field(default=0, compare=False)

    def needs(self) -> tuple[tuple[Support, ...], ...]:
        """Give what has to be found: of each group one support."""
        if not self.support:
            return ()
        if self.mode == "any":
            return ((*self.support, *self.alternatives),)
        if self.mode == "one_per_part":
            parts = sorted({s.part or 0 for s in self.support})
            return tuple(
                tuple(s for g in self._groups() if (g[0].part or 0) == p for s in g) for p in parts
            )
        return self._groups()

    def _groups(self) -> tuple[tuple[Support, ...], ...]:
        """Give each support with those that do as well."""
        return tuple(
            (s, *(a for a in self.alternatives if a.replaces == place))
            for place, s in enumerate(self.support)
        )


@dataclass(frozen=True)
class QuestionSet:
    """The questions that can be used, and in words what was left out and why."""

    questions: tuple[Question, ...]
    problems: tuple[str, ...] = ()


def read_questions(path: Path) -> QuestionSet:
    """Read a JSON Lines question set; a line that is no question is left out and named.

    Questions that a person has rejected (`"review": "no"`) are passed over without a word.
    Raises EvalError when the file cannot be read or holds no question.
    """
    found: dict[str, Question] = {}
    problems = []
    try:
        with path.open("rb") as lines:
            for where, parsed in _parsed(lines, path.name):
                if isinstance(parsed, str):
                    problems.append(f"{where}: {parsed}")
                elif parsed.id in found:
                    problems.append(f"{where}: the id {parsed.id} stands on an earlier line")
                else:
                    found[parsed.id] = parsed
    except OSError as exc:
        raise EvalError(
            f"The question set {path} cannot be read ({exc.strerror or exc}). Check the path."
        ) from exc
    if not found:
        first = f" {problems[0]}." if problems else ""
        raise EvalError(
            f"The question set {path} holds no question.{first} Each line must be a JSON object"
            ' with "id", "question", "answers", "answerable" and "support".'
        )
    return QuestionSet(tuple(found.values()), tuple(problems))


def _parsed(lines: Iterator[bytes], name: str) -> Iterator[tuple[str, Question | str]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{name} line {number}"
        try:
            fields = json.loads(line.decode("utf-8-sig"))
            if isinstance(fields, dict) and fields.get("review") == "no":
                continue
            yield where, replace(_question(fields), line=number)
        except UnicodeDecodeError:
            yield where, "is not UTF-8"
        except json.JSONDecodeError as exc:
            yield where, f"is not JSON ({exc.msg} at character {exc.pos + 1})"
        except KeyError as exc:
            yield where, f"has no {exc.args[0]}"
        except ValueError as exc:
            yield where, str(exc)
        except (TypeError, AttributeError, RecursionError):
            yield where, "a field is not of the kind it must be"


def _question(fields: Any) -> Question:
    if not isinstance(fields, dict):
        raise ValueError("is not a JSON object")
    answers = tuple(_worded(a, "an answer") for a in _list(fields["answers"], "answers"))
    answerable = fields["answerable"]
    if not isinstance(answerable, bool):
        raise ValueError("answerable is neither true nor false")
    if answerable and not answers:
        raise ValueError("answerable, but no answer is given")
    if not answerable and (answers or fields["support"]):
        raise ValueError("not answerable, but an answer or support is given")
    by_file = any("file" in place for place in fields["support"])
    mode = fields.get("support_mode", "all" if by_file else "any")
    if mode not in get_args(Mode):
        raise ValueError(f"support_mode {mode!r} is none of {', '.join(get_args(Mode))}")
    return Question(
        id=_id(fields["id"]),
        question=_asked(fields["question"], "the question"),
        answers=answers,
        answerable=answerable,
        support=_supports(fields, "support"),
        kind=legible(str(fields.get("kind") or "")),
        mode=mode,
        history=tuple(
            Asked(
                _asked(turn["question"], "an earlier question"),
                legible(str(turn.get("answer", ""))),
            )
            for turn in fields.get("history") or ()
        ),
        items=_items(fields),
        alternatives=_supports(fields, "support_alt"),
        context=_supports(fields, "context"),
    )


def _asked(value: Any, what: str) -> str:
    """Give a question that can be put to the product."""
    text = _text(value, what)
    try:
        checked(text)
    except AskError as exc:
        raise ValueError(f"{what} cannot be asked: {exc}") from exc
    return text


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{what} is empty or not a text")
    if legible(value) != value:
        raise ValueError(f"{what} holds half a character (a lone surrogate)")
    return value


def _worded(value: Any, what: str) -> str:
    if not normalised(_text(value, what)):
        raise ValueError(f"{what} holds nothing but marks: {value!r}")
    return str(value)


def _id(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("the id is neither a text nor a whole number")
    return _text(str(value), "the id")


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{what} is not a list")
    return value


def _items(fields: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    items = _list(fields.get("items") or [], "items")
    variants = _list(fields.get("item_variants") or [[]] * len(items), "item_variants")
    if len(items) != len(variants):
        raise ValueError(f"{len(items)} items have {len(variants)} item_variants")
    return tuple(
        tuple(_worded(form, "an item") for form in (item, *_list(forms, "a list of variants")))
        for item, forms in zip(items, variants, strict=True)
    )


def _supports(fields: dict[str, Any], key: str) -> tuple[Support, ...]:
    return tuple(_support(place) for place in _list(fields.get(key) or [], key))


def _support(place: dict[str, Any]) -> Support:
    start, end = place.get("start"), place.get("end")
    if (start is None) != (end is None):
        raise ValueError("a support has only one of start and end")
    if start is not None and not (isinstance(start, int) and isinstance(end, int)):
        raise ValueError("start and end of a support are not whole numbers")
    if isinstance(start, int) and isinstance(end, int) and not 0 <= start < end:
        raise ValueError(f"a support goes from {start} to {end}, which is no stretch of text")
    doc = _text(place.get("doc") or place.get("file"), "the article of a support")
    text = legible(str(place.get("text") or ""))
    return Support(doc, start, end, text, _whole(place, "part"), _whole(place, "replaces"))


def _whole(place: dict[str, Any], key: str) -> int | None:
    value = place.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ValueError(f"{key} of a support is not a whole number")
    return value
