import json
import math
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from shutil import copyfile

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from rag.errors import TrainingError
from rag.reader import rows
from rag.reader.batches import Made, _hardest, batch, steps
from rag.reader.graph import write_graph
from rag.reader.lessons import Lesson, lessons
from rag.reader.network import Network
from rag.reader.packed import WEIGHTS, _nibbles, _words, pack, unpacked
from rag.reader.pieces import PIECES as MOST
from rag.reader.pieces import VOCABULARY, cut, open_pieces
from rag.reader.reader import FOLDER, GRAPH, Reader
from rag.reader.rows import WRONG, drawn
from rag.reader.train import Course, mix, train
from rag.reader.training import Training, _places, loss, rate
from vectorstore.script import converted, fold

TEXT = (
    "庐阳区位于合肥市中心。2021年，庐阳区引进项目32个，总投资180亿元。"
    "区长张明说，其中12个项目已经开工。到2022年底，全部项目将建成。"
)
FOUND = [("蜀山区", "蜀山区2020年引进项目21个，总投资90亿元。")]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dirt has tests of its own."""
    monkeypatch.setattr(rows, "SOILED", 0.0)


def _lesson(answer: str, question: str = "庐阳区2021年引进了多少个项目？") -> Lesson:
    at = TEXT.index(answer)
    return Lesson("q", question, (answer,), "庐阳区", TEXT, at, at + len(answer))


@pytest.mark.parametrize("seed", range(40))
def test_one_row_answers_and_the_others_do_not(seed: int) -> None:
    lesson = _lesson("32个")
    right, wrong = drawn(lesson, FOUND, random.Random(seed))
    assert fold(right.text[right.start : right.end]) == "32个"
    assert right.answers and 1 <= len(wrong) <= WRONG
    for row in wrong:
        assert not row.answers
        assert "32个" not in fold(row.text) or row.question != lesson.question


def test_a_changed_number_makes_a_question_that_the_passage_does_not_answer() -> None:
    lesson = _lesson("32个")
    wrong = [row for seed in range(60) for row in drawn(lesson, (), random.Random(seed))[1]]
    changed = [row for row in wrong if fold(row.question) != fold(lesson.question)]
    assert changed
    for row in changed:
        (year,) = re.findall(r"\d{4}", row.question)
        assert year not in row.text


def test_another_subject_makes_a_question_that_the_passage_does_not_answer() -> None:
    lesson = _lesson("32个")
    wrong = [row for seed in range(40) for row in drawn(lesson, FOUND, random.Random(seed))[1]]
    renamed = [row for row in wrong if fold(row.question) == "蜀山区2021年引进了多少个项目?"]
    assert renamed and all("32个" in fold(row.text) for row in renamed)


def test_another_subject_beside_the_passage_does_not_get_its_answer() -> None:
    lesson = _lesson("32个")
    found = [*FOUND, ("包河区", "包河区濒临巢湖。")]
    wrong = [row for seed in range(60) for row in drawn(lesson, found, random.Random(seed))[1]]
    texts = [fold(row.text) for row in wrong if fold(row.question).startswith("包河区")]
    beside = [text for text in texts if "包河区濒临巢湖" in text]
    assert beside and all("32个" in text for text in beside)
    assert any(text.startswith("包河区") for text in beside)
    assert any(text.endswith("巢湖。") for text in beside)
    asked = [row for row in wrong if fold(row.question).startswith("蜀山区")]
    assert all("21个" not in fold(row.text) for row in asked)


def test_what_answers_another_question_about_the_article_does_not_answer() -> None:
    text = TEXT + "庐阳区有三十所中学，最老的建于1902年，现有学生三千名，教师二百名。" * 4
    at = text.index("1902年")
    lesson = replace(_lesson("32个"), text=text, others=((at, at + 5),))
    wrong = [row for seed in range(60) for row in drawn(lesson, (), random.Random(seed))[1]]
    asked = [row for row in wrong if fold(row.question) == fold(lesson.question)]
    siblings = [row for row in asked if "1902年" in fold(row.text)]
    assert len(siblings) > len(asked) / 4
    assert all("32个" not in fold(row.text) for row in siblings)


def test_a_sentence_about_something_alike_does_not_move_the_answer() -> None:
    lesson = _lesson("32个")
    rows = [drawn(lesson, FOUND, random.Random(seed))[0] for seed in range(80)]
    beside = [row for row in rows if "21个" in fold(row.text)]
    assert any(fold(row.text).startswith(fold(FOUND[0][1])) for row in beside)
    assert any(fold(row.text).endswith(fold(FOUND[0][1])) for row in beside)
    assert all(fold(row.text[row.start : row.end]) == "32个" for row in rows)


def test_the_other_script_keeps_the_place_of_the_answer() -> None:
    lesson = _lesson("180亿元", "总投资多少？")
    rows = [drawn(lesson, FOUND, random.Random(seed))[0] for seed in range(40)]
    assert any("億" in row.text for row in rows)
    assert all(fold(row.text[row.start : row.end]) == "180亿元" for row in rows)


def test_lessons_take_their_article_with_them(tmp_path: Path) -> None:
    article = {"id": "a", "title": "庐阳区", "text": TEXT}
    support = [{"doc": "a", "start": 17, "end": 20, "text": TEXT[17:20]}]
    asked = {"id": "q", "question": "多少？", "answers": [TEXT[17:20]], "support": support}
    also = [{"doc": "a", "start": 0, "end": 3, "text": TEXT[:3]}]
    other = {"id": "r", "question": "哪个区？", "answers": [TEXT[:3]], "support": also}
    nowhere = {**other, "id": "s", "support": [{"doc": "a", "start": None, "end": None}]}
    for name, lines in (("corpus", [article]), ("questions.train", [asked, other, nowhere])):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    lesson, another = lessons(tmp_path)
    assert (lesson.title, lesson.text[lesson.start : lesson.end]) == ("庐阳区", TEXT[17:20])
    assert (lesson.others, another.others) == (((0, 3),), ((17, 20),))


def test_pieces_point_into_the_text_without_its_title() -> None:
    tokenizer = open_pieces(FOLDER / VOCABULARY)
    p = cut(tokenizer, "多少个项目？", "庐阳区", TEXT)
    first, last = p.spanning(TEXT.index("180"), TEXT.index("180") + 3) or (0, 0)
    start, end = p.places[first - p.first][0], p.places[last - p.first][1]
    assert "180" in TEXT[start:end] and end - start <= 5
    assert p.places[0][0] == 0 and p.places[-1][1] == len(TEXT)
    assert p.last - p.first == len(p.places) and len(p.ids) == p.last + 1


def test_a_piece_behind_white_space_stands_where_its_word_does() -> None:
    tokenizer = open_pieces(FOLDER / VOCABULARY)
    text = "庐阳区发布消息。\n2024年新签92个项目。 王强是市长。"
    p = cut(tokenizer, "哪一年？", "", text)
    for word in ("2024", "王强"):
        first, last = p.spanning(text.index(word), text.index(word) + len(word)) or (0, 0)
        start, end = p.places[first - p.first][0], p.places[last - p.first][1]
        assert text[start:end] == word


def test_of_a_long_question_the_end_is_read() -> None:
    tokenizer = open_pieces(FOLDER / VOCABULARY)
    short = cut(tokenizer, "那第二期基金的规模是多少？", "", TEXT)
    long = cut(tokenizer, "说了很多别的话。" * 30 + "那第二期基金的规模是多少？", "", TEXT)
    asked = short.ids[2 : short.ids.index(tokenizer.token_to_id("</s>"))]
    assert long.ids[: long.first - 2][-len(asked) :] == asked
    assert long.ids[0] == short.ids[0]


def test_what_is_too_long_is_cut_off_and_an_answer_there_is_nowhere() -> None:
    tokenizer = open_pieces(FOLDER / VOCABULARY)
    text = TEXT * 20
    p = cut(tokenizer, "多少？" * 90, "", text)
    assert len(p.ids) <= MOST
    assert p.spanning(len(text) - 5, len(text)) is None


def _tiny(words: int) -> Network:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=words,
        hidden_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=MOST,
    )
    return Network(BertModel(config, add_pooling_layer=False)).eval()


def _unpacked(folder: Path) -> Network:
    state, config = unpacked(folder)
    network = Network(BertModel(BertConfig(**config), add_pooling_layer=False)).eval()
    network.load_state_dict(state)
    return network


def test_a_packed_network_reads_as_it_did(tmp_path: Path) -> None:
    tokenizer = open_pieces(FOLDER / VOCABULARY)
    network = _tiny(tokenizer.get_vocab_size())
    pack(network, FOLDER / VOCABULARY, tmp_path)
    again = _unpacked(tmp_path)
    kept = open_pieces(tmp_path / VOCABULARY)
    p, q = (cut(t, "多少个项目？", "庐阳区", TEXT) for t in (tokenizer, kept))
    assert p.places == q.places
    made = [
        n(torch.tensor([c.ids]), torch.ones(1, len(c.ids), dtype=torch.long))
        for n, c in ((network, p), (again, q))
    ]
    for before, after in zip(*made, strict=True):
        assert torch.allclose(before, after, atol=0.15)
    assert (tmp_path / WEIGHTS).stat().st_size < 40e6


def test_the_graph_reads_as_the_network_does(tmp_path: Path) -> None:
    words = open_pieces(FOLDER / VOCABULARY).get_vocab_size()
    pack(_tiny(words), FOLDER / VOCABULARY, tmp_path)
    write_graph(tmp_path)
    (seen,) = Reader(tmp_path).read("多少个项目？", [("庐阳区", TEXT)])
    p = cut(open_pieces(tmp_path / VOCABULARY), "多少个项目？", "庐阳区", TEXT)
    ids, mask = torch.tensor([p.ids]), torch.ones(1, len(p.ids))
    with torch.inference_mode():
        start, end, answers = (made[0].numpy() for made in _unpacked(tmp_path)(ids, mask))
    assert list(seen.places) == p.places
    assert np.allclose(seen.starts, start[p.first : p.last], atol=0.05)
    assert np.allclose(seen.ends, end[p.first : p.last], atol=0.05)
    assert abs(seen.nothing - (start[0] + end[0])) < 0.05 and abs(seen.answers - answers) < 0.05


def test_the_graph_in_the_repository_is_that_of_its_weights(tmp_path: Path) -> None:
    for name in (WEIGHTS, GRAPH):
        copyfile(FOLDER / name, tmp_path / name)
    write_graph(tmp_path)
    assert (tmp_path / GRAPH).read_bytes() == (FOLDER / GRAPH).read_bytes()


def test_a_mixed_network_lies_between_the_two(tmp_path: Path) -> None:
    words = open_pieces(FOLDER / VOCABULARY).get_vocab_size()
    before, network = _tiny(words), _tiny(words)
    pack(before, FOLDER / VOCABULARY, tmp_path)
    torch.nn.init.ones_(network.span.weight)
    own = before.span.weight.detach().clone()
    mix(network, tmp_path, 0.25)
    assert torch.allclose(network.span.weight, 0.75 + 0.25 * own, atol=1e-3)


def test_numbers_that_were_rounded_to_four_bits_before_come_out_as_they_went_in() -> None:
    draw = np.random.default_rng(0)
    units = draw.uniform(0.001, 0.1, (5, 2)).astype(np.float16)
    whole = draw.integers(0, 16, (5, 2, 32))
    whole[..., 3] = 0
    words = ((whole - 8) * units[..., None].astype(np.float32)).astype(np.float32).reshape(5, 64)
    assert np.array_equal(_words(*_nibbles(words)), words)


def test_a_few_steps_teach_a_tiny_network_its_rows() -> None:
    tokenizer = open_pieces(FOLDER / VOCABULARY)
    made = [drawn(_lesson("32个"), FOUND, random.Random(seed)) for seed in range(4)]
    rows = [row for right, wrong in made for row in (right, *wrong)]
    b = batch([(row, cut(tokenizer, row.question, row.title, row.text)) for row in rows])
    network = _tiny(tokenizer.get_vocab_size()).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3)
    first = float(loss(network, b).detach())
    for _ in range(15):
        optimizer.zero_grad()
        torch.autograd.backward(loss(network, b))
        optimizer.step()
    assert float(loss(network, b).detach()) < first / 2


class _Telling(Network):
    """A teacher that gives pieces of every row these chances to start and to end an answer."""

    def __init__(self, chances: dict[int, float]) -> None:
        super().__init__(_tiny(8).encoder)
        self._chances = chances

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
        told = torch.full(ids.shape, -30.0)
        for piece, chance in self._chances.items():
            told[:, piece] = math.log(chance)
        return told, told, torch.zeros(len(ids))


def test_a_teacher_counts_as_far_as_it_finds_the_right_piece() -> None:
    tokenizer = open_pieces(FOLDER / VOCABULARY)
    right, wrong = drawn(_lesson("32个"), FOUND, random.Random(0))
    rows = [(row, cut(tokenizer, row.question, row.title, row.text)) for row in (right, *wrong)]
    b = batch(rows)
    gold = int(b.start[0])
    alone, _ = _places(b, None)
    assert alone[0, gold] == 1 and torch.equal(alone.argmax(1), b.start)
    for told, likely in (({gold + 1: 1.0}, 1.0), ({gold: 1.0}, 1.0), ({0: 0.9, gold: 0.1}, 1.0)):
        starts, _ = _places(b, _Telling(told))
        assert torch.allclose(starts[0, gold], torch.tensor(likely)), told
    starts, _ = _places(b, _Telling({gold: 0.6, gold + 1: 0.4}))
    assert torch.allclose(starts[0, [gold, gold + 1]], torch.tensor([0.88, 0.12]))
    assert torch.equal(starts[1:], alone[1:])


def test_an_interrupted_training_ends_where_an_uninterrupted_one_does(tmp_path: Path) -> None:
    tokenizer = open_pieces(FOLDER / VOCABULARY)
    right, wrong = drawn(_lesson("32个"), FOUND, random.Random(0))
    rows = [(row, cut(tokenizer, row.question, row.title, row.text)) for row in (right, *wrong)]
    weights = []
    for stops in ((), (1, 3)):
        kept = tmp_path / f"{len(stops)}.pt"
        training = Training(_tiny(tokenizer.get_vocab_size()), 5, kept)
        while training.step < training.whole:
            training.learn([batch(rows)])
            if training.step in stops:
                training.keep()
                training.learn([batch(rows)])
                training = Training(_tiny(tokenizer.get_vocab_size()), 5, kept)
                assert training.step in stops
        weights.append(training.averaged().state_dict())
    for name, tensor in weights[0].items():
        assert torch.equal(tensor, weights[1][name]), name
    fresh = _tiny(tokenizer.get_vocab_size()).state_dict()
    assert any(not torch.equal(tensor, fresh[name]) for name, tensor in weights[0].items())


def test_what_is_left_of_one_training_is_not_taken_by_another(tmp_path: Path) -> None:
    kept = tmp_path / "kept.pt"
    Training(_tiny(100), 5, kept, course="one").keep()
    assert Training(_tiny(100), 5, kept, course="one").step == 0
    with pytest.raises(TrainingError, match=str(kept)):
        Training(_tiny(100), 5, kept, course="another")
    assert kept.exists()


def test_too_few_lessons_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="1 questions are too few"):
        train([_lesson("32个")], {}, tmp_path, tmp_path, Course(1))


def test_of_what_does_not_answer_the_hardest_is_taught() -> None:
    taught = [replace(_lesson("32个"), id=str(n)) for n in range(16)]
    found = {lesson.id: FOUND for lesson in taught}
    heard: list[float] = []

    def longest(rows: Sequence[Made]) -> list[float]:
        heard.extend(len(row.text) for row, _ in rows)
        assert not any(row.answers for row, _ in rows)
        return [float(len(row.text)) for row, _ in rows]

    step = next(steps(taught, found, open_pieces(FOLDER / VOCABULARY), longest, 0))
    assert sum(len(b.ids) for b in step) == 32 and sum(int(b.answers.sum()) for b in step) == 16
    assert len(heard) > 16
    tokenizer = open_pieces(FOLDER / VOCABULARY)
    made: list[tuple[Made, list[Made]]] = []
    for seed in range(20):
        right, wrong = drawn(taught[0], FOUND, random.Random(seed))
        first, *rest = ((r, cut(tokenizer, r.question, r.title, r.text)) for r in (right, *wrong))
        made.append((first, rest))
    kept = _hardest(made, longest)
    for (first, rest), (right_kept, hardest) in zip(
        made, zip(kept[::2], kept[1::2], strict=True), strict=True
    ):
        assert right_kept is first
        assert len(hardest[0].text) == max(len(row.text) for row, _ in rest)
    assert any(len({len(row.text) for row, _ in rest}) > 1 for _, rest in made)


def test_the_rate_rises_stays_and_falls() -> None:
    rates = [rate(step, 1000) for step in range(1000)]
    assert rates[0] < rates[25] < 1 and set(rates[60:690]) == {1.0}
    assert rates[-1] < 0.01 and rates[800] > rates[900]


def test_the_reader_finds_the_answer_and_tells_where_there_is_none() -> None:
    reader = Reader()
    asked = "庐阳区2021年引进了多少个项目？"
    here, there = reader.read(
        asked, [("庐阳区", TEXT), ("天气", "今天多云，明天有小雨，气温下降。")]
    )
    start, end, logit = here.best()
    assert "32" in TEXT[start:end] and end - start < 8
    assert here.answers > there.answers and logit > there.best()[2]


def test_a_sentence_without_pieces_has_no_answer() -> None:
    (seen,) = Reader().read("多少？", [("", TEXT)])
    start, end, logit = seen.best(len(TEXT), len(TEXT) + 5)
    assert start == end and logit < -1e6


def test_a_question_is_read_in_the_script_of_the_passage() -> None:
    reader, text = Reader(), converted(TEXT, "s2t")
    asked = "庐阳区2021年引进了多少个项目？"
    ours, theirs = (reader.read(q, [("", text)])[0] for q in (asked, converted(asked, "s2t")))
    assert ours.best() == theirs.best() and ours.answers == theirs.answers
