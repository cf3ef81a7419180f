//! Cases made with PyTorch, held by ours; `tests/golden/README.md` says how they were made and what a line has.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use rappel_nn::autodiff::{BufferMut, BufferRef, Data, ParamMut, ParamRef, Path, Tape, Tensor, Var, VisitorMut};
use rappel_nn::{Layer, Module, ModuleExt};
use serde_json::Value;

/// How far a value may be from PyTorch's, relative to 1 or to the value.
const NEAR: f64 = 1e-10;

/// A line of a file.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// Unique in its file.
    pub(crate) name: String,
    /// The name of PyTorch's class.
    pub(crate) layer: String,
    line: Value,
}

/// The inputs of a case on a tape.
#[derive(Debug)]
pub(crate) struct Inputs<'t> {
    all: Vec<(String, Var<'t, f64>)>,
}

impl<'t> Inputs<'t> {
    /// The input of real numbers of that name.
    pub(crate) fn get(&self, name: &str) -> Var<'t, f64> {
        self.opt(name).unwrap_or_else(|| panic!("no real input `{name}`"))
    }

    /// The same, if the case has it.
    pub(crate) fn opt(&self, name: &str) -> Option<Var<'t, f64>> {
        self.all.iter().find(|input| input.0 == name).map(|input| input.1)
    }
}

/// The cases of a file in `tests/golden`.
pub(crate) fn cases(file: &str) -> Vec<Case> {
    let text = fs::read_to_string(path(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
    let all: Vec<Case> = text.lines().map(Case::parse).collect();
    let names: BTreeSet<&str> = all.iter().map(|case| &case.name[..]).collect();
    assert!(!all.is_empty() && names.len() == all.len(), "{file}: no case, or two of one name");
    all
}

/// Where a file in `tests/golden` is.
pub(crate) fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file)
}

/// The cases of a file that are of one of PyTorch's classes; there are some.
pub(crate) fn cases_of(file: &str, layer: &str) -> Vec<Case> {
    let all: Vec<Case> = cases(file).into_iter().filter(|case| case.layer == layer).collect();
    assert!(!all.is_empty(), "{file}: no case of {layer}");
    all
}

impl Case {
    fn parse(line: &str) -> Self {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"));
        let text = |key: &str| line[key].as_str().unwrap_or_else(|| panic!("`{key}` is no text")).to_owned();
        Case { name: text("case"), layer: text("layer"), line }
    }

    /// Whether it was run in training mode.
    pub(crate) fn trains(&self) -> bool {
        match self.line["mode"].as_str() {
            Some("train") => true,
            Some("eval") => false,
            _ => panic!("{}: no mode", self.name),
        }
    }

    /// An argument, with PyTorch's default where the case did not give it.
    pub(crate) fn arg(&self, name: &str) -> &Value {
        self.line["args"].get(name).unwrap_or_else(|| panic!("{}: no argument `{name}`", self.name))
    }

    /// Anything else that the line says.
    pub(crate) fn more(&self, name: &str) -> &Value {
        self.line.get(name).unwrap_or_else(|| panic!("{}: no `{name}`", self.name))
    }

    /// A number that counts.
    pub(crate) fn usize(&self, name: &str) -> usize {
        self.opt_usize(name).unwrap_or_else(|| panic!("{}: `{name}` is none", self.name))
    }

    /// A number that counts, or none.
    pub(crate) fn opt_usize(&self, name: &str) -> Option<usize> {
        self.opt(name).map(|x| whole(x).unwrap_or_else(|| panic!("{}: `{name}` is {x}", self.name)))
    }

    /// An argument that is not none.
    pub(crate) fn opt(&self, name: &str) -> Option<&Value> {
        Some(self.arg(name)).filter(|x| !x.is_null())
    }

    /// One number for each of N axes: a list, or one for all.
    pub(crate) fn sizes<const N: usize>(&self, name: &str) -> [usize; N] {
        self.opt_sizes(name).unwrap_or_else(|| panic!("{}: `{name}` is none", self.name))
    }

