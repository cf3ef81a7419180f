use std::fs;
use std::io::{Cursor, Write};

use proptest::prelude::*;
use rappel_nn::autodiff::{Rng, Tensor};
use rappel_nn::state::{Kind, StateDict, Values};
use rappel_nn::{Linear, StateError};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A file that `tests/golden/npz.py` made with NumPy.
fn numpy(name: &str) -> Result<StateDict, StateError> {
    StateDict::read_npz(format!("{}/tests/golden/npz/{name}.npz", env!("CARGO_MANIFEST_DIR")))
}

/// The values as f64, whatever they are.
fn numbers(dict: &StateDict, name: &str) -> Vec<f64> {
    match dict.get(name).unwrap().values() {
        Values::F32(x) => x.data().iter().map(|&x| x.into()).collect(),
        Values::F64(x) => x.data().to_vec(),
        Values::I64(x) => x.data().iter().map(|&x| x as f64).collect(),
    }
}

fn counting(dict: &StateDict, name: &str, shape: &[usize]) {
    let n: usize = shape.iter().product();
    assert_eq!(dict.get(name).unwrap().shape(), shape, "{name}");
    assert_eq!(numbers(dict, name), (0..n).map(|i| i as f64).collect::<Vec<_>>(), "{name}");
}

#[test]
fn numpy_files_are_read_in_all_kinds_and_both_byte_orders() {
    let kinds = [
        ("f2", Kind::F16),
        ("f4", Kind::F32),
        ("f8", Kind::F64),
        ("i1", Kind::I8),
        ("i2", Kind::I16),
        ("i4", Kind::I32),
        ("i8", Kind::I64),
        ("u1", Kind::U8),
        ("u2", Kind::U16),
        ("u4", Kind::U32),
        ("u8", Kind::U64),
    ];
    for file in ["little", "big"] {
        let dict = numpy(file).unwrap();
        for (name, kind) in kinds {
            counting(&dict, name, &[2, 3]);
            assert_eq!(dict.get(name).unwrap().kind(), kind, "{file}");
        }
    }
    assert_eq!(numpy("little").unwrap().get("b1").unwrap().to_string(), "bool[1, 2]");
    assert_eq!(numbers(&numpy("little").unwrap(), "b1"), [0.0, 1.0]);
}

#[test]
fn numpy_files_are_read_in_rows_and_columns_and_all_versions() {
    let shapes: [&[usize]; 7] = [&[], &[0], &[1], &[5], &[2, 0, 3], &[2, 3, 4], &[1, 1, 1, 1, 2]];
    for file in ["shapes", "columns"] {
        let dict = numpy(file).unwrap();
        for (i, shape) in shapes.iter().enumerate() {
            counting(&dict, &format!("a{i}"), shape);
        }
    }
    for version in 1..=3 {
        counting(&numpy(&format!("version{version}")).unwrap(), "weight", &[3, 2]);
    }
    let compressed = numpy("compressed").unwrap();
    counting(&compressed, "0.weight", &[64, 64]);
    assert_eq!(numbers(&compressed, "0.bias"), [0.0; 4096]);
    let names = numpy("names").unwrap();
    assert_eq!(names.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["日本", "a/b", ""]);
}

#[test]
fn what_is_no_number_of_a_net_is_refused_by_name() {
    let cases = [
        (
            "objects",
            "holds Python objects, whose reading would run code from the file (\"|O\"); expected numbers of up to 8 bytes",
        ),
        ("complex", "holds complex numbers (\"<c8\"); expected numbers of up to 8 bytes"),
        ("text", "holds text (\"<U1\"); expected numbers of up to 8 bytes"),
        ("records", "holds records; save each of their fields as an array"),
        ("long", "holds something else than numbers of a net (\"<f16\"); expected numbers of up to 8 bytes"),
    ];
    for (file, expected) in cases {
        let error = numpy(file).unwrap_err();
        assert!(matches!(&error, StateError::Kind { name, .. } if name == "weight"), "{error:?}");
        assert!(error.to_string().ends_with(&format!("{file}.npz: weight: {expected}")), "{error}");
    }
}

