//! `#[derive(Module)]`: the structs and enums it takes, and what it says about the ones it does not.

use rappel_autodiff::{Buffer, Float, Module, Param, Tensor};

use super::{param, places};

#[derive(Module, Clone, Debug)]
struct Dense<T: Float = f32> {
    weight: Param<T>,
    bias: Option<Param<T>>,
}

fn dense<T: Float>(bias: bool) -> Dense<T> {
    let param = || Param::new(Tensor::zeros(&[1]));
    Dense { weight: param(), bias: bias.then(param) }
}

trait Layer: Module + Send + Sync {}

impl Layer for Dense {}

#[derive(Module)]
struct Unit;

#[derive(Module)]
struct Tuple(Param, #[module(skip)] f64, (Dense, Param));

/// Fields are visited as they are declared, not as they are sorted; raw names lose their prefix.
#[derive(Module)]
struct Named {
    r#type: Param,
    layers: Vec<Dense>,
    boxed: Box<dyn Layer>,
    double: Dense<f64>,
    #[module(skip)]
    _name: String,
    array: [Buffer; 2],
    all: Tuple,
    none: Unit,
}

#[derive(Module)]
struct Residual<'m, L: ?Sized, const N: usize>
where
    L: Layer,
{
    inner: [Box<L>; N],
    gate: &'m mut Param,
}

#[derive(Module)]
struct Chain {
    here: Param,
    next: Option<Box<Self>>,
}

#[derive(Module)]
enum Choice<L: Module> {
    Nothing,
    One(L),
    Kept(#[module(skip)] f64),
    Two(Param, L),
    Named { r#type: Param, rate: Rate, inner: Vec<L> },
}

#[derive(Module)]
enum Never {}

#[derive(Module)]
struct Rate;

#[test]
fn an_enum_has_what_its_variant_has() {
    let cases = [
        (Choice::Nothing, ""),
        (Choice::One(dense::<f32>(true)), "weight bias"),
        (Choice::Kept(0.5), ""),
        (Choice::Two(param(), dense(false)), "0 1.weight"),
        (Choice::Named { r#type: param(), rate: Rate, inner: vec![dense(false)] }, "type inner.0.weight"),
    ];
    for (mut choice, names) in cases {
        assert_eq!(places(&mut choice).0.join(" "), names);
        if let Choice::Kept(rate) = choice {
            assert_eq!(rate, 0.5);
        }
    }
    assert_eq!(places(&mut None::<Never>).0.len(), 0);
}

#[test]
fn fields_are_visited_in_order_under_their_names() {
    let mut named = Named {
        r#type: param(),
        layers: vec![dense(true), dense(false)],
        boxed: Box::new(dense(false)),
        double: dense(true),
        _name: String::new(),
        array: [0.0, 1.0].map(|x| Buffer::new(Tensor::scalar(x))),
        all: Tuple(param(), 0.5, (dense(false), param())),
        none: Unit,
    };
    assert_eq!(named.all.1, 0.5);
    let params = "type layers.0.weight layers.0.bias layers.1.weight boxed.weight double.weight double.bias all.0 \
                  all.2.0.weight all.2.1";
    let (p, b) = places(&mut named);
    assert_eq!(p.join(" "), params);
    assert_eq!(b, ["array.0", "array.1"]);
    assert_eq!(places(&mut Unit).0.len(), 0);
}

#[test]
fn generic_structs_need_no_more_than_their_own_bounds() {
    let mut gate = param();
    let mut net =
        Residual::<dyn Layer, 2> { inner: [false, true].map(|bias| Box::new(dense(bias)) as Box<_>), gate: &mut gate };
    assert_eq!(places(&mut net).0, ["inner.0.weight", "inner.1.weight", "inner.1.bias", "gate"]);
}

#[test]
fn a_struct_may_contain_itself() {
    let mut chain = Chain { here: param(), next: None };
    for _ in 0..2 {
        chain = Chain { here: param(), next: Some(Box::new(chain)) };
    }
    assert_eq!(places(&mut chain).0, ["here", "next.here", "next.next.here"]);
}

#[test]
fn misuse_is_explained_where_it_stands() {
    let t = trybuild::TestCases::new();
    t.pass("tests/ui/derive/pass/*.rs");
    t.compile_fail("tests/ui/derive/*.rs");
}
