mod dict;
mod half;
mod hostile;
mod loading;
#[cfg(feature = "npz")]
mod npz;
mod pytorch;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use rappel_nn::autodiff::{Buffer, Module as Tree, Param, Rng, Tape, Tensor, Visitor, VisitorMut};
use rappel_nn::state::Difference;
use rappel_nn::{Layer, Linear, Module, Relu, Sequential, StateError, load_safetensors, save_safetensors};
use safetensors::{Dtype, SafeTensors};
use tempfile::tempdir;

/// Everything a file can hold: both number types, integers, a tie, an empty tensor, a scalar.
#[derive(Module)]
struct Mixed {
    single: Param,
    embedding: Param<f64>,
    output: Param<f64>,
    empty: Param,
    mean: Buffer<f64>,
    batches: Buffer<i64>,
}

fn mixed(seed: u64) -> Mixed {
    let mut rng = Rng::seed(seed);
    let embedding = Param::new(Tensor::normal(&[2, 3], 0.0, 1.0, &mut rng));
    Mixed {
        single: Param::new(Tensor::normal(&[3], 0.0, 1.0, &mut rng)),
        output: embedding.tie(),
        embedding,
        empty: Param::new(Tensor::zeros(&[0, 4])),
        mean: Buffer::new(Tensor::normal(&[2], 0.0, 1.0, &mut rng)),
        batches: Buffer::integers(Tensor::scalar(seed as i64 - 5)),
    }
}

fn same(a: &Mixed, b: &Mixed) -> bool {
    (&a.single.value, &a.embedding.value, &a.output.value) == (&b.single.value, &b.embedding.value, &b.output.value)
        && (&a.mean.value, &a.batches.value) == (&b.mean.value, &b.batches.value)
}

#[test]
fn a_net_comes_back_as_it_was() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    let (saved, mut net) = (mixed(1), mixed(2));
    net.single.trainable = false;
    let (ids, tie) = ([net.single.id(), net.embedding.id()], net.output.id());
    save_safetensors(&saved, &path).unwrap();
    assert!(!same(&saved, &net));
    load_safetensors(&mut net, &path).unwrap();
    assert!(same(&saved, &net));
    assert_eq!(([net.single.id(), net.embedding.id()], net.output.id()), (ids, tie));
    assert!(!net.single.trainable && net.embedding.trainable);
    assert!(net.output.value.shares_buffer(&net.embedding.value));
}

#[test]
fn the_formats_own_crate_reads_the_file() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    let net = mixed(3);
    save_safetensors(&net, &path).unwrap();
    let bytes = fs::read(&path).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let mut names = file.names();
    names.sort_unstable();
    assert_eq!(names, ["batches", "embedding", "empty", "mean", "single"]);
    let embedding = file.tensor("embedding").unwrap();
    assert_eq!((embedding.dtype(), embedding.shape()), (Dtype::F64, &[2, 3][..]));
    let expected: Vec<u8> = net.embedding.value.data().iter().flat_map(|x| x.to_le_bytes()).collect();
    assert_eq!(embedding.data(), expected);
    let batches = file.tensor("batches").unwrap();
    assert_eq!((batches.dtype(), batches.shape(), batches.data()), (Dtype::I64, &[][..], &(-2_i64).to_le_bytes()[..]));
    let (header, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    assert_eq!(header % 8, 0);
    assert_eq!(metadata.metadata().as_ref().unwrap()["format"], "pt");
}