/// Entries, order, kinds and bits, of every kind that NumPy has.
#[test]
fn what_is_written_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.npz");
    let mut dict = numpy("little").unwrap();
    for (name, array) in numpy("columns").unwrap().iter() {
        dict = dict.with(name, array.clone());
    }
    dict = dict.with("日本/x\\y", Tensor::from([f32::NEG_INFINITY, -0.0]));
    dict.write_npz(&path).unwrap();
    let read = StateDict::read_npz(&path).unwrap();
    assert_eq!(read.iter().collect::<Vec<_>>(), dict.iter().collect::<Vec<_>>());
    assert_eq!(fs::read(&path).unwrap(), dict.to_npz().unwrap(), "the same bytes each time");
    assert_eq!(StateDict::from_npz(&StateDict::new().to_npz().unwrap()).unwrap().len(), 0);

    let saved: Linear = Linear::new(3, 2, &mut Rng::seed(1));
    StateDict::of(&saved).write_npz(&path).unwrap();
    let mut net: Linear = Linear::new(3, 2, &mut Rng::seed(2));
    StateDict::read_npz(&path).unwrap().load_into(&mut net).unwrap();
    assert_eq!(net.weight.value, saved.weight.value);
    let mut other: Linear = Linear::without_bias(3, 2, &mut Rng::seed(2));
    let error = StateDict::read_npz(&path).unwrap().load_into(&mut other).unwrap_err();
    assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
}

/// The first bytes of an array, as `numpy.lib.format.write_array` documents them.
#[test]
fn headers_are_aligned() {
    let bytes =
        StateDict::new().with("x", Tensor::from([[1.0_f32, 2.0]])).with("y", Tensor::scalar(1_i64)).to_npz().unwrap();
    for header in [
        "\u{1}\0v\0{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }",
        "\u{1}\0v\0{'descr': '<i8', 'fortran_order': False, 'shape': (), }",
    ] {
        let at = bytes.windows(header.len()).position(|window| window == header.as_bytes()).expect(header);
        assert_eq!((&bytes[at - 6..at], bytes[at + 4 + 0x76 - 1]), (&b"\x93NUMPY"[..], b'\n'));
    }
}

#[test]
fn what_npz_cannot_hold_is_refused() {
    let dict = StateDict::new().with("x", Tensor::from([1.0_f32]));
    let error = dict.with_floats_as(Kind::Bf16).to_npz().unwrap_err();
    assert_eq!(error.to_string(), "the state dict: x: NumPy has no bf16; convert by `with_floats_as` to f16 or f32");
    for name in ["a\0b".to_owned(), "n".repeat(70_000)] {
        let error = dict.with_prefix(&name).to_npz().unwrap_err();
        assert!(matches!(error, StateError::Name { .. }), "{error:?}");
    }
}

