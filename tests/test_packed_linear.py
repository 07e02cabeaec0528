"""Packed layers give what the layers they were made of give."""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy

import pytest
import torch
from torch import nn
from transformers import BertConfig, BertModel, T5Config, T5EncoderModel

from vectorstore.embed import fastest_format
from vectorstore.packed_linear import PackedLinear, pack_linear


def small_bert() -> BertModel:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=50,
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=128,
    )
    return BertModel(config, add_pooling_layer=False).eval()


@pytest.mark.parametrize(("number", "near"), [(torch.float32, 1e-5), (torch.bfloat16, 0.05)])
def test_a_packed_encoder_gives_the_same(number: torch.dtype, near: float) -> None:
    if number not in (torch.float32, fastest_format("cpu")):
        pytest.skip("this processor has no 16-bit products, and none are used on it")
    plain = small_bert().to(number)
    packed = deepcopy(plain)
    pack_linear(packed)
    assert sum(isinstance(m, PackedLinear) for m in packed.modules()) == 12
    assert not any(isinstance(m, nn.Linear) for m in packed.modules())
    asked = [torch.randint(0, 50, (rows, size)) for rows, size in ((1, 1), (3, 17), (8, 64))] * 4
    with torch.inference_mode():
        right = [plain(ids).last_hidden_state for ids in asked]

    def given(ids: torch.Tensor) -> torch.Tensor:
        with torch.inference_mode():
            hidden: torch.Tensor = packed(ids).last_hidden_state
            return hidden

    with ThreadPoolExecutor(4) as visitors:
        for one, other in zip(right, visitors.map(given, asked), strict=True):
            assert one.shape == other.shape and (one - other).abs().max() <= near


def test_networks_of_other_kinds_stay_as_they_are() -> None:
    config = T5Config(vocab_size=50, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2)
    other = T5EncoderModel(config).eval()
    pack_linear(other)
    assert any(isinstance(m, nn.Linear) for m in other.modules())
    assert not any(isinstance(m, PackedLinear) for m in other.modules())
    assert torch.isfinite(other(torch.tensor([[1, 2, 3]])).last_hidden_state).all()
