"""Writes rnn.jsonl, lstm.jsonl and gru.jsonl: recurrent layers and cells of torch.nn.

    python recurrent.py lstm > lstm.jsonl

Inputs are `x`, and where a case has them `h0`, `c0` and `lengths` (of each sequence of the batch; the layer gets them packed, and its output is
padded with zeros to the length of `x`). Outputs are the output, the last h and for LSTM the last c; of a cell, the new h and c. A case
`.carried` passes `x`, then `x1` with the state of the first call: the outputs of the first call, then those of the second;
`.carried_detached` cuts the gradient in between.
"""

import sys

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from golden import case

DEFAULTS = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0, "bidirectional": False}
STATES = {nn.RNN: ["h0"], nn.GRU: ["h0"], nn.LSTM: ["h0", "c0"]}
WANTED = sys.argv[1].upper()
IN, HIDDEN, TIME, BATCH = 2, 3, 4, 2


def packed_of(states):
    return tuple(states) if len(states) == 2 else states[0] if states else None


def parts(result):
    y, state = result
    return [y, *(state if isinstance(state, tuple) else (state,))]


def layer(label, kind, *, lengths=None, states=False, carried=None, batch=BATCH, time=TIME, mode="train", sizes=(IN, HIDDEN), **given):
    if kind.__name__ != WANTED:
        return
    given = {"input_size": sizes[0], "hidden_size": sizes[1], **given}
    first = given.get("batch_first", False)

    def shaped(time):
        return (time, given["input_size"]) if batch is None else (batch, time, given["input_size"]) if first else (time, batch, given["input_size"])

    count = given.get("num_layers", 1) * (2 if given.get("bidirectional") else 1)
    width = {"h0": given.get("proj_size") or given["hidden_size"], "c0": given["hidden_size"]}
    inputs = {"x": shaped(time)}
    if states:
        for s in STATES[kind]:
            inputs[s] = (count, width[s]) if batch is None else (count, batch, width[s])
    if lengths is not None:
        inputs["lengths"] = torch.tensor(lengths)
    if carried is not None:
        inputs["x1"] = shaped(time - 1)

    def call(m, x, x1=None, lengths=None, **state):
        state = packed_of([state[s] for s in STATES[kind] if s in state])
        if lengths is not None:
            p = pack_padded_sequence(x, lengths, batch_first=first, enforce_sorted=False)
            y, last = m(p, state)
            y, _ = pad_packed_sequence(y, batch_first=first, total_length=time)
            return parts((y, last))
        out = parts(m(x, state))
        if x1 is not None:
            last = [s.detach() if carried == "detached" else s for s in out[1:]]
            out += parts(m(x1, packed_of(last)))
        return out

    defaults = {**DEFAULTS, **({"nonlinearity": "tanh"} if kind is nn.RNN else {"proj_size": 0} if kind is nn.LSTM else {})}
    case(f"{kind.__name__}{label}", kind, given, inputs, call=call, defaults=defaults, mode=mode)


for kind in (nn.RNN, nn.LSTM, nn.GRU):
    layer("", kind)
    layer(".states", kind, states=True)
    layer(".batch_first", kind, batch_first=True, states=True)
    layer(".unbatched", kind, batch=None)
    layer(".unbatched_states", kind, batch=None, states=True, num_layers=2)
    layer(".no_bias", kind, bias=False, states=True)
    layer(".one_step", kind, time=1, states=True)
    layer(".one_of_a_batch", kind, batch=1)
    layer(".hidden_1", kind, sizes=(3, 1))
    layer(".two_layers", kind, num_layers=2, states=True)
    layer(".three_layers", kind, num_layers=3, sizes=(1, 2))
    layer(".bidirectional", kind, bidirectional=True)
    layer(".bidirectional_states", kind, bidirectional=True, states=True)
    layer(".bidirectional_batch_first_no_bias", kind, bidirectional=True, batch_first=True, bias=False, states=True)
    layer(".bidirectional_two_layers", kind, bidirectional=True, num_layers=2, states=True, sizes=(2, 2))
    layer(".lengths", kind, lengths=[4, 2, 1], batch=3)
    layer(".lengths_unsorted_states", kind, lengths=[1, 4, 3], batch=3, states=True)
    layer(".lengths_all_shorter", kind, lengths=[2, 3], states=True)
    layer(".lengths_batch_first_two_layers", kind, lengths=[3, 4], batch_first=True, num_layers=2, sizes=(2, 2))
    layer(".lengths_bidirectional", kind, lengths=[2, 4, 1], batch=3, bidirectional=True, states=True)
    layer(".lengths_bidirectional_two_layers", kind, lengths=[4, 1], bidirectional=True, num_layers=2, batch_first=True, states=True, sizes=(2, 2))
    layer(".carried", kind, carried="whole")
    layer(".carried_detached", kind, carried="detached", states=True, num_layers=2, sizes=(2, 2))
    layer(".dropout_in_evaluation", kind, num_layers=2, dropout=0.5, mode="eval", sizes=(2, 2))
layer(".relu", nn.RNN, nonlinearity="relu", states=True)
layer(".relu_bidirectional_two_layers", nn.RNN, nonlinearity="relu", bidirectional=True, num_layers=2, sizes=(2, 2))
layer(".relu_lengths", nn.RNN, nonlinearity="relu", lengths=[3, 1], states=True)
layer(".projected", nn.LSTM, proj_size=2)
layer(".projected_states", nn.LSTM, proj_size=1, states=True, batch_first=True)
layer(".projected_two_layers", nn.LSTM, proj_size=2, num_layers=2, states=True)
layer(".projected_bidirectional", nn.LSTM, proj_size=2, bidirectional=True, num_layers=2, states=True)
layer(".projected_no_bias_lengths", nn.LSTM, proj_size=2, bias=False, lengths=[2, 4])
layer(".mnist1d", nn.GRU, sizes=(1, 6), bidirectional=True, batch_first=True, time=5)

for kind in (nn.RNNCell, nn.LSTMCell, nn.GRUCell):
    n = kind.__name__
    if n != WANTED + "Cell":
        continue
    names = ["h0", "c0"] if kind is nn.LSTMCell else ["h0"]

    def call(m, x, **state):
        state = packed_of([state[s] for s in names if s in state])
        y = m(x, state)
        return list(y) if isinstance(y, tuple) else [y]

    sizes = {"input_size": IN, "hidden_size": HIDDEN}
    for label, given, batch, states in (
        ("", {}, (2,), False), (".states", {}, (2,), True), (".no_bias", {"bias": False}, (3,), True),
        (".unbatched", {}, (), True), (".one_of_a_batch", {}, (1,), True), (".hidden_1", {"hidden_size": 1}, (2,), True),
        (".empty_batch", {}, (0,), True),
    ) + (((".relu", {"nonlinearity": "relu"}, (2,), True),) if kind is nn.RNNCell else ()):
        given = {**sizes, **given}
        inputs = {"x": (*batch, IN), **({s: (*batch, given["hidden_size"]) for s in names} if states else {})}
        case(n + label, kind, given, inputs, call=call)
