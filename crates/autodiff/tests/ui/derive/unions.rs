use rappel_autodiff::Module;

#[derive(Module)]
union Bits {
    float: f32,
    int: u32,
}

fn main() {}
