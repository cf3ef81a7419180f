//! Models of characters, of which there are 65.

use rappel::prelude::*;

use crate::{Step, labels, tape};

const CHARACTERS: usize = 65;

/// Embedding of 64 values, a recurrent layer of 128, and logits.
#[derive(Module, Debug)]
struct CharRnn<R: Module> {
    e: Embedding,
    r: R,
    o: Linear,
}

impl<R: Layer> CharRnn<R> {
    fn forward<'t>(&self, tape: &'t Tape, x: &Tensor<u32>) -> Var<'t> {
        self.o.forward(self.r.forward(self.e.forward(tape, x))).flatten(0, 1)
    }
}

fn recurrent<R: Layer + 'static>(layer: fn(usize, usize, &mut Rng) -> R, threads: &Threads) -> Step {
    let mut rng = Rng::seed(0);
    let mut net = CharRnn {
        e: Embedding::new(CHARACTERS, 64, &mut rng),
        r: layer(64, 128, &mut rng),
        o: Linear::new(128, CHARACTERS, &mut rng),
    };
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
    recurrent(|inputs, size, rng| -> Gru { Gru::new(inputs, size, rng).batch_first() }, threads)
}

/// A long short-term memory of 128 on 32 sequences of 64 characters, Adam at 1e-3.
pub(crate) fn lstm(threads: &Threads) -> Step {
    recurrent(|inputs, size, rng| -> Lstm { Lstm::new(inputs, size, rng).batch_first() }, threads)
}

/// A block of a transformer: attention and a net of two layers, each behind a normalisation and beside a residual.
#[derive(Module, Debug)]
struct Block {
    l1: LayerNorm,
    l2: LayerNorm,
    a: MultiheadAttention,
    f: Linear,
    g: Linear,
}

impl Block {
    fn new(size: usize, heads: usize, rng: &mut Rng) -> Self {
        Block {
            l1: LayerNorm::new(&[size]),
            l2: LayerNorm::new(&[size]),
            a: MultiheadAttention::new(size, heads, rng).batch_first(true),
            f: Linear::new(size, 4 * size, rng),
            g: Linear::new(4 * size, size, rng),
        }
    }
}

impl Layer for Block {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        let x = x + self.a.forward_self(self.l1.forward(x), Masks::new().causal());
        x + self.g.forward(self.f.forward(self.l2.forward(x)).gelu())
    }
}

/// Characters and places, blocks, and logits.
#[derive(Module, Debug)]
struct Gpt {
    t: Embedding,
    w: LearnedPositions,
    b: Vec<Block>,
    l: LayerNorm,
    o: Linear,
}

impl Gpt {
    fn new(size: usize, context: usize, blocks: usize, rng: &mut Rng) -> Self {
        Gpt {
            t: Embedding::new(CHARACTERS, size, rng),
            w: LearnedPositions::new(context, size, rng),
            b: (0..blocks).map(|_| Block::new(size, 4, rng)).collect(),
            l: LayerNorm::new(&[size]),
            o: Linear::new(size, CHARACTERS, rng),
        }
    }

    fn forward<'t>(&self, tape: &'t Tape, x: &Tensor<u32>) -> Var<'t> {
        let x = self.w.forward(self.t.forward(tape, x));
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