/// The order of the fields, not of the alphabet; values of eight bytes first, so that they are aligned.
#[test]
fn tensors_stand_in_the_order_of_the_fields() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    let order = |path: &Path| SafeTensors::read_metadata(&fs::read(path).unwrap()).unwrap().1.offset_keys();
    let mut rng = Rng::seed(0);
    let net = Sequential::<f32>::new().push(Linear::new(2, 3, &mut rng)).push(Relu).push(Linear::new(3, 1, &mut rng));
    save_safetensors(&net, &path).unwrap();
    assert_eq!(order(&path), ["0.weight", "0.bias", "2.weight", "2.bias"]);
    let first = fs::read(&path).unwrap();
    let header = String::from_utf8_lossy(&first[8..]).into_owned();
    assert!(header.find("0.weight") < header.find("0.bias"), "{header}");
    save_safetensors(&net, &path).unwrap();
    assert_eq!(fs::read(&path).unwrap(), first);
    save_safetensors(&mixed(0), &path).unwrap();
    assert_eq!(order(&path), ["embedding", "mean", "batches", "single", "empty"]);
}

/// Written by safetensors 0.8 in Python: `save_file({"weight": torch.tensor([[1.5, -2.0]]), "bias": torch.tensor([0.25])}, ..)`.
#[test]
fn a_file_written_by_python_is_read() {
    let mut bytes = vec![120, 0, 0, 0, 0, 0, 0, 0];
    let json = r#"{"bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"weight":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]}}"#;
    bytes.extend(format!("{json:<120}").bytes());
    bytes.extend([0, 0, 0x80, 0x3e, 0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0]);
    let folder = tempdir().unwrap();
    let path = folder.path().join("torch.safetensors");
    fs::write(&path, bytes).unwrap();
    let mut fc: Linear = Linear::new(2, 1, &mut Rng::seed(0));
    load_safetensors(&mut fc, &path).unwrap();
    assert_eq!(fc.weight.value, Tensor::from([[1.5, -2.0]]));
    let tape = Tape::new();
    assert_eq!(fc.forward(tape.input(&Tensor::from([[2.0, 1.0]]))).item(), 1.25);
}

#[test]
fn a_file_of_another_net_is_refused_with_the_whole_list() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    let mut rng = Rng::seed(0);
    let fc = |i, o, rng: &mut Rng| Linear::<f32>::new(i, o, rng);
    let other = (fc(2, 3, &mut rng), fc(3, 3, &mut rng), Param::new(Tensor::<f64>::zeros(&[2])), fc(1, 1, &mut rng));
    save_safetensors(&other, &path).unwrap();
    let mut net = (
        fc(2, 3, &mut rng),
        Linear::<f32>::without_bias(4, 3, &mut rng),
        Param::new(Tensor::<f32>::zeros(&[2])),
        Relu,
        fc(1, 1, &mut rng),
    );
    let before = net.0.weight.value.clone();
    let error = load_safetensors(&mut net, &path).unwrap_err();
    let text = format!(
        "{} does not fit the net; nothing was loaded:\n  only in the net: 4.weight, 4.bias\n  only in the file: 1.bias, 3.bias, \
         3.weight\n  1.weight: f32[3, 4] in the net, f32[3, 3] in the file\n  2: f32[2] in the net, f64[2] in the file",
        path.display()
    );
    assert_eq!(error.to_string(), text);
    let StateError::Mismatch { missing, unexpected, different, .. } = error else { panic!("{error}") };
    assert_eq!((missing.len(), unexpected.len()), (2, 3));
    let last = Difference { name: "2".into(), net: "f32[2]".into(), file: "f64[2]".into() };
    assert_eq!(different[1], last);
    assert!(net.0.weight.value.shares_buffer(&before), "nothing was loaded");
}

