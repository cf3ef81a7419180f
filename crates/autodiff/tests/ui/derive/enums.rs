use rappel_autodiff::{Module, ModuleExt, Param};

#[derive(Module)]
enum Gain {
    Fixed(f32),
    Learned(Param),
}

fn main() {
    // No second error here: the derive has spoken.
    Gain::Fixed(1.0).count_parameters();
}
