use rappel_autodiff::{Module, ModuleExt, Param};

#[derive(Module)]
enum Gain {
    Fixed(f32),
    Learned(Param),
}

#[derive(Module)]
enum Place {
    #[module(skip)]
    Nowhere,
    Here(#[module(skipped)] Param),
}

fn main() {
    // No second error here: the derive has spoken.
    Place::Nowhere.count_parameters();
    Gain::Learned(Param::new(rappel_autodiff::Tensor::scalar(1.0))).count_parameters();
}