#[test]
fn damaged_files_are_told_from_others() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    let mut fc: Linear = Linear::new(3, 2, &mut Rng::seed(0));
    save_safetensors(&fc, &path).unwrap();
    let whole = fs::read(&path).unwrap();
    let json = |text: &str| [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat();
    let entry = |shape: &str, offsets: &str| {
        json(&format!(r#"{{"weight":{{"dtype":"F32","shape":{shape},"data_offsets":{offsets}}}}}"#))
    };
    let cases: [(&str, Vec<u8>, &str); 10] = [
        ("empty", vec![], "it ends within its header"),
        ("no header", whole[..5].to_vec(), "it ends within its header"),
        ("cut in the header", whole[..40].to_vec(), "it ends within its header"),
        ("cut in the values", whole[..whole.len() - 1].to_vec(), "it does not end where its header says"),
        ("appended", [&whole[..], b"x"].concat(), "it does not end where its header says"),
        ("a text", b"epoch,loss\n0,1.5\n".to_vec(), "a header of more than 100 MB"),
        ("no JSON", json("weights"), "JSON"),
        ("no UTF-8", [&2_u64.to_le_bytes()[..], &[0xff, 0xfe]].concat(), "UTF-8"),
        ("an overflow", entry("[4611686018427387904, 8]", "[0, 4]"), "overflow"),
        ("backward offsets", entry("[2]", "[8, 0]"), "offset"),
    ];
    let before = fc.weight.value.clone();
    for (name, bytes, expected) in cases {
        fs::write(&path, &bytes).unwrap();
        let error = load_safetensors(&mut fc, &path).unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, StateError::Damaged { bytes: n, .. } if n == bytes.len()), "{name}: {error:?}");
        assert!(text.starts_with(&path.display().to_string()) && text.contains(expected), "{name}: {text}");
        assert!(fc.weight.value.shares_buffer(&before), "{name}");
    }
}

