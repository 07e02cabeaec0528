"""Encoders that multiply faster on a CPU: weights laid out once, as oneDNN takes them."""

from __future__ import annotations

import platform
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

LIKE_BERT = ("bert", "roberta", "xlm-roberta")
"""Kinds of models whose layers use their linear layers only by calling them."""


class PackedLinear(nn.Module):
    """A linear layer for inference, whose weights are laid out once.

    torch lays them out anew for every product of 16-bit numbers, and multiplies 32-bit ones with
    MKL, which takes twice as long as oneDNN on processors of AMD. (Its compiler packs layers in
    this way, too, but needs a C++ compiler on the machine.)
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self._bias = None if linear.bias is None else linear.bias.detach()
        self._weight = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach())

    def forward(self, x: Tensor) -> Tensor:
        """Give `x @ weight.T + bias`, (..., out) for (..., in)."""
        multiply = torch.ops.mkldnn._linear_pointwise
        made: Tensor = multiply(x, self._weight, self._bias, "none", [], "")
        return made


def pack_linear(network: nn.Module) -> None:
    """Pack the linear layers of the encoder in a network on a CPU; it can only be read with then.

    Other networks, and processors that oneDNN is not built for, are left as they are.
    """
    if not _packable():
        return
    with torch.inference_mode():
        for parent, name, linear in list(_linear(network)):
            setattr(parent, name, PackedLinear(linear))


def _packable() -> bool:
    on_intel_or_amd = platform.machine().lower() in ("x86_64", "amd64")
    return on_intel_or_amd and hasattr(torch.ops.mkldnn, "_linear_pointwise")


def like_bert(network: nn.Module) -> Iterator[PreTrainedModel]:
    """Give the encoders in a network whose layers are those of BERT."""
    for part in network.modules():
        if isinstance(part, PreTrainedModel) and part.config.model_type in LIKE_BERT:
            yield part


def _linear(network: nn.Module) -> Iterator[tuple[nn.Module, str, nn.Linear]]:
    for encoder in like_bert(network):
        for parent in encoder.modules():
            for name, child in parent.named_children():
                if type(child) is nn.Linear and child.weight.device.type == "cpu":
                    yield parent, name, child
