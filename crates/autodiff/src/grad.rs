//! The backward that is recorded: gradients as variables, of any order.

use std::panic::Location;

use rappel_tensor::{Float, Tensor};
use smallvec::SmallVec;

use crate::array::Array;
use crate::module::cast;
use crate::once::same_ref;
use crate::rule::{Saved, Sink};
use crate::tape::Tape;
use crate::var::Var;

/// A node as its rule sees it.
struct At<'a, 't, T: Float> {
    x: &'a [Var<'t, T>],
    y: Var<'t, T>,
}

impl<'t, T: Float> Saved<Var<'t, T>> for At<'_, 't, T> {
    fn inputs(&self) -> usize {
        self.x.len()
    }

    fn x(&self, i: usize) -> &Var<'t, T> {
        &self.x[i]
    }

    fn y(&self) -> &Var<'t, T> {
        &self.y
    }

    /// What was kept has no history; a rule that is to be differentiated computes it anew.
    fn kept(&self) -> Option<&Var<'t, T>> {
        None
    }
}

struct Record<'a, 't, T: Float> {
    x: &'a [Var<'t, T>],
    wanted: &'a [bool],
    cotangents: &'a mut [Option<Var<'t, T>>],
}

impl<'t, T: Float> Sink<T, Var<'t, T>> for Record<'_, 't, T> {
    fn needs(&self, i: usize) -> bool {
        self.wanted[self.x[i].id as usize]
    }

    fn add(&mut self, i: usize, g: Var<'t, T>) {
        if !self.needs(i) {
            return;
        }
        let g = Array::sum_to(&g, &self.x[i].shape());
        let sum = &mut self.cotangents[self.x[i].id as usize];
        *sum = Some(sum.map_or(g, |s| s + g));
    }
}

impl<'t, T: Float> Var<'t, T> {
    /// The gradient of a one-element value in each of the given variables, recorded: it can be computed with and differentiated
    /// again, to any order.
    ///
    /// A variable the value does not depend on has a gradient of zeros, as the derivative of a constant.
    ///
    /// ```
    /// use rappel_autodiff::Tape;
    /// use rappel_tensor::Tensor;
    ///
    /// let tape = Tape::new();
    /// let x = tape.var(&Tensor::scalar(2.0));
    /// let dx = x.powi(3).grad(&[x])[0];
    /// let ddx = dx.grad(&[x])[0];
    /// assert_eq!((dx.item(), ddx.item()), (12.0, 12.0));
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when the value has more or fewer elements than one (see [`grad_with`](Self::grad_with)), or was computed
    /// by a [`CustomKernel`](crate::CustomKernel), which has no recorded gradient.
    #[track_caller]
    pub fn grad(self, wrt: &[Var<'t, T>]) -> Vec<Var<'t, T>> {
        let shape = self.shape();
        assert!(
            shape.iter().product::<usize>() == 1,
            "grad: a value of shape {:?} has no gradient without a cotangent of that shape: reduce it to one element (`sum`, \
             `mean`), or use `grad_with`",
            &shape[..]
        );
        let one = self.tape.input(&Tensor::full_in(&self.tape.workspace, &shape, T::ONE));
        self.grad_with(one, wrt)
    }

    /// The gradient of the inner product with a cotangent of the value's shape, recorded. It can be differentiated in the
    /// cotangent too.
    #[track_caller]
    pub fn grad_with(self, cotangent: Var<'t, T>, wrt: &[Var<'t, T>]) -> Vec<Var<'t, T>> {
        self.tape.assert_fresh();
        self.check_same("grad", cotangent);
        for v in wrt {
            self.check_same("grad", *v);
        }
        assert!(
            cotangent.shape() == self.shape(),
            "grad: a cotangent of shape {:?} for a value of shape {:?}: they must be equal",
            &cotangent.shape()[..],
            &self.shape()[..]
        );
        #[track_caller]
        #[inline(never)]
        fn single(tape: &Tape<f32>, y: u32, g: u32, wrt: &[u32]) -> Vec<u32> {
            tape.handle(y).pulled(tape.handle(g), wrt)
        }
        #[track_caller]
        #[inline(never)]
        fn double(tape: &Tape<f64>, y: u32, g: u32, wrt: &[u32]) -> Vec<u32> {
            tape.handle(y).pulled(tape.handle(g), wrt)
        }
        let _line = self.tape.on_line(Location::caller());
        let wrt: SmallVec<[u32; 8]> = wrt.iter().map(|v| v.id).collect();
        let ids = match cast(self.tape) {
            Some(tape) => single(tape, self.id, cotangent.id, &wrt),
            None => double(same_ref(self.tape), self.id, cotangent.id, &wrt),
        };
        ids.into_iter().map(|id| self.tape.handle(id)).collect()
    }

    /// The nodes that the gradient is recorded as.
    #[track_caller]
    fn pulled(self, cotangent: Var<'t, T>, wrt: &[u32]) -> Vec<u32> {
        let tape = self.tape;
        tape.materialise();
        let last = self.id as usize;
        let wanted = self.on_the_way(wrt);
        let mut cotangents: Vec<Option<Var<'t, T>>> = vec![None; last + 1];
        if wanted[last] {
            cotangents[last] = Some(cotangent);
        }
        for id in (0..=last).rev() {
            let Some(g) = cotangents[id].filter(|_| wanted[id]) else { continue };
            // Taken out before the rule runs: it records on this very tape.
            let (op, inputs) = {
                let nodes = tape.nodes.borrow();
                nodes[id].assert_any_order("grad");
                (nodes[id].op.clone(), nodes[id].inputs.clone())
            };
            if inputs.is_empty() || !op.has_gradient() {
                continue;
            }
            let x: SmallVec<[Var<'t, T>; 4]> = inputs.iter().map(|&i| tape.handle(i)).collect();
            let mut sink = Record { x: &x, wanted: &wanted, cotangents: &mut cotangents };
            {
                let _rule = tape.in_rule_of(id as u32);
                op.vjp(&At { x: &x, y: tape.handle(id as u32) }, g, &mut sink);
            }
            if tape.anomalies.looking() {
                let after: SmallVec<[_; 4]> =
                    inputs.iter().map(|&i| cotangents[i as usize].map(|g| g.value())).collect();
                tape.look_at_cotangents(id, &g.value(), |i| after[i].as_ref());
            }
        }
        wrt.iter()
            .map(|&w| {
                let g = cotangents.get(w as usize).copied().flatten();
                g.unwrap_or_else(|| Array::constant(&tape.handle(w), 0.0)).id
            })
            .collect()
    }

    /// Which nodes up to this one lead from the given variables to it.
    fn on_the_way(self, wrt: &[u32]) -> Vec<bool> {
        let nodes = self.tape.nodes.borrow();
        let mut on = vec![false; self.id as usize + 1];
        for &w in wrt {
            if let Some(flag) = on.get_mut(w as usize) {
                *flag = true;
            }
        }
        for id in 0..on.len() {
            let node = &nodes[id];
            on[id] |= node.op.has_gradient() && node.inputs.iter().any(|&i| on[i as usize]);
        }
        on
    }
}
