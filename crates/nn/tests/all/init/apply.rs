use rappel_nn::autodiff::{Param, Rng, Tensor};
use rappel_nn::{Linear, Module, ModuleExt, init};

use crate::panics::panic_here;

#[derive(Module)]
struct Net {
    one: Linear,
    two: Linear<f64>,
    tied: Param,
}

fn net() -> Net {
    let mut rng = Rng::seed(0);
    let one = Linear::new(2, 3, &mut rng);
    Net { tied: one.weight.tie(), two: Linear::new(3, 1, &mut rng), one }
}

#[test]
fn what_is_returned_is_set_and_ties_are_asked_for_once() {
    let mut net = net();
    let before = net.one.bias.as_ref().unwrap().value.clone();
    let mut asked = Vec::new();
    init::apply(&mut net, |path, shape| {
        asked.push((path.to_owned(), shape.to_vec()));
        (!path.ends_with("bias")).then(|| init::constant::<f64>(shape, asked.len() as f64))
    });
    let paths: Vec<&str> = asked.iter().map(|(path, _)| &path[..]).collect();
    assert_eq!(paths, ["one.weight", "one.bias", "two.weight", "two.bias"]);
    assert_eq!(asked[0].1, [3, 2]);
    assert_eq!(net.one.weight.value, Tensor::full(&[3, 2], 1.0));
    assert_eq!(net.tied.value, net.one.weight.value);
    assert_eq!(net.two.weight.value, Tensor::full(&[1, 3], 3.0));
    assert_eq!(net.one.bias.as_ref().unwrap().value, before);
    assert_eq!(net.count_parameters(), 6 + 3 + 3 + 1);
}

#[test]
fn another_shape_is_refused_at_the_users_line() {
    let mut net = net();
    let message = panic_here!(init::apply(&mut net, |_, _| Some(init::zeros::<f32>(&[3, 2]))));
    assert_eq!(message, "init::apply: one.bias has shape [3], its new value [3, 2]");
}
