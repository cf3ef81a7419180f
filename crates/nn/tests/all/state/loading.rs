use rappel_nn::autodiff::Rng;
use rappel_nn::autodiff::{Buffer, Param, Tensor};
use rappel_nn::state::{Difference, Kind, Loading, StateDict};
use rappel_nn::{Linear, Module, Sequential, StateError};

#[derive(Module)]
struct Net {
    a: Param,
    b: Param<f64>,
    count: Buffer<i64>,
}

fn net() -> Net {
    Net {
        a: Param::new(Tensor::from([1.0, 2.0])),
        b: Param::new(Tensor::from([3.0])),
        count: Buffer::integers(Tensor::scalar(4)),
    }
}

/// Options, entries, and what is loaded, missing, unexpected, different; none where it is refused.
#[test]
fn what_is_allowed_is_reported_and_the_rest_refused() {
    let (f32s, f64s) = (Tensor::from([5.0_f32, 6.0]), Tensor::from([7.0_f64]));
    let fits = StateDict::new().with("a", f32s.clone()).with("b", f64s.clone()).with("count", Tensor::scalar(9_i64));
    let part = fits.filtered(|name| name == "b");
    let more = fits.clone().with("c", f32s.clone());
    let shaped = fits.clone().with("a", Tensor::from([5.0_f32]));
    let typed = fits.clone().with("b", Tensor::from([7.0_f32]));
    let strict = Loading::strict();
    type Lists<'a> = (&'a [&'a str], &'a [&'a str], &'a [&'a str], &'a [&'a str]);
    let cases: [(&str, Loading, &StateDict, Option<Lists>); 14] = [
        ("all", strict, &fits, Some((&["a", "b", "count"], &[], &[], &[]))),
        ("part", strict, &part, None),
        ("part", strict.allow_unexpected().skip_different(), &part, None),
        ("part", strict.allow_missing(), &part, Some((&["b"], &["a", "count"], &[], &[]))),
        ("more", strict, &more, None),
        ("more", strict.allow_missing().skip_different(), &more, None),
        ("more", strict.allow_unexpected(), &more, Some((&["a", "b", "count"], &[], &["c"], &[]))),
        ("shaped", strict, &shaped, None),
        ("shaped", strict.allow_missing().allow_unexpected().cast(), &shaped, None),
        ("shaped", strict.skip_different(), &shaped, Some((&["b", "count"], &[], &[], &["a"]))),
        ("typed", strict, &typed, None),
        ("typed", strict.skip_different(), &typed, Some((&["a", "count"], &[], &[], &["b"]))),
        ("typed", strict.cast(), &typed, Some((&["a", "b", "count"], &[], &[], &[]))),
        ("none", Loading::partial(), &StateDict::new(), Some((&[], &["a", "b", "count"], &[], &[]))),
    ];
    for (name, loading, dict, expected) in cases {
        let mut net = net();
        let before = StateDict::of(&net);
        match (dict.load_into_with(&mut net, &loading), expected) {
            (Ok(report), Some((loaded, missing, unexpected, different))) => {
                assert_eq!(
                    (&report.loaded[..], &report.missing[..]),
                    (&owned(loaded)[..], &owned(missing)[..]),
                    "{name}"
                );
                let names: Vec<&str> = report.different.iter().map(|d| d.name.as_str()).collect();
                assert_eq!((&report.unexpected[..], &names[..]), (&owned(unexpected)[..], different), "{name}");
                let after = StateDict::of(&net);
                for (path, array) in after.iter() {
                    let from = if loaded.contains(&path) { dict } else { &before };
                    let expected = StateDict::new().with(path, from.get(path).unwrap().clone());
                    // As f64, as the types may differ.
                    let expected = expected.with_floats_as(Kind::F64);
                    assert_eq!(
                        StateDict::new().with(path, array.clone()).with_floats_as(Kind::F64),
                        expected,
                        "{name}"
                    );
                }
            }
            (Err(error), None) => {
                assert!(matches!(error, StateError::Mismatch { .. }), "{name}: {error}");
                assert_eq!(StateDict::of(&net), before, "{name}");
            }
            (result, _) => panic!("{name} with {loading:?}: {result:?}"),
        }
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// Half precision goes into f32 and f64 without asking; other floats only when cast, integers of other kinds too; the two never mix.
#[test]
fn number_types_are_converted_where_nothing_is_lost_or_on_request() {
    let float = StateDict::new().with("x", Tensor::from([0.5_f64, -3.0]));
    let kinds = [Kind::F64, Kind::F32, Kind::F16, Kind::Bf16];
    let mut single = (Param::new(Tensor::<f32>::zeros(&[2])),);
    let mut double = (Param::new(Tensor::<f64>::zeros(&[2])),);
    let mut integer = (Buffer::integers(Tensor::new([0_i64, 0], &[2])),);
    for kind in kinds {
        let dict = float.with_floats_as(kind).renamed(|_| "0".into()).unwrap();
        assert_eq!(dict.load_into(&mut single).is_ok(), kind != Kind::F64, "{kind}");
        assert_eq!(dict.load_into(&mut double).is_ok(), kind != Kind::F32, "{kind}");
        for report in [
            dict.load_into_with(&mut single, &Loading::strict().cast()).unwrap(),
            dict.load_into_with(&mut double, &Loading::strict().cast()).unwrap(),
        ] {
            assert_eq!(report.loaded, ["0"]);
            assert!(report.converted.len() <= 1);
        }
        assert_eq!((single.0.value.data(), double.0.value.data()), (&[0.5, -3.0][..], &[0.5, -3.0][..]));
        single.0.value = Tensor::zeros(&[2]);
        double.0.value = Tensor::zeros(&[2]);
        assert!(dict.load_into_with(&mut integer, &Loading::strict().cast()).is_err());
    }
    let json = r#"{"0":{"dtype":"I32","shape":[2],"data_offsets":[0,8]}}"#;
    let file =
        [&(json.len() as u64).to_le_bytes()[..], json.as_bytes(), &[1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]].concat();
    let dict = StateDict::from_safetensors(&file).unwrap();
    assert!(dict.load_into(&mut integer).is_err());
    let report = dict.load_into_with(&mut integer, &Loading::strict().cast()).unwrap();
    assert_eq!((report.to_string().as_str(), integer.0.value.data()), ("1 loaded, 1 of them converted", &[1, -1][..]));
    assert!(dict.load_into_with(&mut single, &Loading::strict().cast()).is_err());
}

/// PyTorch's state dict has a tied parameter under each of its paths, its safetensors file under one of them, not always the first.
#[test]
fn tied_parameters_are_found_under_any_of_their_paths() {
    let mut rng = Rng::seed(0);
    let tied = || {
        let embedding = Param::new(Tensor::<f32>::zeros(&[2]));
        let output = embedding.tie();
        (embedding, output)
    };
    let values = Tensor::<f32>::normal(&[2], 0.0, 1.0, &mut rng);
    let one = |name: &str| StateDict::new().with(name, values.clone());
    for dict in [one("0"), one("1"), one("0").with("1", values.clone())] {
        let mut net = tied();
        dict.load_into(&mut net).unwrap();
        assert_eq!((&net.0.value, &net.1.value), (&values, &values));
        assert!(net.0.value.shares_buffer(&net.1.value));
    }
    let nan = Tensor::from([f32::NAN, 0.0]);
    StateDict::new().with("0", nan.clone()).with("1", nan).load_into(&mut tied()).unwrap();

    let mut net = tied();
    let error = one("0").with("1", Tensor::from([0.0_f32, 1.0])).load_into(&mut net).unwrap_err();
    let StateError::Mismatch { different, .. } = &error else { panic!("{error}") };
    let expected = Difference { name: "1".into(), net: "tied to 0".into(), file: "other values".into() };
    assert_eq!(different, &[expected]);
    assert_eq!(net.0.value.data(), [0.0, 0.0]);
}

/// The commonest misfit between files: one side has a prefix.
#[test]
fn prefixes_are_seen() {
    let mut net = Sequential::<f32>::new().push(Linear::new(2, 1, &mut Rng::seed(0)));
    let saved = StateDict::of(&net);
    let cases = [
        (
            saved.with_prefix("module."),
            Some("the names in the file begin with \"module.\": take it off by `without_prefix`"),
        ),
        (
            saved.without_prefix("0."),
            Some("the names in the net begin with \"0.\": put it before those in the file by `with_prefix`"),
        ),
        (saved.renamed(|name| name.replace("0.weight", "1.weight")).unwrap(), None),
        (StateDict::new(), None),
    ];
    for (dict, expected) in cases {
        let error = dict.load_into(&mut net).unwrap_err();
        let StateError::Mismatch { hint, .. } = &error else { panic!("{error}") };
        assert_eq!(hint.as_deref(), expected, "{dict}");
        assert!(error.to_string().ends_with(expected.unwrap_or("")));
    }
}

/// Errors name the file that the entries are from, however they were renamed.
#[test]
fn errors_name_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    let mut net = net();
    StateDict::of(&net).write_safetensors(&path).unwrap();
    let read =
        StateDict::read_safetensors(&path).unwrap().with_prefix("x.").without_prefix("x.").filtered(|name| name != "a");
    let error = read.load_into(&mut net).unwrap_err().to_string();
    assert_eq!(error, format!("{} does not fit the net; nothing was loaded:\n  only in the net: a", path.display()));
    let bytes = StateDict::from_safetensors(&read.to_safetensors().unwrap()).unwrap();
    let error = bytes.load_into(&mut net).unwrap_err().to_string();
    assert!(error.starts_with("the bytes does not fit the net"), "{error}");
}
