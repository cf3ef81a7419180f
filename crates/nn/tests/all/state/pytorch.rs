//! Files that PyTorch wrote: `tests/golden/pytorch.py` made them.

use std::collections::BTreeMap;
use std::fs;

use rappel_nn::autodiff::{Rng, Tape, Tensor, Var};
use rappel_nn::state::{Array, Loading, StateDict, Values};
use rappel_nn::{
    AttentionOptions, BatchNorm1d, BatchNorm2d, Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d, Embedding, Flatten,
    GroupNorm, Gru, GruCell, HiddenState, InstanceNorm1d, InstanceNorm2d, Layer, LayerNorm, Linear, Lstm, LstmCell,
    LstmState, MaxPool2d, Module, MultiheadAttention, PRelu, Relu, RmsNorm, Rnn, RnnCell, RnnOptions, Sequential,
    TransformerDecoderLayer, TransformerEncoder, TransformerEncoderLayer, WeightNorm,
};
use safetensors::{SafeTensors, tensor::TensorView};

use crate::golden::{Case, cases, cases_of, path};

const FILE: &str = "pytorch.jsonl";

fn file(case: &Case) -> std::path::PathBuf {
    path(case.more("file").as_str().unwrap())
}

fn is_npz(case: &Case) -> bool {
    file(case).extension().is_some_and(|extension| extension == "npz")
}

/// The numbers as f64, whatever they are.
fn numbers(array: &Array) -> Vec<f64> {
    match array.values() {
        Values::F32(x) => x.data().iter().map(|&x| x.into()).collect(),
        Values::F64(x) => x.data().to_vec(),
        Values::I64(x) => x.data().iter().map(|&x| x as f64).collect(),
    }
}

/// Names, shapes, types and, where the case has them, values.
fn holds(case: &Case, dict: &StateDict, kind: impl Fn(&str) -> String) {
    let state = case.more("state").as_array().unwrap();
    assert_eq!(dict.len(), state.len(), "{}: {dict}", case.name);
    for entry in state {
        let name = entry[0].as_str().unwrap();
        let array = dict.get(name).unwrap_or_else(|| panic!("{}: no {name} in {dict}", case.name));
        let shape: Vec<usize> = entry[1].as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect();
        assert_eq!(
            (array.shape(), array.kind().to_string()),
            (&shape[..], kind(entry[2].as_str().unwrap())),
            "{}",
            case.name
        );
        let Some(values) = entry.get(3) else { continue };
        // JSON has the decimals that tell the number from its neighbours, and no infinity.
        let near = |ours: f64, said: &serde_json::Value| match said.as_str() {
            Some(text) => ours == text.parse::<f64>().unwrap(),
            None => (ours - said.as_f64().unwrap()).abs() <= 1e-7 * ours.abs(),
        };
        let ours = numbers(array);
        let values = values.as_array().unwrap();
        assert_eq!(ours.len(), values.len());
        assert!(ours.iter().zip(values).all(|(&ours, said)| near(ours, said)), "{}: {ours:?} {values:?}", case.name);
    }
}

/// Each is read, and what we write of it has the same names, shapes, types and bytes.
#[test]
fn files_of_pytorch_are_read_and_written_as_the_same() {
    let all: Vec<Case> = cases(FILE).into_iter().filter(|case| !is_npz(case)).collect();
    assert!(all.len() > 20);
    for case in all {
        let dict = StateDict::read_safetensors(file(&case)).unwrap();
        holds(&case, &dict, |kind| kind.to_lowercase());
        let (ours, theirs) = (dict.to_safetensors().unwrap(), fs::read(file(&case)).unwrap());
        assert_eq!(tensors(&ours), tensors(&theirs), "{}", case.name);
    }
}

fn tensors(bytes: &[u8]) -> BTreeMap<String, TensorView<'_>> {
    SafeTensors::deserialize(bytes).unwrap().tensors().into_iter().collect()
}

#[cfg(feature = "npz")]
#[test]
fn archives_of_numpy_are_read_and_written_as_the_same() {
    let all: Vec<Case> = cases(FILE).into_iter().filter(is_npz).collect();
    assert!(all.len() > 5);
    for case in all {
        let dict = StateDict::read_npz(file(&case)).unwrap();
        holds(&case, &dict, |code| {
            code.replace(['<', '>', '|'], "")
                .replace("f4", "f32")
                .replace("f2", "f16")
                .replace("f8", "f64")
                .replace("i8", "i64")
        });
        assert_eq!(
            StateDict::from_npz(&dict.to_npz().unwrap()).unwrap().iter().collect::<Vec<_>>(),
            dict.iter().collect::<Vec<_>>()
        );
    }
}

