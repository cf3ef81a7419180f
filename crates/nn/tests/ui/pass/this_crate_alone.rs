//! Nothing of the crates underneath is named.

use rappel_nn::autodiff::{Param, Tape, Tensor, Var};
use rappel_nn::{Layer, Module, ModuleExt};

#[derive(Module)]
struct Scale {
    by: Param,
}

impl Layer for Scale {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        x * x.tape().param(&self.by)
    }
}

fn count(module: &dyn Module) -> usize {
    module.count_parameters()
}

fn main() {
    let net: Box<dyn Layer> = Box::new(Scale { by: Param::new(Tensor::from([2.0, 3.0])) });
    let tape = Tape::new();
    assert_eq!(net.forward(tape.input(&Tensor::from([5.0, 7.0]))).value().data(), [10.0, 21.0]);
    assert_eq!(count(&net), 2);
}
