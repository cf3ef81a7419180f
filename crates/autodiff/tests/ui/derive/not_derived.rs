use rappel_autodiff::{Module, Param};

struct Inner {
    weight: Param,
}

#[derive(Module)]
struct Net(Param, Inner);

fn main() {}