/// Loads the file of a case into our layer, compares the outputs, and holds that what ours saves is the file.
fn computes<M: Module>(name: &str, mut net: M, run: impl for<'t> Fn(&M, &'t Tape, &Case) -> Vec<Var<'t>>) {
    let case = cases(FILE).into_iter().find(|case| case.name == name).unwrap_or_else(|| panic!("no case {name}"));
    let dict = StateDict::read_safetensors(file(&case)).unwrap();
    dict.load_into(&mut net).unwrap_or_else(|error| panic!("{error}"));
    let tape = Tape::new();
    for (k, ours) in run(&net, &tape, &case).into_iter().enumerate() {
        let (ours, torch): (_, Tensor) = (ours.value(), case.output(k).cast());
        assert_eq!(ours.shape(), torch.shape(), "{name}");
        let near = |(a, b): (&f32, &f32)| (a - b).abs() <= 1e-5 * b.abs().max(1.0);
        assert!(ours.data().iter().zip(torch.data()).all(near), "{name}: {ours:?} {torch:?}");
    }
    let (saved, theirs) = (StateDict::of(&net).to_safetensors().unwrap(), fs::read(file(&case)).unwrap());
    assert_eq!(tensors(&saved), tensors(&theirs), "{name}");
    leave(name, &net);
}

/// With `RAPPEL_WRITE`, what we save stays in that folder, for `tests/golden/load.py` to load into PyTorch.
fn leave<M: Module>(name: &str, net: &M) {
    let Some(folder) = std::env::var_os("RAPPEL_WRITE").map(std::path::PathBuf::from) else { return };
    StateDict::of(net).write_safetensors(folder.join(format!("{name}.safetensors"))).unwrap();
    #[cfg(feature = "npz")]
    StateDict::of(net).write_npz(folder.join(format!("{name}.npz"))).unwrap();
}

/// An input of a case on a tape.
fn input<'t>(tape: &'t Tape, case: &Case, name: &str) -> Var<'t> {
    tape.input(&case.tensor(name).cast())
}

fn attend<'t>(net: &MultiheadAttention, tape: &'t Tape, case: &Case) -> Vec<Var<'t>> {
    vec![net.forward(input(tape, case, "x"), input(tape, case, "y"), input(tape, case, "z"))]
}

fn remember<'t>(net: &Lstm, tape: &'t Tape, case: &Case) -> Vec<Var<'t>> {
    let (y, state) = net.forward_from(input(tape, case, "x"), &net.zero_state(2));
    vec![y, state.h, state.c]
}

/// [`computes`] of a layer.
fn layer<L: Layer>(name: &str, net: L) {
    computes(name, net, |net, tape, case| vec![net.forward(input(tape, case, "x"))]);
}

/// The layers that have parameters or buffers and one input; other sizes than the file's would not load.
#[test]
fn layers_compute_what_they_do_in_pytorch() {
    let rng = &mut Rng::seed(0);
    layer("Linear", Linear::new(3, 2, rng));
    layer("Linear_again", Linear::new(3, 4, rng));
    layer("Conv1d", Conv1d::new(2, 3, 3, rng));
    layer("Conv2d", Conv2d::without_bias(2, 3, [2, 3], rng).padding(1));
    layer("ConvTranspose1d", ConvTranspose1d::new(2, 3, 3, rng).stride(2));
    layer("ConvTranspose2d", ConvTranspose2d::grouped(4, 2, 2, 2, rng));
    layer("BatchNorm1d", BatchNorm1d::new(3));
    layer("BatchNorm2d", BatchNorm2d::new(2).affine(false));
    layer("LayerNorm", LayerNorm::new(&[2, 3]));
    layer("GroupNorm", GroupNorm::new(2, 4));
    layer("InstanceNorm1d", InstanceNorm1d::new(2).affine(true));
    layer("InstanceNorm2d", InstanceNorm2d::new(2).affine(true).track_running_stats(true));
    layer("RMSNorm", RmsNorm::new(&[4]));
    layer("PReLU", PRelu::per_channel(3));
    layer("weight_norm", WeightNorm::new(Linear::new(3, 2, rng)));
    layer("weight_norm_older", WeightNorm::new(Linear::new(3, 2, rng)).old_names());
    layer("TransformerEncoderLayer", TransformerEncoderLayer::new(4, 2, 5, rng));
    let layers = (0..2).map(|_| TransformerEncoderLayer::new(4, 2, 3, rng)).collect();
    layer("TransformerEncoder", TransformerEncoder::new(layers).norm(LayerNorm::new(&[4])));
}

