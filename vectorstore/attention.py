"""Encoders that attend faster on a CPU: step by step, few texts at once."""

from __future__ import annotations

import torch
from torch import nn

from vectorstore.packed_linear import like_bert

SCORES = 2_400_000
"""Numbers that the attention of a layer may take in one forward pass; room for more has to be
fetched from the system at every step, which takes longer than to fill it."""

STEPS = "eager"
"""What transformers calls attention as two products with a softmax between."""


def attend_in_steps(network: nn.Module) -> None:
    """Have encoders in 16 bits on a CPU without AMX attend step by step: two thirds of the time.

    The fused attention of torch computes in 32 bits there. Other encoders keep it.
    """
    if torch.cpu._is_amx_tile_supported():
        return
    for encoder in like_bert(network):
        weight = next(encoder.parameters())
        if weight.device.type == "cpu" and weight.dtype == torch.bfloat16:
            encoder.set_attn_implementation(STEPS)


def at_once(network: nn.Module, pieces: int, most: int) -> int:
    """Give how many texts of so many pieces go through a network at once, `most` at most."""
    for encoder in like_bert(network):
        if encoder.config._attn_implementation == STEPS:
            needed = encoder.config.num_attention_heads * pieces * pieces
            most = min(most, max(1, SCORES // max(needed, 1)))
    return most
