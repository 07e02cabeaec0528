"""Question sets as people write them, broken ones too."""

import json
from pathlib import Path

import pytest

from evals.errors import EvalError
from evals.fit import fitted
from evals.questions import Question, read_questions
from vectorstore.article import Article
from vectorstore.ingest import add_articles, add_paths
from vectorstore.store import Store

GOOD = {
    "id": "1",
    "question": "规模多大？",
    "answers": ["2亿元"],
    "answerable": True,
    "support": [{"doc": "fund", "start": 8, "end": 11, "text": "2亿元"}],
}


def written(folder: Path, *lines: object) -> Path:
    path = folder / "questions.jsonl"
    text = (line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    path.write_bytes(b"\n".join(text) + b"\n")
    return path


def test_a_question_keeps_all_that_it_says(tmp_path: Path) -> None:
    line = {
        **GOOD,
        "kind": "followup",
        "history": [{"question": "有基金吗？", "answer": "有。"}],
        "items": ["2亿元"],
        "item_variants": [["两亿元"]],
        "support_mode": "all",
        "support_alt": [{"doc": "chip", "start": 0, "end": 4, "replaces": 0}],
        "context": [{"doc": "fund", "start": 0, "end": 4}],
        "unknown": 1,
    }
    (question,) = read_questions(written(tmp_path, line)).questions
    assert question.items == (("2亿元", "两亿元"),)
    assert question.history[0].question == "有基金吗？"
    assert [[s.doc for s in group] for group in question.needs()] == [["fund", "chip"]]
    assert question.context[0].doc == "fund"


def test_supports_named_by_file_are_all_needed() -> None:
    by_doc = {**GOOD, "support": [{"doc": "a"}, {"doc": "b"}]}
    by_file = {**GOOD, "support": [{"file": "a"}, {"file": "b"}]}
    assert len(_read(by_doc).needs()) == 1
    assert len(_read(by_file).needs()) == 2


def test_one_support_of_each_part_is_needed() -> None:
    parts = [{"doc": "a", "part": 0}, {"doc": "b", "part": 0}, {"doc": "c", "part": 1}]
    question = _read({**GOOD, "support": parts, "support_mode": "one_per_part"})
    assert [[s.doc for s in group] for group in question.needs()] == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"id": 1,', "is not JSON"),
        (b"\xff\xfe", "is not UTF-8"),
        (["a"], "is not a JSON object"),
        ({**GOOD, "answers": []}, "no answer is given"),
        ({**GOOD, "answers": [" "]}, "an answer is empty"),
        ({**GOOD, "question": ""}, "the question is empty"),
        ({**GOOD, "answerable": False}, "not answerable, but"),
        ({**GOOD, "answerable": "yes"}, "neither true nor false"),
        ({**GOOD, "support_mode": "most"}, "support_mode"),
        ({**GOOD, "support": [{"doc": "a", "start": 5, "end": 5}]}, "no stretch of text"),
        ({**GOOD, "support": [{"doc": "a", "start": 5}]}, "only one of start and end"),
        ({**GOOD, "support": [{"start": 1, "end": 2}]}, "the article of a support"),
        ({k: v for k, v in GOOD.items() if k != "answers"}, "has no answers"),
        ({**GOOD, "answers": "2亿元"}, "answers is not a list"),
        ({**GOOD, "answers": ["——"]}, "nothing but marks"),
        ({**GOOD, "items": [2]}, "an item is empty or not a text"),
        ({**GOOD, "items": ["甲"], "item_variants": [[], []]}, "1 items have 2"),
        ({**GOOD, "id": None}, "the id is neither"),
        ({**GOOD, "question": "\ud800？"}, "half a character"),
        ({**GOOD, "question": "？"}, "the question cannot be asked"),
        ({**GOOD, "question": "长" * 2001}, "2,001 characters"),
        ({**GOOD, "history": [{"question": "…"}]}, "an earlier question cannot be asked"),
        ({**GOOD, "support": [{"doc": "a", "part": "b"}]}, "part of a support"),
        ({**GOOD, "support": ["a"]}, "not of the kind"),
        ({**GOOD, "id": "0"}, "stands on an earlier line"),
    ],
)
def test_a_broken_line_is_named_and_the_others_count(
    tmp_path: Path, line: object, says: str
) -> None:
    found = read_questions(written(tmp_path, {**GOOD, "id": "0"}, line, {**GOOD, "id": "2"}))
    assert [q.id for q in found.questions] == ["0", "2"]
    (problem,) = found.problems
    assert problem.startswith("questions.jsonl line 2: ")
    assert says in problem


def test_a_set_without_a_question_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="holds no question"):
        read_questions(written(tmp_path))
    with pytest.raises(EvalError, match="cannot be read"):
        read_questions(tmp_path / "nowhere.jsonl")


def test_a_question_that_a_person_rejected_is_passed_over(tmp_path: Path) -> None:
    found = read_questions(written(tmp_path, {**GOOD, "review": "no"}, {**GOOD, "id": "2"}))
    assert [q.id for q in found.questions] == ["2"]
    assert not found.problems


def test_questions_that_do_not_fit_the_articles_are_left_out(
    tmp_path: Path, store: Store, words: object, articles: list[Article]
) -> None:
    add_articles(articles, store, words)  # type: ignore[arg-type]
    place = GOOD["support"][0]  # type: ignore[index]
    path = written(
        tmp_path,
        GOOD,
        {**GOOD, "id": "2", "support": [{**place, "doc": "lost"}]},
        {**GOOD, "id": "3", "support": [{**place, "start": 900, "end": 903}]},
        {**GOOD, "id": "4", "support": [{**place, "start": 0, "end": 3}]},
    )
    found = fitted(read_questions(path), store.catalogue, path.name)
    assert [q.id for q in found.questions] == ["1"]
    lost, behind, moved = found.problems
    assert lost == "questions.jsonl line 2: there is no article lost"
    assert "behind the end of fund" in behind
    assert "is '池州的', not '2亿元'" in moved