#[test]
fn modules_of_several_inputs_compute_what_they_do_in_pytorch() {
    let rng = &mut Rng::seed(0);
    let embedding = Embedding::<f32>::new(5, 3, rng).padding_idx(0);
    computes("Embedding", embedding, |net, tape, case| vec![net.forward(tape, &case.indices("x"))]);
    computes("MultiheadAttention", MultiheadAttention::<f32>::new(4, 2, rng), attend);
    let options = AttentionOptions::new().kdim(3).vdim(5).add_bias_kv();
    computes("MultiheadAttention_kdim", MultiheadAttention::<f32>::with(4, 2, options, rng), attend);
    computes("TransformerDecoderLayer", TransformerDecoderLayer::<f32>::new(4, 2, 5, rng), |net, tape, case| {
        vec![net.forward(input(tape, case, "x"), input(tape, case, "y"))]
    });
}

#[test]
fn recurrent_layers_compute_what_they_do_in_pytorch() {
    let rng = &mut Rng::seed(0);
    let options = || RnnOptions::new().layers(2).bidirectional();
    computes("RNN", Rnn::<f32>::with(2, 3, options(), rng), |net, tape, case| {
        let (y, state) = net.forward_from(input(tape, case, "x"), &net.zero_state(2));
        vec![y, state.h]
    });
    computes("GRU", Gru::<f32>::with(2, 3, options(), rng), |net, tape, case| {
        let (y, state) = net.forward_from(input(tape, case, "x"), &net.zero_state(2));
        vec![y, state.h]
    });
    computes("LSTM", Lstm::<f32>::with(2, 3, options(), rng), remember);
    computes("LSTM_projected", Lstm::<f32>::projected(2, 3, 2, RnnOptions::new(), rng), remember);
    let h = || HiddenState { h: Tensor::<f32>::zeros(&[2, 3]) };
    computes("RNNCell", RnnCell::<f32>::new(2, 3, rng), |net, tape, case| {
        vec![net.forward(input(tape, case, "x"), h()).h]
    });
    computes("GRUCell", GruCell::<f32>::new(2, 3, rng), |net, tape, case| {
        vec![net.forward(input(tape, case, "x"), h()).h]
    });
    computes("LSTMCell", LstmCell::<f32>::new(2, 3, rng), |net, tape, case| {
        let state = LstmState { h: Tensor::<f32>::zeros(&[2, 3]), c: Tensor::<f32>::zeros(&[2, 3]) };
        let next = net.forward(input(tape, case, "x"), state);
        vec![next.h, next.c]
    });
}

/// A net of several layers, in a sequence within a net.
#[derive(Module)]
struct Net {
    body: Sequential,
    head: Linear,
}

#[test]
fn a_net_computes_what_it_does_in_pytorch() {
    let rng = &mut Rng::seed(0);
    let body = Sequential::new()
        .push(Conv2d::new(1, 2, 3, rng).padding(1))
        .push(BatchNorm2d::new(2))
        .push(Relu)
        .push(MaxPool2d::new(2))
        .push(Flatten);
    let net = Net { body, head: Linear::new(8, 3, rng) };
    computes("Net", net, |net, tape, case| vec![net.head.forward(net.body.forward(input(tape, case, "x")))]);
}

/// Every file of PyTorch that has outputs is computed above.
#[test]
fn every_file_is_computed() {
    let source = include_str!("pytorch.rs");
    for case in cases(FILE).iter().filter(|case| case.outputs() > 0) {
        assert!(source.contains(&format!("\"{}\"", case.name)), "{}", case.name);
    }
}

/// Half precision goes into f32 and f64 without asking, f64 into f32 on request.
#[test]
fn other_types_load_into_a_layer() {
    let mut single: Linear = Linear::new(3, 4, &mut Rng::seed(0));
    let mut double: Linear<f64> = Linear::new(3, 4, &mut Rng::seed(0));
    for case in cases_of(FILE, "Linear").iter().filter(|case| case.outputs() == 0) {
        let dict = StateDict::read_safetensors(file(case)).unwrap();
        let is_f64 = case.name.ends_with("f64");
        assert_eq!(dict.load_into(&mut single).is_ok(), !is_f64, "{}", case.name);
        assert_eq!(dict.load_into_with(&mut single, &Loading::strict().cast()).unwrap().converted.len(), 2);
        dict.load_into(&mut double).unwrap();
        assert_eq!(single.weight.value, double.weight.value.cast(), "{}", case.name);
    }
}