    /// One number for each of N axes, or none.
    pub(crate) fn opt_sizes<const N: usize>(&self, name: &str) -> Option<[usize; N]> {
        let of = |x: &Value| match x.as_array() {
            Some(list) => list.iter().map(whole).collect::<Option<Vec<_>>>()?.try_into().ok(),
            None => Some([whole(x)?; N]),
        };
        self.opt(name).map(|x| of(x).unwrap_or_else(|| panic!("{}: `{name}` is {x}, not {N} sizes", self.name)))
    }

    /// Two of them: of height and width.
    pub(crate) fn pair(&self, name: &str) -> [usize; 2] {
        self.sizes(name)
    }

    /// A list of whole numbers of any length, negative ones too; a single number is a list of one.
    pub(crate) fn integers(&self, name: &str) -> Vec<i64> {
        let x = self.arg(name);
        let list = x.as_array().map_or(std::slice::from_ref(x), |list| &list[..]);
        let all = list.iter().map(Value::as_i64).collect::<Option<Vec<_>>>();
        all.unwrap_or_else(|| panic!("{}: `{name}` is {x}", self.name))
    }

    /// A real number.
    pub(crate) fn f64(&self, name: &str) -> f64 {
        self.opt_f64(name).unwrap_or_else(|| panic!("{}: `{name}` is none", self.name))
    }

    /// A real number, or none.
    pub(crate) fn opt_f64(&self, name: &str) -> Option<f64> {
        self.opt(name).map(|x| real(x).unwrap_or_else(|| panic!("{}: `{name}` is {x}", self.name)))
    }

    /// A truth value.
    pub(crate) fn bool(&self, name: &str) -> bool {
        self.arg(name).as_bool().unwrap_or_else(|| panic!("{}: `{name}` is no truth value", self.name))
    }