def test_offsets_that_moved_are_seen_in_an_article_that_was_changed_on_reading(
    tmp_path: Path, store: Store, words: object
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    raw = "---\nid: fund\n---\r\n基金\r\n\r\n池州的专项基金有2亿元。由经开区与集团联合设立。"
    (corpus / "fund.md").write_bytes(raw.encode())
    add_paths([corpus], store, words)  # type: ignore[arg-type]
    start = raw.index("池州")
    place = {"file": "fund", "start": start, "end": start + 13, "text": "池州的专项基金有2亿元。"}
    moved = {**place, "start": start + 13, "end": start + 26}
    inside = {**place, "start": 0, "end": 9}
    far = {**place, "end": 10**9}
    path = written(
        tmp_path,
        *(
            {**GOOD, "id": str(n), "support": [p]}
            for n, p in enumerate((place, moved, inside, far))
        ),
    )
    found = fitted(read_questions(path), store.catalogue, path.name)
    assert [q.id for q in found.questions] == ["0"]
    assert [problem.split(":")[0][-1] for problem in found.problems] == ["2", "3", "4"]
    assert "leaves out of its file" in found.problems[1]


def test_supports_by_file_find_the_article_by_its_file(
    tmp_path: Path, store: Store, words: object
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    raw = "\ufeff基金\r\n\r\n池州的专项基金有2亿元。\r\n"
    (corpus / "fund.txt").write_bytes(raw.encode())
    add_paths([corpus], store, words)  # type: ignore[arg-type]
    start = raw.lstrip("\ufeff").index("2亿元")
    place = {"file": "fund.txt", "start": start, "end": start + 3, "text": "2亿元"}
    path = written(tmp_path, {**GOOD, "support": [place]})
    (question,) = fitted(read_questions(path), store.catalogue, path.name).questions
    assert question.support[0].doc == "fund.txt"
    assert question.support[0].start == start


def test_offsets_into_the_article_shown_become_offsets_into_its_source(
    tmp_path: Path, store: Store, words: object
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    head = "---\nid: fund\n---\n"
    (corpus / "fund.md").write_text(f"{head}池州的专项基金有2亿元。", encoding="utf-8")
    add_paths([corpus], store, words)  # type: ignore[arg-type]
    path = written(tmp_path, GOOD)
    (question,) = fitted(read_questions(path), store.catalogue, path.name).questions
    assert question.support[0].start == 8 + len(head)


def _read(fields: dict[str, object]) -> Question:
    from evals.questions import _question

    return _question(fields)


def test_the_same_sentence_in_a_copy_does_as_well(
    tmp_path: Path, store: Store, words: object
) -> None:
    told = (
        "池州经开区与市投控集团联合设立规模达2亿元的科创飞地专项基金，对落户项目入股支持。"
        "中心围绕产业链的需求引进急需人才，并开展平台聚才活动，吸引了多家企业前来考察。"
        "下一步，园区将承接产业转移，推进园区合作与体制改革，让企业在这里办成更多的事。"
    )
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "fund.txt").write_text(told, encoding="utf-8")
    (corpus / "again.txt").write_text(f"{told}\n", encoding="utf-8")
    (corpus / "repost.txt").write_text(f"本网消息，请看报道。\n{told}", encoding="utf-8")
    add_paths([corpus], store, words)  # type: ignore[arg-type]
    place = {"doc": "fund.txt", "start": 13, "end": 16, "text": "2亿元"}
    start = told.index("2亿元")
    path = written(tmp_path, {**GOOD, "support": [{**place, "start": start, "end": start + 3}]})
    (question,) = fitted(read_questions(path), store.catalogue, path.name).questions
    assert [(a.doc, a.start, a.replaces) for a in question.alternatives] == [
        ("again.txt", start, 0),
        ("repost.txt", start + 11, 0),
    ]
    assert [s.doc for s in question.needs()[0]] == ["fund.txt", "again.txt", "repost.txt"]


def test_a_support_in_a_repeated_lead_counts_where_it_was_kept(
    tmp_path: Path, store: Store, words: object
) -> None:
    first = (
        "池州经开区与市投控集团联合设立规模达2亿元的科创飞地专项基金，"
        "对落户项目入股支持，吸引企业落户园区。"
    )
    second = (
        "中心围绕产业链的需求引进急需人才，并开展平台聚才活动，吸引了多家企业前来考察和签约。"
        "下一步，园区将承接产业转移，推进园区合作与体制改革，让企业在这里办成更多的事。"
    )
    lead = first + second
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    raw = f"{lead}\n{first}\n{second}\n最后一段说的是别的事情，与前面没有什么关系，只是结尾。"
    (corpus / "fund.txt").write_text(raw, encoding="utf-8")
    add_paths([corpus], store, words)  # type: ignore[arg-type]
    start = raw.index("2亿元")
    place = {"doc": "fund.txt", "start": start, "end": start + 3, "text": "2亿元"}
    path = written(tmp_path, {**GOOD, "support": [place]})
    (question,) = fitted(read_questions(path), store.catalogue, path.name).questions
    assert question.support[0].start == raw.rindex("2亿元")
