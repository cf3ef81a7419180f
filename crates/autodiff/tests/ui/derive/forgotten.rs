use rappel_autodiff::{Module, Param, Tensor};

#[derive(Module)]
struct Net {
    weight: Param,
    forgotten: Tensor,
    rate: f64,
    many: Vec<Option<Tensor<f64>>>,
}

fn main() {}
