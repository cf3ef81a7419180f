//! What the typical mistakes are told, all in one file that is read by people: can the program be fixed from the message alone?
//!
//! `RAPPEL_BLESS=1 cargo test -p rappel-nn messages` writes `tests/messages.txt` anew.

use std::fs;
use std::path::Path;

use rappel_nn::autodiff::{AnomalyMode, Param, Rng, Tape, Tensor, Var};
use rappel_nn::{
    Dropout, Flatten, Layer, LayerExt, Linear, Module, ModuleExt, Relu, Sequential, load_safetensors, save_safetensors,
};

use crate::panics::panic_here;

/// The messages so far, under headings.
#[derive(Default)]
struct Book(String);

impl Book {
    fn heading(&mut self, text: &str) {
        self.0.push_str(&format!("# {text}\n\n"));
    }

    fn add(&mut self, mistake: &str, message: impl ToString) {
        let message = message.to_string().replace('\n', "\n    ");
        self.0.push_str(&format!("{mistake}\n    {message}\n\n"));
    }
}

/// Adds a panic: the mistake is the expression itself.
macro_rules! mistake {
    ($book:ident, $expression:expr) => {{
        let message = panic_here!($expression);
        $book.add(stringify!($expression), message);
    }};
}

/// The same text on every machine and after every edit of this file.
fn normalised(text: &str) -> String {
    let text = text.replace(file!(), "main.rs");
    let mut out = String::new();
    let mut rest = &text[..];
    while let Some(at) = rest.find("main.rs:") {
        let (before, after) = rest.split_at(at + "main.rs:".len());
        out.push_str(before);
        out.push_str("LINE");
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out + rest
}

fn zeros<'t>(tape: &'t Tape, shape: &[usize]) -> Var<'t> {
    tape.var(&Tensor::zeros(shape))
}

fn shapes(book: &mut Book) {
    book.heading("Shapes, axes, indices");
    let tape = Tape::training(1);
    let [a, b, v] = [&[2, 3][..], &[4, 3], &[3]].map(|shape| zeros(&tape, shape));
    mistake!(book, a + b);
    mistake!(book, a.matmul(b));
    mistake!(book, a.matmul(zeros(&tape, &[4])));
    mistake!(book, a.linear(zeros(&tape, &[5, 4]), None));
    mistake!(book, a.linear(b, Some(v)));
    mistake!(book, a.reshape(&[2, 2]));
    mistake!(book, a.reshape(&[usize::MAX, 2]));
    mistake!(book, a.expand(&[2, 4]));
    mistake!(book, a.permute(&[0, 0]));
    mistake!(book, v.transpose());
    mistake!(book, a.sum_axes(&[2], false));
    mistake!(book, a.softmax(-3));
    mistake!(book, a.slice(&[0..3, 0..1]));
    mistake!(book, Var::concat(&[a, b], 1));
    mistake!(book, Var::stack(&[a, b], 0));
    mistake!(book, a.item());
    mistake!(book, zeros(&tape, &[2, 0]).max());
    mistake!(book, a.gather(1, &Tensor::from([[0_u32], [3]])));
    mistake!(book, a.cross_entropy(&Tensor::from([0_u32, 3])));
    mistake!(book, a.cross_entropy(&Tensor::from([0_u32])));
    mistake!(book, a.clamp(1.0, 0.0));
    mistake!(book, a.dropout(1.0));
    mistake!(book, Tensor::new([1.0_f32, 2.0, 3.0], &[2, 2]));
}

fn tapes(book: &mut Book) {
    book.heading("Tapes and gradients");
    let (tape, other) = (Tape::new(), Tape::new());
    let (w, x) = (Param::new(Tensor::scalar(2.0)), zeros(&tape, &[2]));
    mistake!(book, x + zeros(&other, &[2]));
    mistake!(book, x.backward());
    mistake!(book, x.grad(&[x]));
    mistake!(book, x.backward_with(&Tensor::zeros(&[3])));
    mistake!(book, tape.input(&Tensor::zeros(&[2])).sum().backward());
    let on_tape = tape.param(&w);
    (x * on_tape).sum().backward();
    mistake!(book, x.exp());
    mistake!(book, on_tape.value());
}

/// A net that calls its layers by hand.
#[derive(Module)]
struct Net {
    fc1: Linear,
    fc2: Linear,
}

impl Layer for Net {
    #[track_caller]
    fn forward<'t>(&self, x: Var<'t>) -> Var<'t> {
        self.fc2.forward(self.fc1.forward(x).relu())
    }
}

fn layers(book: &mut Book) {
    book.heading("Layers");
    let rng = &mut Rng::seed(0);
    let tape = Tape::new();
    let images = tape.input(&Tensor::zeros(&[64, 28, 28]));
    let fc: Linear = Linear::new(784, 128, rng);
    mistake!(book, fc.forward(images));
    mistake!(book, Flatten.forward(tape.constant(1.0)));
    let inner = Sequential::new().push(Relu).push(Linear::new(16, 10, rng));
    let body = Sequential::new().push(Flatten).push(Linear::new(784, 128, rng)).push(inner);
    mistake!(book, body.forward(images));
    tape.watch(&body);
    mistake!(book, body.forward(images));
    book.add("body.check(&[64, 784])", body.check(&[64, 784]).unwrap_err());
    let net = Net { fc1: Linear::new(784, 128, rng), fc2: Linear::new(100, 10, rng) };
    mistake!(book, net.check(&[64, 784]));
    mistake!(book, Dropout::new(1.0));
    let wrong = Linear { weight: Param::new(Tensor::<f32>::zeros(&[3])), bias: None };
    mistake!(book, wrong.forward(images));
}