    /// A text.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.arg(name).as_str().unwrap_or_else(|| panic!("{}: `{name}` is no text", self.name))
    }

    /// Whether there is an input of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.line["inputs"].get(name).is_some()
    }

    /// An input of real numbers.
    pub(crate) fn tensor(&self, name: &str) -> Tensor<f64> {
        self.read(&self.line["inputs"][name], name, real)
    }

    /// An input of indices.
    pub(crate) fn indices(&self, name: &str) -> Tensor<u32> {
        self.read(&self.line["inputs"][name], name, |x| u32::try_from(x.as_i64()?).ok())
    }

    /// An input of truth values.
    pub(crate) fn flags(&self, name: &str) -> Tensor<bool> {
        self.read(&self.line["inputs"][name], name, Value::as_bool)
    }

    /// An argument that is a tensor of real numbers.
    pub(crate) fn tensor_arg(&self, name: &str) -> Tensor<f64> {
        self.read(self.arg(name), name, real)
    }

    /// What PyTorch computes: its k-th result.
    pub(crate) fn output(&self, k: usize) -> Tensor<f64> {
        self.read(&self.line["outputs"][k], "outputs", real)
    }

    /// The number of results.
    pub(crate) fn outputs(&self) -> usize {
        self.list("outputs").len()
    }

    fn list(&self, key: &str) -> &[Value] {
        self.line[key].as_array().unwrap_or_else(|| panic!("{}: `{key}` is no list", self.name))
    }

    fn read<T: Data>(&self, x: &Value, what: &str, of: impl Fn(&Value) -> Option<T>) -> Tensor<T> {
        self.made(&x["shape"], &x["data"], what, of)
    }

    fn made<T: Data>(&self, shape: &Value, data: &Value, what: &str, of: impl Fn(&Value) -> Option<T>) -> Tensor<T> {
        let shape = shape.as_array().and_then(|s| s.iter().map(whole).collect::<Option<Vec<_>>>());
        let data = data.as_array().and_then(|d| d.iter().map(of).collect::<Option<Vec<_>>>());
        match (shape, data) {
            (Some(shape), Some(data)) => Tensor::new(data, &shape),
            _ => panic!("{}: `{what}` is no tensor of this kind", self.name),
        }
    }

    /// Name and tensor of a list of entries.
    fn entries(&self, key: &str) -> Vec<(&str, Tensor<f64>)> {
        let entry = |x| (name_of(x), self.made(&x[1], &x[2], name_of(x), real));
        self.list(key).iter().map(entry).collect()
    }

    /// Gives a net the parameters and buffers of the case.
    ///
    /// # Panics
    /// Unless the net has those of PyTorch's state dictionary: the same names in the same order, of the same shapes.
    pub(crate) fn load<M: Module>(&self, net: &mut M) {
        let mut load = Load { case: self, path: Path::default(), next: 0 };
        net.visit_mut(&mut load);
        let (next, all) = (load.next, self.list("state"));
        assert!(next == all.len(), "{}: PyTorch has `{}` too", self.name, name_of(&all[next.min(all.len() - 1)]));
    }

    /// [`hold`](Self::hold) of a layer with the one input `x`.
    pub(crate) fn hold_layer<L: Layer<f64>>(&self, net: &mut L) {
        self.hold(net, |net, _, inputs| vec![net.forward(inputs.get("x"))]);
    }

    /// Loads the state and runs `f` in the mode of the case: outputs, gradients in the inputs and the parameters, and the buffers after
    /// the updates must be PyTorch's.
    pub(crate) fn hold<M, F>(&self, net: &mut M, f: F)
    where
        M: Module,
        F: for<'t> Fn(&M, &'t Tape<f64>, &Inputs<'t>) -> Vec<Var<'t, f64>>,
    {
        self.load(net);
        let tape = if self.trains() { Tape::training_in(1) } else { Tape::default() };
        let inputs = self.inputs(&tape);
        let outputs = f(net, &tape, &inputs);
        assert!(outputs.len() == self.outputs(), "{}: {} outputs", self.name, outputs.len());
        for (k, y) in outputs.iter().enumerate() {
            self.near(&format!("output {k}"), &y.value(), &self.output(k));
        }
        let weighed = outputs.iter().zip(self.list("cotangents"));
        let parts = weighed.map(|(y, c)| (*y * tape.input(&self.read(c, "cotangents", real))).sum());
        let nothing = self.line["input_grads"].as_object().is_some_and(|all| all.is_empty());
        if nothing && self.list("param_grads").is_empty() {
            return self.after(net);
        }
        let sum = parts.reduce(|a, b| a + b).unwrap_or_else(|| panic!("{}: no outputs", self.name));
        let gradients = sum.backward();
        for (name, x) in &inputs.all {
            if let Some(of) = self.line["input_grads"].get(name) {
                let torch = self.read(of, name, real);
                let ours = gradients.wrt(*x).cloned().unwrap_or_else(|| Tensor::zeros(torch.shape()));
                self.near(&format!("the gradient in `{name}`"), &ours, &torch);
            }
        }
        let torch = self.entries("param_grads");
        let ours = net.named_parameters();
        let names = |all: &[(String, ParamRef<'_>)]| all.iter().map(|p| p.0.clone()).collect::<Vec<_>>();
        assert_eq!(names(&ours), torch.iter().map(|p| p.0).collect::<Vec<_>>(), "{}: parameters", self.name);
        for ((name, param), (_, torch)) in ours.iter().zip(&torch) {
            // A parameter that the outputs do not depend on has no gradient here and zeros there.
            let ours = gradients.by_id(param.id()).cloned().unwrap_or_else(|| Tensor::zeros(torch.shape()));
            self.near(&format!("the gradient in `{name}`"), &ours, torch);
        }
        gradients.apply_updates(net);
        self.after(net);
    }

    /// The inputs of real numbers on a tape: variables where PyTorch has a gradient in them.
    fn inputs<'t>(&self, tape: &'t Tape<f64>) -> Inputs<'t> {
        let all = self.line["inputs"].as_object().unwrap_or_else(|| panic!("{}: no inputs", self.name));
        let all = all.iter().filter(|(_, x)| x.get("int").is_none() && x.get("bool").is_none());
        let on_tape = |(name, x): (&String, &Value)| {
            let x = self.read(x, name, real);
            let x = if self.line["input_grads"].get(name).is_some() { tape.var(&x) } else { tape.input(&x) };
            (name.clone(), x)
        };
        Inputs { all: all.map(on_tape).collect() }
    }

    /// Holds the buffers of a net to those that PyTorch has after the forward pass.
    pub(crate) fn after<M: Module>(&self, net: &M) {
        let (ours, torch) = (net.named_buffers(), self.entries("after"));
        let names: Vec<&str> = ours.iter().map(|b| &b.0[..]).collect();
        assert_eq!(names, torch.iter().map(|b| b.0).collect::<Vec<_>>(), "{}: buffers", self.name);
        for ((name, ours), (_, torch)) in ours.iter().zip(&torch) {
            let ours = match ours {
                BufferRef::F32(b) => b.value.cast(),
                BufferRef::F64(b) => b.value.clone(),
                BufferRef::I64(b) => b.value.map(|&n| n as f64),
            };
            self.near(&format!("`{name}` afterwards"), &ours, torch);
        }
    }

    /// Panics unless a value is PyTorch's.
    pub(crate) fn near(&self, what: &str, ours: &Tensor<f64>, torch: &Tensor<f64>) {
        let name = &self.name;
        assert!(ours.shape() == torch.shape(), "{name}, {what}: {:?}, PyTorch {:?}", ours.shape(), torch.shape());
        for (i, (&a, &b)) in ours.data().iter().zip(torch.data()).enumerate() {
            let same = a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= NEAR * b.abs().max(1.0);
            assert!(same, "{name}, {what} at {i} of {:?}: {a:e}, PyTorch {b:e}", ours.shape());
        }
    }
}

