"""Attention in steps gives what the fused one gives, to a few texts at once."""

from copy import deepcopy

import pytest
import torch
from transformers import BertModel

from tests.test_packed_linear import small_bert
from vectorstore.attention import SCORES, STEPS, at_once, attend_in_steps


@pytest.fixture(scope="module")
def bert() -> BertModel:
    return small_bert()


def test_attention_in_steps_gives_the_same(bert: BertModel) -> None:
    fused = deepcopy(bert).to(torch.bfloat16)
    stepwise = deepcopy(fused)
    attend_in_steps(stepwise)
    without_amx = not torch.cpu._is_amx_tile_supported()
    assert (stepwise.config._attn_implementation == STEPS) == without_amx
    ids, mask = torch.randint(0, 50, (3, 40)), torch.ones(3, 40, dtype=torch.long)
    mask[1, 25:] = 0
    with torch.inference_mode():
        one, other = (net(ids, attention_mask=mask)[0] for net in (fused, stepwise))
    assert (one - other)[mask > 0].abs().max() <= 0.05


def test_encoders_in_32_bits_keep_the_fused_attention(bert: BertModel) -> None:
    same = deepcopy(bert)
    attend_in_steps(same)
    assert same.config._attn_implementation == bert.config._attn_implementation != STEPS
    assert at_once(same, 10_000, 32) == 32


def test_fewer_long_texts_go_through_at_once(bert: BertModel) -> None:
    stepwise = deepcopy(bert)
    stepwise.set_attn_implementation(STEPS)
    fits = int((SCORES / bert.config.num_attention_heads / 5) ** 0.5)
    assert [at_once(stepwise, n, 32) for n in (0, 16, fits, 10_000)] == [32, 32, 5, 1]