fn states(book: &mut Book) {
    book.heading("Weights in files");
    let rng = &mut Rng::seed(0);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    let mut net = Net { fc1: Linear::new(4, 8, rng), fc2: Linear::new(8, 2, rng) };
    let other = Net { fc1: Linear::new(4, 6, rng), fc2: Linear::without_bias(6, 2, rng) };
    let mut told = |mistake: &str, message: String| {
        book.add(mistake, message.replace(folder.path().to_str().unwrap(), "FOLDER"));
    };
    let error = load_safetensors(&mut net, &path).unwrap_err();
    told("a file that is not there", error.to_string());
    let error = save_safetensors(&net, folder.path().join("runs/net.safetensors")).unwrap_err();
    told("a folder that is not there", error.to_string());
    save_safetensors(&other, &path).unwrap();
    let error = load_safetensors(&mut net, &path).unwrap_err();
    told("another net's file", error.to_string());
    fs::write(&path, "no weights").unwrap();
    let error = load_safetensors(&mut net, &path).unwrap_err();
    told("a file of something else", error.to_string());
}

fn anomalies(book: &mut Book) {
    book.heading("Anomalies");
    let rng = &mut Rng::seed(0);
    let mut net = Sequential::new().push(Linear::new(2, 3, rng)).push(Relu).push(Linear::new(3, 1, rng));
    let looking = |net: &Sequential| {
        let tape = Tape::new();
        tape.set_anomaly_mode(AnomalyMode::Record);
        tape.watch(net);
        tape
    };
    let tape = looking(&net);
    let x = tape.input(&Tensor::zeros(&[2, 2]));
    (net.forward(x) * 0.0).ln();
    book.add("the logarithm of a dead output", tape.anomaly().unwrap());
    let tape = looking(&net);
    let x = tape.input(&Tensor::zeros(&[2, 2]));
    (net.forward(x) * 0.0).sqrt().sum().backward();
    book.add("the gradient of a root at 0", tape.anomaly().unwrap());
    let tape = looking(&net);
    let x = tape.var(&Tensor::from([[0.0, 4.0]]));
    x.gt(0.0).where_cond(1.0 / x, 0.0).sum().backward();
    book.add("a guard after the division only", tape.anomaly().unwrap());
    let tape = looking(&net);
    let x = tape.var(&Tensor::from([[0.0, 4.0]]));
    x.gt(0.0).where_cond(x.sqrt(), 0.0).sum().backward();
    book.add("a guard after the root only", tape.anomaly().unwrap());
    let tape = looking(&net);
    tape.input(&Tensor::from([[800.0, 1.0]])).exp();
    book.add("an exponential that overflows", tape.anomaly().unwrap());
    let tape = looking(&net);
    net.forward(tape.input(&Tensor::from([[f32::NAN, 1.0]])));
    book.add("NaN in the data", tape.anomaly().unwrap());
    net.for_each_param_mut(|_, param| {
        if let rappel_nn::autodiff::ParamMut::F32(param) = param {
            param.value.data_mut()[0] = 3e38;
        }
    });
    let tape = looking(&net);
    net.forward(tape.input(&Tensor::from([[10.0, 1.0]])));
    book.add("weights that have grown", tape.anomaly().unwrap());
    net.for_each_param_mut(|_, param| {
        if let rappel_nn::autodiff::ParamMut::F32(param) = param {
            param.value.data_mut()[0] = f32::NAN;
        }
    });
    let tape = looking(&net);
    net.forward(tape.input(&Tensor::from([[10.0, 1.0]])));
    book.add("weights that a step has made NaN", tape.anomaly().unwrap());
    let tape = looking(&net);
    tape.set_anomaly_mode(AnomalyMode::Panic);
    mistake!(book, tape.var(&Tensor::from([-1.0])).sqrt());
}

fn tables(book: &mut Book) {
    book.heading("Tables");
    let rng = &mut Rng::seed(0);
    let inner = Sequential::new().push(Linear::new(128, 64, rng)).push(Relu);
    let mut net = Sequential::new()
        .push(Flatten)
        .push(Linear::new(784, 128, rng))
        .push(Relu)
        .push(inner)
        .push(Dropout::new(0.1))
        .push(Linear::without_bias(64, 10, rng));
    net.layers_mut()[1].set_trainable(false);
    book.add("println!(\"{}\", net.check(&[64, 28, 28])?)", net.check(&[64, 28, 28]).unwrap());
    let by_hand = Net { fc1: Linear::new(784, 128, rng), fc2: Linear::new(128, 10, rng) };
    book.add("a net that calls its layers by hand", by_hand.check(&[64, 784]).unwrap());
    let tape = Tape::training(1);
    tape.watch(&net);
    let labels = Tensor::from_fn(&[64], |i| i as u32 % 10);
    net.forward(tape.input(&Tensor::zeros(&[64, 28, 28]))).cross_entropy(&labels).backward();
    book.add("println!(\"{}\", tape.summary())", tape.summary());
}

#[test]
fn messages_are_those_that_were_read() {
    let mut book = Book::default();
    for chapter in [shapes, tapes, layers, states, anomalies, tables] {
        chapter(&mut book);
    }
    let (text, file) = (normalised(&book.0), Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages.txt"));
    if std::env::var_os("RAPPEL_BLESS").is_some() {
        fs::write(&file, &text).unwrap();
    }
    let known = fs::read_to_string(&file).unwrap_or_default();
    for (i, (new, old)) in text.lines().zip(known.lines()).enumerate() {
        assert_eq!(new, old, "line {} of {}; read it, and accept it with RAPPEL_BLESS=1", i + 1, file.display());
    }
    assert_eq!(text.lines().count(), known.lines().count(), "lines at the end of {}", file.display());
}