#[test]
fn paths_that_cannot_be_used_are_explained() {
    let folder = tempdir().unwrap();
    let mut fc: Linear = Linear::new(1, 1, &mut Rng::seed(0));
    let missing = folder.path().join("none").join("net.safetensors");
    let error = save_safetensors(&fc, &missing).unwrap_err();
    assert!(matches!(&error, StateError::NoFolder { folder: f, .. } if f == missing.parent().unwrap()), "{error:?}");
    assert!(error.to_string().ends_with("does not exist; create it first"), "{error}");
    let error = load_safetensors(&mut fc, &missing).unwrap_err();
    assert!(matches!(&error, StateError::Read { path, .. } if *path == missing), "{error:?}");

    for error in [save_safetensors(&fc, &folder).unwrap_err(), load_safetensors(&mut fc, &folder).unwrap_err()] {
        assert!(matches!(error, StateError::NotAFile { kind: "a folder", .. }), "{error:?}");
    }
    let file = folder.path().join("file");
    fs::write(&file, "text").unwrap();
    let error = save_safetensors(&fc, file.join("net.safetensors")).unwrap_err();
    assert!(matches!(error, StateError::NoFolder { .. }), "{error:?}");
    let long = folder.path().join("n".repeat(300));
    assert!(matches!(save_safetensors(&fc, &long), Err(StateError::Write { .. })));
    assert_eq!(fs::read(&file).unwrap(), b"text");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn devices_are_left_alone() {
    let mut fc: Linear = Linear::new(1, 1, &mut Rng::seed(0));
    for error in [save_safetensors(&fc, "/dev/null").unwrap_err(), load_safetensors(&mut fc, "/dev/null").unwrap_err()]
    {
        assert!(matches!(error, StateError::NotAFile { kind: "a device or a pipe", .. }), "{error:?}");
    }
}

/// `/proc` cannot be written by anyone; a folder without write permission can still be by the superuser.
#[cfg(target_os = "linux")]
#[test]
fn folders_that_cannot_be_written_are_explained() {
    let fc: Linear = Linear::new(1, 1, &mut Rng::seed(0));
    let error = save_safetensors(&fc, "/proc/net.safetensors").unwrap_err();
    assert!(matches!(error, StateError::Write { .. }), "{error:?}");
    assert!(error.to_string().contains("its folder must be writable"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}

/// An earlier file is replaced as a whole, nothing else appears in the folder, and links stay links.
#[test]
fn a_file_is_replaced_at_once() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    let held = "an older file".repeat(1000);
    fs::write(&path, &held).unwrap();
    let stale = folder.path().join(".net.safetensors.0.tmp");
    fs::write(&stale, "left by a program that was killed").unwrap();
    let fc: Linear = Linear::new(2, 2, &mut Rng::seed(0));
    #[cfg(unix)]
    let (link, mut reader) = {
        let link = folder.path().join("latest");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        (link, fs::File::open(&path).unwrap())
    };
    #[cfg(unix)]
    {
        save_safetensors(&fc, &link).unwrap();
        assert!(link.is_symlink());
        let mut seen = String::new();
        std::io::Read::read_to_string(&mut reader, &mut seen).unwrap();
        assert_eq!(seen, held, "who reads the old file sees it whole");
        fs::remove_file(link).unwrap();
    }
    save_safetensors(&fc, &path).unwrap();
    assert!(SafeTensors::deserialize(&fs::read(&path).unwrap()).is_ok());
    assert_eq!(fs::read(&stale).unwrap(), b"left by a program that was killed");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
}

/// A module written by hand that calls two children alike.
struct Twins(Param, Param);

impl Tree for Twins {
    fn visit<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        self.0.visit(visitor);
        self.1.visit(visitor);
    }

    fn visit_mut(&mut self, visitor: &mut dyn VisitorMut) {
        self.0.visit_mut(visitor);
        self.1.visit_mut(visitor);
    }
}

#[test]
fn names_that_a_file_cannot_hold_are_refused() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    let param = || Param::<f32>::new(Tensor::zeros(&[1]));
    let map = |name: &str| BTreeMap::from([(name.to_owned(), param())]);
    let error = save_safetensors(&(Twins(param(), param()),), &path).unwrap_err();
    assert!(matches!(&error, StateError::Name { name, .. } if name == "0"), "{error}");
    let error = save_safetensors(&map("__metadata__"), &path).unwrap_err();
    assert!(matches!(&error, StateError::Name { name, .. } if name == "__metadata__"), "{error}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    for name in ["\"quoted\\ \u{1}\n\"", "日本", " "] {
        let (saved, mut net) = (map(name), map(name));
        save_safetensors(&saved, &path).unwrap();
        load_safetensors(&mut net, &path).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Every bit comes back, those of NaNs and zeros too.
    #[test]
    fn bits_come_back(single in prop::collection::vec(any::<u32>(), 0..50), double in prop::collection::vec(any::<u64>(), 0..9)) {
        let folder = tempdir().unwrap();
        let path = folder.path().join("net");
        let net = (
            Param::new(Tensor::from(single.iter().map(|&x| f32::from_bits(x)).collect::<Vec<_>>())),
            Param::new(Tensor::from(double.iter().map(|&x| f64::from_bits(x)).collect::<Vec<_>>())),
        );
        save_safetensors(&net, &path).unwrap();
        let mut loaded = (Param::new(Tensor::<f32>::zeros(&[single.len()])), Param::new(Tensor::<f64>::zeros(&[double.len()])));
        load_safetensors(&mut loaded, &path).unwrap();
        prop_assert_eq!(loaded.0.value.data().iter().map(|x| x.to_bits()).collect::<Vec<_>>(), single);
        prop_assert_eq!(loaded.1.value.data().iter().map(|x| x.to_bits()).collect::<Vec<_>>(), double);
    }

    /// No bytes make it panic, and what is accepted is a whole file.
    #[test]
    fn any_damage_is_an_error_or_another_value(at in 0..400_usize, bit in 0..8_u8, cut in 0..400_usize) {
        let folder = tempdir().unwrap();
        let path = folder.path().join("net");
        let mut fc: Linear = Linear::new(3, 2, &mut Rng::seed(0));
        save_safetensors(&fc, &path).unwrap();
        let mut bytes = fs::read(&path).unwrap();
        let (at, values) = (at % bytes.len(), bytes.len() - 32);
        bytes[at] ^= 1 << bit;
        fs::write(&path, &bytes).unwrap();
        prop_assert!(load_safetensors(&mut fc, &path).is_ok() || at < values);
        fs::write(&path, &bytes[..cut % bytes.len()]).unwrap();
        prop_assert!(load_safetensors(&mut fc, &path).is_err());
    }
}
