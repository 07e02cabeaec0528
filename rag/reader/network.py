"""The network of the reader: an encoder with three heads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn


class Network(nn.Module):
    """A BERT encoder that gives where an answer starts and ends, and whether there is one.

    The first piece stands for "not in this passage" (Devlin et al. 2019, SQuAD 2.0).
    """

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        self.span = nn.Linear(width, 2)
        self.dense = nn.Linear(width, width)
        self.answers = nn.Linear(width, 1)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Give logits of starts and ends (rows, pieces) and of having an answer (rows).

        `ids` and `mask` are (rows, pieces).
        """
        seen = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        start, end = self.span(seen).float().unbind(-1)
        answers = self.answers(torch.tanh(self.dense(seen[:, 0]))).float().squeeze(-1)
        return start, end, answers


def untrained(folder: Path) -> Network:
    """Begin from the weights of an embedding model in `folder`; its word vectors stay as they are.

    Nothing is dropped out: it halves the speed on a CPU, and passages are cut anew in every pass.
    """
    from transformers import AutoModel

    encoder: Any = AutoModel.from_pretrained(
        folder,
        attn_implementation="eager",  # going back through the fused one takes twice as long
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        add_pooling_layer=False,
        dtype=torch.float32,
    )
    encoder.embeddings.requires_grad_(False)
    return Network(encoder)
