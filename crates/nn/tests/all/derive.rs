//! The derive and the trait as users of this crate alone have them.

use rappel_nn::autodiff::{Buffer, Float, Param, Rng, Tensor};
use rappel_nn::{Dropout, Layer, Linear, Module, ModuleExt, Relu, Sequential};

use crate::names;

#[derive(Module)]
struct Net<T: Float = f32> {
    stem: Linear<T>,
    blocks: Vec<Block<T>>,
    head: Sequential<T>,
    boxed: Box<dyn Layer<T>>,
    mean: Buffer,
    drop: Dropout,
    #[module(skip)]
    _name: String,
}

#[derive(Module)]
struct Block<T: Float>(Linear<T>, Relu, Option<Param<T>>);

#[test]
fn paths_are_those_of_pytorch() {
    let mut rng = Rng::seed(0);
    let net = Net::<f32> {
        stem: Linear::new(2, 2, &mut rng),
        blocks: vec![
            Block(Linear::without_bias(2, 2, &mut rng), Relu, None),
            Block(Linear::new(2, 2, &mut rng), Relu, Some(Param::new(Tensor::scalar(1.0)))),
        ],
        head: Sequential::new().push(Relu).push((Linear::new(2, 2, &mut rng), Relu)),
        boxed: Box::new(Linear::new(2, 3, &mut rng)),
        mean: Buffer::new(Tensor::zeros(&[2])),
        drop: Dropout::new(0.5),
        _name: "net".into(),
    };
    let expected = "stem.weight stem.bias blocks.0.0.weight blocks.1.0.weight blocks.1.0.bias blocks.1.2 \
                    head.1.0.weight head.1.0.bias boxed.weight boxed.bias";
    assert_eq!(names(&net).join(" "), expected);
    assert_eq!(net.named_buffers()[0].0, "mean");
    assert_eq!(net.count_parameters(), 6 + 4 + 6 + 1 + 6 + 9);
}

#[test]
fn misuse_is_explained_where_it_stands() {
    let t = trybuild::TestCases::new();
    t.pass("tests/ui/pass/*.rs");
    t.compile_fail("tests/ui/*.rs");
}
