use rappel_nn::autodiff::{Float, Rng, Tape, Tensor, Var};
use rappel_nn::{Dropout, Flatten, Layer, LayerExt, Linear, Module, ModuleExt, Relu, Sequential};

use crate::panics::panic_here;

fn classifier<T: Float>() -> Sequential<T> {
    let rng = &mut Rng::seed(0);
    Sequential::new()
        .push(Flatten)
        .push(Linear::new(784, 128, rng))
        .push(Relu)
        .push(Dropout::new(0.5))
        .push(Linear::without_bias(128, 10, rng))
}

#[test]
fn counts_what_each_layer_costs() {
    let report = classifier::<f32>().check(&[64, 28, 28]).unwrap();
    assert_eq!((&report.input[..], &report.output[..]), (&[64, 28, 28][..], &[64, 10][..]));
    let layers: Vec<_> =
        report.summary.layers.iter().filter_map(|l| Some((l.place.as_ref()?.to_string(), l))).collect();
    let rows: Vec<_> = layers
        .iter()
        .map(|(place, l)| (&place[..], l.output.as_deref().unwrap(), l.parameters, l.multiply_adds, l.activation_bytes))
        .collect();
    assert_eq!(
        rows,
        [
            ("Sequential(5 layers)", &[64, 10][..], 0, 0, 0),
            ("0: Flatten", &[64, 784], 0, 0, 0),
            ("1: Linear(784 -> 128)", &[64, 128], 100_480, 64 * 784 * 128, 64 * 128 * 4),
            ("2: Relu", &[64, 128], 0, 0, 64 * 128 * 4),
            ("3: Dropout(0.5)", &[64, 128], 0, 0, 0),
            ("4: Linear(128 -> 10)", &[64, 10], 1280, 64 * 128 * 10, 64 * 10 * 4),
        ]
    );
    assert_eq!((report.trainable, report.frozen, report.unused.len()), (101_760, 0, 0));
    assert_eq!(report.summary.multiply_adds, 64 * (784 * 128 + 1280));
}

#[test]
fn double_precision_costs_twice_the_bytes() {
    let single = classifier::<f32>().check(&[2, 784]).unwrap().summary;
    let double = classifier::<f64>().check(&[2, 784]).unwrap().summary;
    assert_eq!(double.activations.bytes, 2 * single.activations.bytes);
    assert_eq!(double.multiply_adds, single.multiply_adds);
}

#[test]
fn every_layer_can_be_checked() {
    assert_eq!(LayerExt::<f32>::check(&Relu, &[2, 3]).unwrap().output[..], [2, 3]);
    let boxed: Box<dyn Layer> = Box::new(classifier());
    assert_eq!(boxed.check(&[0, 784]).unwrap().output[..], [0, 10], "an empty batch too");
    let empty = Sequential::<f32>::new().check(&[5]).unwrap();
    assert_eq!((&empty.output[..], empty.summary.activations.nodes), (&[5][..], 0));
}

#[test]
fn a_misfit_is_returned() {
    let net = classifier::<f32>();
    let misfit = net.check(&[64, 28, 27]).unwrap_err();
    let why = "input of shape [64, 756] does not fit: the last axis must be 784";
    assert_eq!(misfit.to_string(), format!("1: Linear(784 -> 128): {why}"));
    assert_eq!(misfit.path(), Some("1"));
    assert!(net.check(&[]).unwrap_err().to_string().starts_with("0: Flatten: a scalar"));
    assert!(panic_here!(net.check(&[usize::MAX, 784])).contains("more values than can be counted"));
}

/// Layers called by hand, one of them twice and one not at all.
#[derive(Module)]
struct ByHand {
    fc: Linear,
    forgotten: Linear,
}

impl Layer for ByHand {
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        self.fc.forward(self.fc.forward(x).relu())
    }
}

#[test]
fn a_net_by_hand_is_seen_by_its_layers() {
    let rng = &mut Rng::seed(0);
    let mut net = ByHand { fc: Linear::new(4, 4, rng), forgotten: Linear::new(4, 1, rng) };
    net.fc.set_trainable(false);
    let report = net.check(&[3, 4]).unwrap();
    let layers = &report.summary.layers;
    let rows: Vec<_> = layers.iter().map(|l| (l.place.as_ref().map(|p| &p.path[..]), l.parameters)).collect();
    assert_eq!(rows, [(Some("fc"), 20), (Some("fc"), 0), (None, 0)]);
    assert_eq!(layers[2].activation_bytes, 48, "the relu between them");
    assert_eq!((report.trainable, report.frozen), (5, 20));
    assert_eq!(report.unused, ["forgotten.weight", "forgotten.bias"]);
}

#[test]
fn checking_is_a_run_in_evaluation_mode_and_changes_nothing() {
    let net = classifier::<f32>();
    let value = |net: &Sequential| net.forward(Tape::new().input(&Tensor::ones(&[1, 784]))).value();
    let before = value(&net);
    net.check(&[1, 784]).unwrap();
    assert_eq!(value(&net), before);
}