/// A zip archive with these files in it.
fn archive(files: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// An array in NumPy's format with this header and these values.
fn npy(version: u8, header: &str, values: &[u8]) -> Vec<u8> {
    let length = match version {
        1 => (header.len() as u16).to_le_bytes().to_vec(),
        _ => (header.len() as u32).to_le_bytes().to_vec(),
    };
    [b"\x93NUMPY", &[version, 0][..], &length, header.as_bytes(), values].concat()
}

#[test]
fn headers_of_arrays_are_read_with_care() {
    let read = |content: &[u8]| StateDict::from_npz(&archive(&[("x.npy", content)], CompressionMethod::Stored));
    let fine = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
    let others = [
        "{\"shape\":(2L,),\"descr\":\"=f4\",\"fortran_order\":True}  \n",
        " { 'shape' : ( 2 , ) , 'fortran_order' : False , 'descr' : 'f4' } ",
    ];
    for header in [fine].iter().chain(&others) {
        assert_eq!(numbers(&read(&npy(1, header, &[0; 8])).unwrap(), "x"), [0.0, 0.0], "{header}");
    }
    let with = |from: &str, to: &str| npy(2, &fine.replace(from, to), &[0; 8]);
    let whole = npy(1, fine, &[0; 8]);
    let cases: [(&str, Vec<u8>, &str); 20] = [
        ("nothing", vec![], "it does not begin as an array does"),
        ("a cut word", whole[..5].to_vec(), "it does not begin as an array does"),
        ("a cut length", whole[..9].to_vec(), "it ends within its header"),
        ("a cut header", whole[..40].to_vec(), "it ends within its header"),
        ("cut values", whole[..whole.len() - 1].to_vec(), "it has 7 bytes of values, which is not f32[2]"),
        ("more values", [&whole[..], &[0]].concat(), "it has 9 bytes of values, which is not f32[2]"),
        ("version 4", npy(4, fine, &[0; 8]), "its version is 4.0; expected 1 to 3"),
        (
            "a header of 4 GiB",
            [&b"\x93NUMPY\x02\x00\xff\xff\xff\xff"[..], fine.as_bytes()].concat(),
            "ends within its header",
        ),
        ("gigabytes", with("(2,)", "(4611686018427387904,)"), "which is not f32[4611686018427387904]"),
        ("an overflow", with("(2,)", "(4294967296, 4294967296, 4294967296)"), "which is not f32["),
        ("too long a size", with("(2,)", "(99999999999999999999,)"), "its header has a shape that is none"),
        ("a negative size", with("(2,)", "(-2,)"), "its header has a shape that is none"),
        ("no tuple", with("(2,)", "2"), "its header has no '('"),
        ("no brace", with("{", ""), "its header has no '{'"),
        ("no end", with(", }", ""), "its header has no '}'"),
        ("more text", with("}", "} 1"), "its header has something after its end"),
        ("an unknown entry", with("descr", "dtype"), "its header has an entry \"dtype\""),
        ("an entry twice", with("}", "'shape': (2,), }"), "its header has two entries \"shape\""),
        ("an entry missing", with(", 'shape': (2,)", ""), "its header has no 'descr', 'fortran_order' or 'shape'"),
        ("no truth", with("False", "0"), "its header has neither True nor False"),
    ];
    for (name, content, expected) in cases {
        let error = read(&content).unwrap_err();
        assert!(matches!(error, StateError::Damaged { format: "npz", .. }), "{name}: {error:?}");
        assert!(error.to_string().contains(expected), "{name}: {error}");
    }
}

#[test]
fn archives_that_are_none_are_told() {
    let one = npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }", &[0; 4]);
    let stored = CompressionMethod::Stored;
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("empty", vec![], "no zip archive, or cut short"),
        ("a text", b"epoch,loss\n0,1.5\n".to_vec(), "no zip archive, or cut short"),
        ("one array", one.clone(), "it is a single array (npy); save by `numpy.savez`"),
        ("another file", archive(&[("x.npy", &one), ("notes.txt", b"")], stored), "\"notes.txt\" in it is no array"),
        ("a folder", archive(&[("weights/", b"")], stored), "\"weights/\" in it is no array"),
        ("torch.save", archive(&[("net/data.pkl", b"")], stored), "it is a file of `torch.save`"),
        (
            "appended",
            [&archive(&[("x.npy", &one)], stored)[..], &[0; 100_000]].concat(),
            "no zip archive, or cut short",
        ),
    ];
    for (name, bytes, expected) in cases {
        let error = StateDict::from_npz(&bytes).unwrap_err();
        assert!(matches!(error, StateError::Damaged { format: "npz", .. }), "{name}: {error:?}");
        assert!(error.to_string().contains(expected), "{name}: {error}");
    }
    // No name is a path to anything: it is compared with those of a net, that is all.
    let odd = archive(&[("../../etc/passwd.npy", &one), ("/x.npy", &one), ("C:\\x.npy", &one)], stored);
    assert_eq!(StateDict::from_npz(&odd).unwrap().len(), 3);
}

