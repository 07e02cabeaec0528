import json
from pathlib import Path

import numpy as np
import pytest

from evals.clock import Clock
from evals.remade import DrawnEmbedding, Remade
from evals.scale import Curve
from tests.conftest import WORDS, WordEmbedding
from vectorstore.split import passages


@pytest.fixture
def made(tmp_path: Path) -> Remade:
    corpus = tmp_path / "corpus.jsonl"
    told = [
        {
            "title": word,
            "text": "".join(f"第{n}条讲{word}和{n * 7919 % 1000}号。" for n in range(40)),
        }
        for word in WORDS
    ]
    lines = [json.dumps(each, ensure_ascii=False) for each in told]
    corpus.write_text("\n".join(lines), encoding="utf-8")
    return Remade(corpus)


def test_made_articles_are_the_same_each_time_and_differ_by_number(made: Remade) -> None:
    assert made.article(3) == made.article(3)
    texts = {made.article(n).text for n in range(50)}
    assert len(texts) == 50


def test_made_article_has_nothing_but_sentences_of_the_corpus(made: Remade) -> None:
    said = made.article(1).text.split("\n")
    assert len(said) > 1
    assert all(line.startswith("第") and line.endswith("号。") for line in said)


def test_drawn_vectors_lie_between_real_ones_and_hang_on_the_text_alone(
    words: WordEmbedding,
) -> None:
    real = np.array(words.get_text_embedding_batch(list(WORDS)), np.float32)
    drawn = DrawnEmbedding(words, real)
    one, other, again = drawn.get_text_embedding_batch(["甲", "乙", "甲"])
    assert one == again != other
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-5)
    assert (real @ np.array(one)).max() > 0.9
    assert drawn.get_query_embedding("银行") == words.get_query_embedding("银行")


def test_curve_goes_on_where_it_ended(tmp_path: Path, made: Remade, words: WordEmbedding) -> None:
    for count in (5, 12):
        curve = Curve(tmp_path / "scale", made, words)
        curve.grow(count, lambda *_: None)
        curve.store.close()
    assert [(s.first, s.articles) for s in curve.slices] == [(0, 5), (5, 7)]
    with Curve(tmp_path / "scale", made, words).store as store:
        assert store.catalogue.counts() == (12, sum(s.passages for s in curve.slices))
        assert store.dense.count() == store.lexical.count() == store.catalogue.counts()[1]
    last = curve.slices[-1]
    assert last.text_bytes == sum(len(made.article(n).text.encode()) for n in range(5, 12))
    assert 0 < sum(last.wall[part] for part in ("dense", "lexical", "catalogue")) < last.wall["all"]


def test_texts_to_embed_are_those_of_passages(made: Remade) -> None:
    first = passages(made.article(-1))[0]
    texts = list(made.texts(7))
    assert len(texts) == 7
    assert first.text in texts[0] and first.title in texts[0]


def test_watched_method_is_left_as_it_was(words: WordEmbedding) -> None:
    clock = Clock()
    clock.watch(words, ["get_text_embedding"], "embedding")
    vector = words.get_text_embedding("银行")
    clock.leave()
    assert clock.wall["embedding"] > 0
    spent = clock.wall["embedding"]
    assert words.get_text_embedding("银行") == vector
    assert clock.wall["embedding"] == spent
