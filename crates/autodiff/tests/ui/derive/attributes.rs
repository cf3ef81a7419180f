use rappel_autodiff::{Module, ModuleExt, Param};

#[derive(Module)]
#[module(skip)]
struct Net {
    #[module]
    nothing: f32,
    #[module()]
    empty: f32,
    #[module = "skip"]
    assigned: f32,
    #[module(rename = "w")]
    unknown: Param,
    #[module(skip, rename)]
    half_known: f32,
    #[module(skip(always))]
    arguments: f32,
    #[module(skip = true)]
    value: f32,
    #[module(skip, skip)]
    twice: f32,
    #[module(skip)]
    #[module(skip)]
    twice_apart: f32,
    #[module("skip")]
    quoted: f32,
}

fn main() {
    // No second error here: the derive has spoken.
    let net: Option<Net> = None;
    net.count_parameters();
}
