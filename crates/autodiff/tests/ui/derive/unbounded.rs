use rappel_autodiff::{Module, Param};

#[derive(Module)]
struct Residual<L> {
    inner: L,
    gate: Param,
}

fn main() {}