fn name_of(entry: &Value) -> &str {
    entry[0].as_str().unwrap_or_else(|| panic!("{entry} does not begin with a name"))
}

fn whole(x: &Value) -> Option<usize> {
    usize::try_from(x.as_u64()?).ok()
}

/// A number, or the name of one that JSON has not.
fn real(x: &Value) -> Option<f64> {
    match x.as_str() {
        Some("inf") => Some(f64::INFINITY),
        Some("-inf") => Some(f64::NEG_INFINITY),
        Some("nan") => Some(f64::NAN),
        Some(_) => None,
        None => x.as_f64(),
    }
}

/// Writes the state of a case into a net.
struct Load<'c> {
    case: &'c Case,
    path: Path,
    next: usize,
}

impl Load<'_> {
    /// The next entry, which must be of this place and shape.
    fn value(&mut self, shape: &[usize]) -> Tensor<f64> {
        let (case, path) = (self.case, self.path.as_str());
        let Some(entry) = case.list("state").get(self.next) else {
            panic!("{}: PyTorch has no `{path}`, or not here", case.name);
        };
        assert!(path == name_of(entry), "{}: `{path}`, where PyTorch has `{}`", case.name, name_of(entry));
        let x = case.made(&entry[1], &entry[2], path, real);
        assert!(x.shape() == shape, "{}: `{path}` has shape {shape:?}, PyTorch's {:?}", case.name, x.shape());
        self.next += 1;
        x
    }
}

impl VisitorMut for Load<'_> {
    fn enter(&mut self, name: &str) {
        self.path.enter(name);
    }

    fn leave(&mut self) {
        self.path.leave();
    }

    fn param(&mut self, param: ParamMut<'_>) {
        let x = self.value(param.by_ref().shape());
        match param {
            ParamMut::F32(param) => param.value = x.cast(),
            ParamMut::F64(param) => param.value = x,
        }
    }

    fn buffer(&mut self, buffer: BufferMut<'_>) {
        let x = self.value(buffer.by_ref().shape());
        match buffer {
            BufferMut::F32(buffer) => buffer.value = x.cast(),
            BufferMut::F64(buffer) => buffer.value = x,
            BufferMut::I64(buffer) => buffer.value = x.map(|&n| n as i64),
        }
    }
}

mod itself {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use rappel_nn::Linear;
    use rappel_nn::autodiff::{Buffer, Param, Rng};

    use super::*;

    /// The message of the panic in `f`.
    fn refusal(f: impl FnOnce()) -> String {
        let panic = catch_unwind(AssertUnwindSafe(f)).expect_err("it is refused");
        *panic.downcast::<String>().expect("panics here carry text")
    }

    fn linear(case: &Case) -> Linear<f64> {
        let (inputs, outputs, rng) = (case.usize("in_features"), case.usize("out_features"), &mut Rng::seed(0));
        if case.bool("bias") { Linear::new(inputs, outputs, rng) } else { Linear::without_bias(inputs, outputs, rng) }
    }

