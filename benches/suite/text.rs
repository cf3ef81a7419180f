//! Models of characters, of which there are 65.

use rappel::autodiff::{AttentionMask, Sequence};
use rappel::prelude::*;

use crate::{Step, labels, tape};

const CHARACTERS: usize = 65;

fn parameter(shape: &[usize], bound: f64, rng: &mut Rng) -> Param {
    Param::new(Tensor::uniform(shape, -bound, bound, rng))
}

#[derive(Module, Debug)]
struct Recurrent {
    w_ih: Param,
    w_hh: Param,
    b_ih: Param,
    b_hh: Param,
}

impl Recurrent {
    fn new(gates: usize, inputs: usize, size: usize, rng: &mut Rng) -> Self {
        let bound = (size as f64).sqrt().recip();
        Recurrent {
            w_ih: parameter(&[gates * size, inputs], bound, rng),
            w_hh: parameter(&[gates * size, size], bound, rng),
            b_ih: parameter(&[gates * size], bound, rng),
            b_hh: parameter(&[gates * size], bound, rng),
        }
    }

    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        let tape = x.tape();
        let [w_ih, w_hh, b_ih, b_hh] = [&self.w_ih, &self.w_hh, &self.b_ih, &self.b_hh].map(|p| tape.param(p));
        let (size, how) = (w_hh.shape()[1], Sequence::new().batch_first(true));
        let h = tape.input(&Tensor::zeros(&[x.shape()[0], size]));
        if w_hh.shape()[0] == 3 * size {
            x.gru_sequence(h, w_ih, w_hh, Some(b_ih), Some(b_hh), &how).0
        } else {
            x.lstm_sequence((h, h), w_ih, w_hh, Some(b_ih), Some(b_hh), &how).0
        }
    }
}

/// Embedding of 64 values, a recurrent layer of 128, and logits.
#[derive(Module, Debug)]
struct CharRnn {
    e: Param,
    r: Recurrent,
    o: Linear,
}

impl CharRnn {
    fn new(gates: usize, rng: &mut Rng) -> Self {
        CharRnn {
            e: Param::new(Tensor::normal(&[CHARACTERS, 64], 0.0, 1.0, rng)),
            r: Recurrent::new(gates, 64, 128, rng),
            o: Linear::new(128, CHARACTERS, rng),
        }
    }

    fn forward<'t>(&self, tape: &'t Tape, x: &Tensor<u32>) -> Var<'t> {
        let x = tape.param(&self.e).embedding(x, None);
        self.o.forward(self.r.forward(x)).flatten(0, 1)
    }
}

fn recurrent(gates: usize, threads: &Threads) -> Step {
    let mut rng = Rng::seed(0);
    let mut net = CharRnn::new(gates, &mut rng);
    let x = labels(&[32, 64], CHARACTERS as u64, &mut rng);
    let y = labels(&[32 * 64], CHARACTERS as u64, &mut rng);
    let (mut adam, mut tape) = (Adam::new(1e-3), tape(threads));
    Box::new(move || {
        tape.reset();
        let loss = net.forward(&tape, &x).cross_entropy(&y);
        adam.step(&mut net, &loss.backward())?;
        Ok(())
    })
}

/// A gated recurrent unit of 128 on 32 sequences of 64 characters, Adam at 1e-3.
pub(crate) fn gru(threads: &Threads) -> Step {
    recurrent(3, threads)
}

/// A long short-term memory of 128 on 32 sequences of 64 characters, Adam at 1e-3.
pub(crate) fn lstm(threads: &Threads) -> Step {
    recurrent(4, threads)
}

#[derive(Module, Debug)]
struct LayerNorm {
    weight: Param,
    bias: Param,
}

impl LayerNorm {
    fn new(size: usize) -> Self {
        LayerNorm { weight: Param::new(Tensor::ones(&[size])), bias: Param::new(Tensor::zeros(&[size])) }
    }

    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        let (weight, bias) = (x.tape().param(&self.weight), x.tape().param(&self.bias));
        x.layer_norm(&weight.shape(), Some(weight), Some(bias), 1e-5)
    }
}

/// A block of a transformer: attention and a net of two layers, each behind a normalisation and beside a residual.
#[derive(Module, Debug)]
struct Block {
    l1: LayerNorm,
    l2: LayerNorm,
    qkv: Linear,
    p: Linear,
    f: Linear,
    g: Linear,
    #[module(skip)]
    heads: usize,
}

impl Block {
    fn new(size: usize, heads: usize, rng: &mut Rng) -> Self {
        Block {
            l1: LayerNorm::new(size),
            l2: LayerNorm::new(size),
            qkv: Linear::new(size, 3 * size, rng),
            p: Linear::new(size, size, rng),
            f: Linear::new(size, 4 * size, rng),
            g: Linear::new(4 * size, size, rng),
            heads,
        }
    }

    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        let &[n, t, size] = &x.shape()[..] else { panic!("sequences of vectors") };
        let heads = |v: Var<'t>| v.reshape(&[n, t, self.heads, size / self.heads]).swap_axes(1, 2);
        let qkv = self.qkv.forward(self.l1.forward(x)).chunk(3, 2);
        let [q, k, v] = [0, 1, 2].map(|i| heads(qkv[i]));
        let y = q.scaled_dot_product_attention(k, v, AttentionMask::Causal, None);
        let x = x + self.p.forward(y.swap_axes(1, 2).reshape(&[n, t, size]));
        x + self.g.forward(self.f.forward(self.l2.forward(x)).gelu())
    }
}

/// Characters and places, blocks, and logits.
#[derive(Module, Debug)]
struct Gpt {
    t: Param,
    w: Param,
    b: Vec<Block>,
    l: LayerNorm,
    o: Linear,
}

impl Gpt {
    fn new(size: usize, context: usize, blocks: usize, rng: &mut Rng) -> Self {
        Gpt {
            t: Param::new(Tensor::normal(&[CHARACTERS, size], 0.0, 1.0, rng)),
            w: Param::new(Tensor::normal(&[context, size], 0.0, 1.0, rng)),
            b: (0..blocks).map(|_| Block::new(size, 4, rng)).collect(),
            l: LayerNorm::new(size),
            o: Linear::new(size, CHARACTERS, rng),
        }
    }

    fn forward<'t>(&self, tape: &'t Tape, x: &Tensor<u32>) -> Var<'t> {
        let places = Tensor::from_fn(&x.shape()[1..], |i| i as u32);
        let x = tape.param(&self.t).embedding(x, None) + tape.param(&self.w).embedding(&places, None);
        let x = self.b.iter().fold(x, |x, block| block.forward(x));
        self.o.forward(self.l.forward(x)).flatten(0, 1)
    }
}

/// Four blocks of 128 with 4 heads on 12 sequences of 64 characters, AdamW at 1e-3.
pub(crate) fn gpt(threads: &Threads) -> Step {
    let mut rng = Rng::seed(0);
    let mut net = Gpt::new(128, 64, 4, &mut rng);
    let x = labels(&[12, 64], CHARACTERS as u64, &mut rng);
    let y = labels(&[12 * 64], CHARACTERS as u64, &mut rng);
    let (mut adam, mut tape) = (AdamW::new(1e-3), tape(threads));
    Box::new(move || {
        tape.reset();
        let loss = net.forward(&tape, &x).cross_entropy(&y);
        adam.step(&mut net, &loss.backward())?;
        Ok(())
    })
}
