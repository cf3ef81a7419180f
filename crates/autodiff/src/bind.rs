//! Other variables in the place of a module's parameters.

use rappel_tensor::Float;

use crate::module::{Module, ModuleExt};
use crate::param::{Leaf, Param, ParamId};
use crate::tape::Tape;
use crate::var::Var;

/// Ends a scope of bindings, after a panic too.
struct Scope<'t, T: Float> {
    tape: &'t Tape<T>,
    outside: usize,
}

impl<T: Float> Drop for Scope<'_, T> {
    fn drop(&mut self) {
        self.tape.params.borrow_mut().bound.truncate(self.outside);
    }
}

/// The parameters of a module that are trained, with their paths, tied ones once.
pub(crate) fn trained<M: Module + ?Sized, T: Float>(net: &M) -> Vec<(String, &Param<T>)> {
    let all = net.named_parameters().into_iter();
    all.filter_map(|(path, p)| Some((path, T::open(p)?))).filter(|(_, p)| p.trainable).collect()
}

impl<T: Float> Tape<T> {
    /// The trainable parameters of a module as variables, in the order of [`named_parameters`](ModuleExt::named_parameters): what a
    /// gradient by [`Var::grad`] is taken in, and what [`bind`](Self::bind) replaces. Those of another number type are passed over.
    #[track_caller]
    pub fn params<M: Module + ?Sized>(&self, net: &M) -> Vec<Var<'_, T>> {
        let (trained, mut vars) = (trained(net), Vec::new());
        for (_, p) in &trained {
            vars.push(self.param(p));
        }
        vars
    }

    /// Runs `f` with other variables in the place of a module's trainable parameters, in the order of [`params`](Self::params).
    ///
    /// So a net can be run with the parameters after a step, and that differentiated through:
    ///
    /// ```
    /// use rappel_autodiff::{Param, Tape, Tensor, Var};
    ///
    /// let net = Param::new(Tensor::scalar(3.0));
    /// let tape = Tape::new();
    /// let (w, lr) = (tape.params(&net), tape.var(&Tensor::scalar(0.1)));
    /// let inner = w[0].square();
    /// let stepped: Vec<Var> = inner.grad(&w).into_iter().zip(&w).map(|(g, w)| *w - lr * g).collect();
    /// let outer = tape.bind(&net, &stepped, || tape.param(&net).square());
    /// let g = outer.backward();
    /// // (w - 2 lr w)^2, in w and in lr
    /// assert!((g.param(&net).unwrap().item() - 3.84).abs() < 1e-5);
    /// assert!((g.wrt(lr).unwrap().item() + 28.8).abs() < 1e-5);
    /// ```
    ///
    /// The scope ends with `f`, by a panic too. Scopes may be nested; the inner binding counts.
    ///
    /// # Panics
    /// At the caller's line, when there are more or fewer variables than trainable parameters, a shape differs from its
    /// parameter's, or a variable is of another tape.
    #[track_caller]
    pub fn bind<'t, M: Module + ?Sized, R>(&'t self, net: &M, vars: &[Var<'t, T>], f: impl FnOnce() -> R) -> R {
        let params = trained::<M, T>(net);
        assert!(
            params.len() == vars.len(),
            "bind: {} variables for {} trainable parameters: there must be one for each, in the order of `tape.params(&net)`",
            vars.len(),
            params.len()
        );
        let mut pairs = Vec::with_capacity(vars.len());
        for ((path, p), v) in params.iter().zip(vars) {
            assert!(
                v.shape()[..] == *p.value.shape(),
                "bind: a variable of shape {:?} in the place of the parameter `{path}` of shape {:?}: they must be equal",
                &v.shape()[..],
                p.value.shape()
            );
            pairs.push((p.id(), *v));
        }
        self.with(&pairs, f)
    }

    /// Runs `f` with variables in the place of parameters, by their ids: [`param`](Self::param) gives the variable there.
    ///
    /// ```
    /// use rappel_autodiff::{Param, Tape, Tensor};
    ///
    /// let w = Param::new(Tensor::from([1.0, 2.0]));
    /// let tape = Tape::new();
    /// let noisy = tape.param(&w) + 0.5;
    /// let sum = tape.with(&[(w.id(), noisy)], || tape.param(&w).sum());
    /// assert_eq!(sum.item(), 4.0);
    /// ```
    ///
    /// # Panics
    /// At the caller's line, when a variable is of another tape.
    #[track_caller]
    pub fn with<'t, R>(&'t self, vars: &[(ParamId, Var<'t, T>)], f: impl FnOnce() -> R) -> R {
        for (_, v) in vars {
            v.check();
            assert!(
                std::ptr::eq(v.tape, self),
                "with: a variable of another tape cannot stand for a parameter on this one"
            );
        }
        let _scope = {
            let mut params = self.params.borrow_mut();
            let outside = params.bound.len();
            params.bound.extend(vars.iter().map(|(id, v)| (*id, v.id)));
            Scope { tape: self, outside }
        };
        f()
    }

    /// The variable in the place of a parameter, if there is one.
    #[track_caller]
    pub(crate) fn bound(&self, p: &Param<T>) -> Option<Var<'_, T>> {
        let id = self.params.borrow().bound.iter().rev().find(|b| b.0 == p.id())?.1;
        self.assert_fresh();
        let v = self.handle(id);
        assert!(
            v.shape()[..] == *p.value.shape(),
            "param: a variable of shape {:?} is bound in the place of a parameter of shape {:?}: they must be equal",
            &v.shape()[..],
            p.value.shape()
        );
        Some(v)
    }
}