    #[test]
    fn holds_a_linear_layer() {
        for case in cases_of("linear.jsonl", "Linear") {
            case.hold_layer(&mut linear(&case));
        }
    }

    #[test]
    fn refuses_what_is_not_equal() {
        let case = &cases("linear.jsonl")[0];
        let net = || linear(case);
        let failure = |f: fn(Var<'_, f64>) -> Var<'_, f64>| {
            refusal(|| case.hold(&mut net(), |net, _, inputs| vec![f(net.forward(inputs.get("x")))]))
        };
        assert!(failure(|y| y + 1e-9).contains("output 0 at 0"));
        assert!(failure(|y| y * 2.0 - y.detach()).contains("the gradient in"));
        assert!(failure(|y| y.transpose()).contains("PyTorch [4, 2]"));
        let wrong = refusal(|| case.load(&mut (net(), net())));
        assert!(wrong.contains("`0.weight`, where PyTorch has `weight`"), "{wrong}");
        let wrong = refusal(|| case.load(&mut Linear { bias: None, ..net() }));
        assert!(wrong.contains("PyTorch has `bias` too"), "{wrong}");
        let wrong = refusal(|| case.load(&mut Linear { bias: Some(Param::new(Tensor::zeros(&[3]))), ..net() }));
        assert!(wrong.contains("has shape [3], PyTorch's [2]"), "{wrong}");
    }

    #[derive(Module)]
    struct Counted {
        mean: Buffer<f64>,
        count: Buffer<i64>,
    }

    #[test]
    fn reads_every_kind_of_value() {
        let case = Case::parse(
            r#"{"case": "a", "layer": "B", "mode": "eval", "note": 3,
                "args": {"n": 2, "two": [1, 2], "none": null, "signed": -1, "eps": 1e-3, "on": true, "how": "mean",
                         "w": {"shape": [2], "data": ["inf", 0.5]}},
                "inputs": {"x": {"shape": [], "data": ["nan"]}, "i": {"shape": [2], "data": [0, 3], "int": true},
                           "m": {"shape": [1], "data": [true], "bool": true}},
                "state": [["mean", [1], [0.5]], ["count", [], [7]]],
                "outputs": [{"shape": [1], "data": ["-inf"]}],
                "after": [["mean", [1], [0.5]], ["count", [], [7]]]}"#,
        );
        assert_eq!((&case.name[..], &case.layer[..], case.trains()), ("a", "B", false));
        assert_eq!(
            (case.usize("n"), case.opt_usize("none"), case.pair("n"), case.pair("two")),
            (2, None, [2, 2], [1, 2])
        );
        assert_eq!((case.sizes("n"), case.opt_sizes::<2>("none"), case.opt("none")), ([2], None, None));
        assert_eq!((case.integers("signed"), case.integers("two")), (vec![-1], vec![1, 2]));
        assert_eq!(
            (case.f64("eps"), case.opt_f64("none"), case.bool("on"), case.text("how")),
            (1e-3, None, true, "mean")
        );
        assert_eq!((case.more("note").as_i64(), case.has("x"), case.has("y")), (Some(3), true, false));
        assert_eq!(case.tensor_arg("w").data(), [f64::INFINITY, 0.5]);
        assert!(case.tensor("x").item().is_nan());
        assert_eq!((case.indices("i").data(), case.flags("m").data()), (&[0, 3][..], &[true][..]));
        assert_eq!((case.outputs(), case.output(0).data()), (1, &[f64::NEG_INFINITY][..]));
        let tape = Tape::default();
        let inputs = case.inputs(&tape);
        assert!(inputs.opt("x").is_some() && inputs.opt("i").is_none() && inputs.opt("m").is_none());
        let mut net = Counted { mean: Buffer::new(Tensor::zeros(&[1])), count: Buffer::integers(Tensor::scalar(0)) };
        case.load(&mut net);
        assert_eq!((net.mean.value.data(), net.count.value.item()), (&[0.5][..], 7));
        case.after(&net);
        net.count.value = Tensor::scalar(8);
        assert!(refusal(|| case.after(&net)).contains("`count` afterwards"));
    }
}
