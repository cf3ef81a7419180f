//! Files that are cut, damaged or made to do harm.

use proptest::prelude::*;
use rappel_nn::StateError;
use rappel_nn::autodiff::Tensor;
use rappel_nn::state::StateDict;

/// A file of these JSON and values.
fn file(json: &str, values: &[u8]) -> Vec<u8> {
    [&(json.len() as u64).to_le_bytes()[..], json.as_bytes(), values].concat()
}

fn small() -> StateDict {
    let weight = Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]]);
    StateDict::new()
        .with("0.weight", weight)
        .with("steps", Tensor::scalar(7_i64))
        .with("empty", Tensor::<f64>::zeros(&[0, 3]))
}

/// At every length but the whole one.
#[test]
fn a_file_cut_anywhere_is_refused() {
    let whole = small().to_safetensors().unwrap();
    for length in 0..whole.len() {
        let error = StateDict::from_safetensors(&whole[..length]).unwrap_err();
        assert!(matches!(error, StateError::Damaged { bytes, .. } if bytes == length), "{length}: {error}");
    }
    assert_eq!(StateDict::from_safetensors(&whole).unwrap().len(), 3);
}

#[test]
fn what_a_header_claims_is_not_believed() {
    let entry = |dtype: &str, shape: &str, offsets: &str| {
        format!(r#""x":{{"dtype":"{dtype}","shape":{shape},"data_offsets":{offsets}}}"#)
    };
    let one = |dtype: &str, shape: &str, offsets: &str| file(&format!("{{{}}}", entry(dtype, shape, offsets)), &[0; 8]);
    let huge = [&u64::MAX.to_le_bytes()[..], b"{}"].concat();
    let two = |a: &str, b: &str| file(&format!("{{{a},{b}}}"), &[0; 8]);
    let x = entry("F32", "[2]", "[0,8]");
    let cases: [(&str, Vec<u8>, &str); 13] = [
        ("a header of 2^64 bytes", huge, "a header of more than 100 MB"),
        ("a header longer than the file", [&99_u64.to_le_bytes()[..], b"{}"].concat(), "ends within its header"),
        ("gigabytes of values", one("F32", "[4294967296]", "[0,17179869184]"), "does not end where its header says"),
        ("more values than bytes", one("F32", "[1000000]", "[0,8]"), "invalid shape, data type, or offset"),
        ("an overflowing shape", one("F32", "[4294967296,4294967296,4294967296]", "[0,8]"), "overflow"),
        ("an overflow that a zero hides", one("F32", "[4294967296,4294967296,0]", "[0,8]"), "overflow"),
        ("a negative size", one("F32", "[-2]", "[0,8]"), "invalid value"),
        ("an offset beyond the end", one("F32", "[2]", "[8,16]"), "invalid offset"),
        ("overlapping values", two(&x, &x.replace("\"x\"", "\"y\"")), "invalid offset"),
        (
            "a hole",
            two(&entry("F32", "[0]", "[0,0]"), &entry("F32", "[1]", "[4,8]").replace("\"x\"", "\"y\"")),
            "invalid offset",
        ),
        ("two entries of one name", two(&x, &x), "two entries are called \"x\""),
        ("an unknown type", one("F128", "[1]", "[0,8]"), "unknown variant"),
        ("nested arrays", file(&format!("{{\"x\":{}", "[".repeat(10_000)), &[]), "JSON"),
    ];
    for (name, bytes, expected) in cases {
        let error = StateDict::from_safetensors(&bytes).unwrap_err();
        assert!(matches!(error, StateError::Damaged { .. }), "{name}: {error:?}");
        assert!(error.to_string().contains(expected), "{name}: {error}");
    }
}

#[test]
fn numbers_that_no_net_has_are_named() {
    let one = |dtype: &str, size: usize, values: &[u8]| {
        file(
            &format!(r#"{{"fc.x":{{"dtype":"{dtype}","shape":[{size}],"data_offsets":[0,{}]}}}}"#, values.len()),
            values,
        )
    };
    let cases = [
        (one("F8_E4M3", 2, &[0; 2]), "the bytes: fc.x: holds F8_E4M3, which is not read; convert it to F32"),
        (one("C64", 1, &[0; 8]), "the bytes: fc.x: holds C64, which is not read; convert it to F32"),
        (one("U64", 1, &[0xff; 8]), "the bytes: fc.x: holds 18446744073709551615, which is more than an i64 has"),
    ];
    for (bytes, expected) in cases {
        let error = StateDict::from_safetensors(&bytes).unwrap_err();
        assert!(matches!(&error, StateError::Kind { name, .. } if name == "fc.x"), "{error:?}");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn other_kinds_of_files_are_told() {
    let error = StateDict::from_safetensors(b"PK\x03\x04 and so on").unwrap_err().to_string();
    assert!(error.ends_with("it is a zip archive: an npz file, or one of `torch.save`; in PyTorch, save by `safetensors.torch.save_file`"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// A bit anywhere: an error, or other values or names under the same rules; and what is read is written and read again.
    #[test]
    fn a_flipped_bit_is_an_error_or_another_value(at: prop::sample::Index, bit in 0..8_u8) {
        let mut bytes = small().to_safetensors().unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        match StateDict::from_safetensors(&bytes) {
            Err(StateError::Damaged { .. } | StateError::Kind { .. }) => {}
            Err(other) => prop_assert!(false, "{other:?}"),
            Ok(dict) => {
                let again = StateDict::from_safetensors(&dict.to_safetensors().unwrap()).unwrap();
                prop_assert_eq!(again.to_string().lines().count(), dict.len());
            }
        }
    }

    /// No bytes make it panic.
    #[test]
    fn any_bytes_are_read_or_refused(length in 0..64_u64, bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = StateDict::from_safetensors(&bytes);
        let _ = StateDict::from_safetensors(&[&length.to_le_bytes()[..], &bytes].concat());
    }
}
