//! Files that PyTorch wrote: `tests/golden/pytorch.py` made them.

use std::collections::BTreeMap;

use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::state::{Array, Loading, StateDict, Values};
use rappel_nn::{Layer, Linear};
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
        let (ours, theirs) = (dict.to_safetensors().unwrap(), std::fs::read(file(&case)).unwrap());
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

/// Loads the file of each case of a layer into ours, compares the output, and holds that what ours saves is the file.
fn computes<L: Layer>(layer: &str, mut make: impl FnMut(&Case) -> L) {
    for case in cases_of(FILE, layer).into_iter().filter(|case| case.outputs() > 0) {
        let mut net = make(&case);
        let dict = StateDict::read_safetensors(file(&case)).unwrap();
        dict.load_into(&mut net).unwrap();
        let tape = Tape::new();
        let ours = net.forward(tape.input(&case.tensor("x").cast())).value();
        let torch: Tensor = case.output(0).cast();
        assert_eq!(ours.shape(), torch.shape(), "{}", case.name);
        let near = |(a, b): (&f32, &f32)| (a - b).abs() <= 1e-5 * b.abs().max(1.0);
        assert!(ours.data().iter().zip(torch.data()).all(near), "{}: {ours:?} {torch:?}", case.name);
        let (saved, theirs) = (StateDict::of(&net).to_safetensors().unwrap(), std::fs::read(file(&case)).unwrap());
        assert_eq!(tensors(&saved), tensors(&theirs), "{}", case.name);
    }
}

#[test]
fn linear_layers_compute_the_same() {
    computes("Linear", |case| Linear::new(case.usize("in_features"), case.usize("out_features"), &mut Rng::seed(0)));
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
