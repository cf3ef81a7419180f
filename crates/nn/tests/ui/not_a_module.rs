use rappel_nn::autodiff::{Param, Var};
use rappel_nn::{Layer, Module};

struct NotDerived {
    weight: Param,
}

impl Layer for NotDerived {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        x * x.tape().param(&self.weight)
    }
}

#[derive(Module)]
struct Rate {
    rate: f64,
}

fn main() {}
