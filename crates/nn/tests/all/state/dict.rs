use rappel_nn::autodiff::{Param, Rng, Tensor};
use rappel_nn::state::{Array, Kind, Origin, StateDict, Values};
use rappel_nn::{Linear, StateError};

fn dict(names: &[&str]) -> StateDict {
    names.iter().enumerate().fold(StateDict::new(), |dict, (i, name)| dict.with(*name, Tensor::from([i as f32])))
}

fn names(dict: &StateDict) -> Vec<&str> {
    dict.iter().map(|(name, _)| name).collect()
}

#[test]
fn it_is_taken_from_a_net_without_copies() {
    let fc: Linear = Linear::new(3, 2, &mut Rng::seed(0));
    let net = (fc.weight.tie(), fc, Param::new(Tensor::<f64>::zeros(&[2])));
    let dict = StateDict::of(&net);
    assert_eq!(dict.to_string(), "0       f32[2, 3]\n1.bias  f32[2]\n2       f64[2]\n");
    let Values::F32(weight) = dict.get("0").unwrap().values() else { panic!("{dict}") };
    assert!(weight.shares_buffer(&net.1.weight.value));
    assert_eq!((dict.len(), dict.is_empty(), StateDict::new().is_empty()), (3, false, true));
    assert!(dict.get("1.weight").is_none(), "a tied parameter stands under its first path");
}

#[test]
fn entries_are_put_in_and_replaced_in_their_order() {
    let first = dict(&["b", "a", "c"]);
    let again = first.clone().with("a", Tensor::scalar(7_i64));
    assert_eq!(names(&again), ["b", "a", "c"]);
    assert_eq!(again.get("a"), Some(&Array::from(Tensor::scalar(7_i64))));
    assert_eq!(names(&first.filtered(|name| name > "a")), ["b", "c"]);
}

#[test]
fn names_are_changed() {
    let all = dict(&["module.fc.weight", "module.fc.bias", "other.fc.bias"]);
    assert_eq!(names(&all.without_prefix("module.")), ["fc.weight", "fc.bias"]);
    assert_eq!(names(&all.without_prefix("module.").with_prefix("a.")), ["a.fc.weight", "a.fc.bias"]);
    let upper = all.renamed(|name| name.to_uppercase()).unwrap();
    assert_eq!(names(&upper), ["MODULE.FC.WEIGHT", "MODULE.FC.BIAS", "OTHER.FC.BIAS"]);
    let error = all.renamed(|name| name.rsplit('.').next().unwrap().to_owned()).unwrap_err();
    let text =
        r#"the state dict: "module.fc.bias" and "other.fc.bias" would both be called "bias"; nothing was renamed"#;
    assert_eq!(error.to_string(), text);
    assert!(matches!(error, StateError::Name { origin: Origin::Memory, name, .. } if name == "bias"));
}

/// Each kind with its extreme values: as PyTorch's files hold them, read and written as the same bytes.
#[test]
fn every_kind_is_kept() {
    let cases: [(&str, Kind, Vec<u8>, Values); 9] = [
        ("F64", Kind::F64, 0.1_f64.to_le_bytes().into(), Tensor::from([0.1_f64]).into()),
        ("F32", Kind::F32, 0.1_f32.to_le_bytes().into(), Tensor::from([0.1_f32]).into()),
        ("I64", Kind::I64, i64::MIN.to_le_bytes().into(), Tensor::from([i64::MIN]).into()),
        ("I32", Kind::I32, i32::MIN.to_le_bytes().into(), Tensor::from([i64::from(i32::MIN)]).into()),
        ("I16", Kind::I16, vec![0, 0x80, 0xff, 0xff], Tensor::from([-32768_i64, -1]).into()),
        ("I8", Kind::I8, vec![0x80, 0xff, 0x7f], Tensor::from([-128_i64, -1, 127]).into()),
        ("U64", Kind::U64, i64::MAX.to_le_bytes().into(), Tensor::from([i64::MAX]).into()),
        ("U32", Kind::U32, u32::MAX.to_le_bytes().into(), Tensor::from([i64::from(u32::MAX)]).into()),
        ("U16", Kind::U16, vec![0xff, 0xff, 1, 0], Tensor::from([65535_i64, 1]).into()),
    ];
    let more = [
        ("U8", Kind::U8, vec![0xff, 0], Tensor::from([255_i64, 0]).into()),
        ("BOOL", Kind::Bool, vec![1, 0], Tensor::from([1_i64, 0]).into()),
    ];
    for (dtype, kind, bytes, values) in cases.into_iter().chain(more) {
        let shape = values.shape().to_vec();
        let json = format!(r#"{{"x":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[0,{}]}}}}"#, bytes.len());
        let file = [&(json.len() as u64).to_le_bytes()[..], json.as_bytes(), &bytes].concat();
        let dict = StateDict::from_safetensors(&file).unwrap();
        let array = dict.get("x").unwrap();
        assert_eq!((array.kind(), array.values()), (kind, &values), "{dtype}");
        assert_eq!(array.to_string(), format!("{}{shape:?}", dtype.to_lowercase()));
        let again = dict.to_safetensors().unwrap();
        assert!(again.ends_with(&bytes), "{dtype}");
        assert_eq!(StateDict::from_safetensors(&again).unwrap(), dict, "{dtype}");
        let as_floats = dict.with_floats_as(Kind::Bf16);
        assert_eq!(as_floats.get("x").unwrap().kind(), if kind.is_float() { Kind::Bf16 } else { kind });
    }
}

#[test]
#[should_panic(expected = "with_floats_as: i64 is no floating point; expected f64, f32, f16 or bf16")]
fn floats_are_no_integers() {
    let _ = dict(&["a"]).with_floats_as(Kind::I64);
}

/// Those of eight bytes first; what is written is read in the order of the file.
#[test]
fn the_order_of_a_file_is_that_of_its_header() {
    let mixed = dict(&["z", "y"])
        .with("b", Tensor::from([1.0_f64]))
        .with("empty", Tensor::<f32>::zeros(&[0]))
        .with("nothing", Tensor::<f32>::zeros(&[3, 0]));
    let read = StateDict::from_safetensors(&mixed.to_safetensors().unwrap()).unwrap();
    assert_eq!(names(&read), ["b", "z", "y", "empty", "nothing"]);
}