/// Two files of one name: the writer refuses to make one, so the second name is changed in both of its places.
#[test]
fn names_that_stand_twice_or_are_no_text_are_refused() {
    let one = npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }", &[0; 4]);
    let replace = |new: &[u8]| {
        let mut bytes = archive(&[("x.npy", &one), ("y.npy", &one)], CompressionMethod::Stored);
        for at in 0..bytes.len() - 5 {
            if &bytes[at..at + 5] == b"y.npy" {
                bytes[at..at + new.len()].copy_from_slice(new);
            }
        }
        StateDict::from_npz(&bytes).unwrap_err()
    };
    for (new, expected) in [(&b"x"[..], "duplicate file names"), (b"\xff", "a name is not UTF-8")] {
        let error = replace(new);
        assert!(matches!(error, StateError::Damaged { .. }), "{error:?}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

/// A thousand bytes of zeros in one.
#[test]
fn small_files_that_claim_to_be_large_are_refused() {
    let zeros = vec![0; 1 << 20];
    let header =
        |bytes: usize| npy(1, &format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({bytes},), }}"), &[]);
    let size = 1 << 20;
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    writer.start_file("x.npy", options).unwrap();
    writer.write_all(&header(size)).unwrap();
    writer.write_all(&zeros).unwrap();
    let bomb = writer.finish().unwrap().into_inner();
    assert_eq!(StateDict::from_npz(&bomb).unwrap().get("x").unwrap().shape(), [size]);
    assert!(bomb.len() < 3000);

    // The size that the archive claims is in both headers; inflating stops soon after it, or before it where there is no more.
    let claim = (header(size).len() + size) as u32;
    for (claimed, expected) in
        [(u32::MAX - 1, "larger than 256 MiB"), (claim - 1, "x: "), (claim + 1, "x: "), (1000, "x: ")]
    {
        let mut bytes = bomb.clone();
        for at in 0..bytes.len() - 4 {
            if bytes[at..at + 4] == claim.to_le_bytes() {
                bytes[at..at + 4].copy_from_slice(&claimed.to_le_bytes());
            }
        }
        let error = StateDict::from_npz(&bytes).unwrap_err();
        assert!(
            matches!(error, StateError::Damaged { .. }) && error.to_string().contains(expected),
            "{claimed}: {error}"
        );
    }
}

fn small() -> StateDict {
    StateDict::new().with("0.weight", Tensor::from([[1.0_f32, 2.0], [3.0, 4.0]])).with("steps", Tensor::scalar(7_i64))
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let compressed = fs::read(format!("{}/tests/golden/npz/version1.npz", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for whole in [small().to_npz().unwrap(), compressed] {
        for length in 0..whole.len() {
            let error = StateDict::from_npz(&whole[..length]).unwrap_err();
            assert!(matches!(error, StateError::Damaged { bytes, .. } if bytes == length), "{length}: {error}");
        }
        assert!(StateDict::from_npz(&whole).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// A bit anywhere: an error, or a bit that says nothing (a time, a version, a flag); values have a checksum.
    #[test]
    fn a_flipped_bit_changes_no_value(at: prop::sample::Index, bit in 0..8_u8) {
        let dict = small();
        let mut bytes = dict.to_npz().unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        match StateDict::from_npz(&bytes) {
            Err(StateError::Damaged { .. } | StateError::Kind { .. }) => {}
            Err(other) => prop_assert!(false, "{other:?}"),
            Ok(read) => {
                let (read, whole): (Vec<_>, Vec<_>) = (read.iter().collect(), dict.iter().collect());
                prop_assert_eq!(read, whole, "byte {}", at);
            }
        }
    }

    /// No bytes make it panic.
    #[test]
    fn any_bytes_are_read_or_refused(header in ".{0,80}", bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = StateDict::from_npz(&bytes);
        let _ = StateDict::from_npz(&archive(&[("x.npy", &bytes)], CompressionMethod::Deflated));
        let _ = StateDict::from_npz(&archive(&[("x.npy", &npy(3, &header, &bytes))], CompressionMethod::Stored));
    }
}
