use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use rappel_data::DataError;
use rappel_data::idx::{idx_folder, idx_pair, mnist_folder, parse_idx, read_idx};
use tempfile::TempDir;

/// An IDX file of bytes.
fn idx(shape: &[u32], data: &[u8]) -> Vec<u8> {
    let sizes = shape.iter().flat_map(|size| size.to_be_bytes());
    [0, 0, 8, shape.len() as u8].into_iter().chain(sizes).chain(data.iter().copied()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("to memory");
    encoder.finish().expect("to memory")
}

fn with_byte(mut bytes: Vec<u8>, at: usize, byte: u8) -> Vec<u8> {
    bytes[at] = byte;
    bytes
}

#[test]
fn content_that_is_no_idx_file_is_refused() {
    let good = idx(&[2, 3], &[1, 2, 3, 4, 5, 6]);
    let huge = u32::MAX;
    let table: Vec<(Vec<u8>, &str)> = vec![
        (vec![], "holds 0 bytes; expected an IDX header of 4 bytes"),
        (vec![0, 0, 8], "holds 3 bytes; expected an IDX header of 4 bytes"),
        (good[..11].to_vec(), "holds 11 bytes; expected an IDX header of 12 bytes"),
        (
            b"\x89PNG\r\n".to_vec(),
            "begins with the bytes 89 50 4e 47; expected an IDX file, which begins with 00 00, a type and a rank",
        ),
        (
            with_byte(good.clone(), 1, 1),
            "begins with the bytes 00 01 08 02; expected an IDX file, which begins with 00 00, a type and a rank",
        ),
        (with_byte(good.clone(), 2, 9), "holds elements of type 0x09 (i8); expected 0x08 (u8)"),
        (with_byte(good.clone(), 2, 0x0b), "holds elements of type 0x0b (i16); expected 0x08 (u8)"),
        (with_byte(good.clone(), 2, 0x0c), "holds elements of type 0x0c (i32); expected 0x08 (u8)"),
        (with_byte(good.clone(), 2, 0x0d), "holds elements of type 0x0d (f32); expected 0x08 (u8)"),
        (with_byte(good.clone(), 2, 0x0e), "holds elements of type 0x0e (f64); expected 0x08 (u8)"),
        (with_byte(good.clone(), 2, 7), "holds elements of type 0x07 (unknown); expected 0x08 (u8)"),
        (good[..17].to_vec(), "holds 5 values; expected 6, as its header states"),
        (idx(&[huge], &[7]), "holds 1 values; expected 4294967295, as its header states"),
        ([&good[..], &[9]].concat(), "goes on after its data; expected it to end after the 6 values its header states"),
        (
            idx(&[huge, huge, huge], &[]),
            "the header states shape [4294967295, 4294967295, 4294967295]; expected at most 9223372036854775807 values",
        ),
    ];
    for (bytes, message) in &table {
        let told = parse_idx("some/file", bytes).expect_err(message).to_string();
        assert_eq!(told, format!("some/file: {message}"));
        if !message.contains("at most") {
            let told = parse_idx("some/file", &gzip(bytes)).expect_err(message).to_string();
            assert_eq!(told, format!("some/file: {message}"), "packed");
        }
    }
    let limit = "packed: the header states shape [4294967295, 2]; expected at most 4294967296 values";
    let told = parse_idx("packed", &gzip(&idx(&[huge, 2], &[]))).expect_err(limit).to_string();
    assert_eq!(told, limit);
}

#[test]
fn damaged_gzip_is_refused() {
    let packed = gzip(&idx(&[4], &[3, 1, 4, 1]));
    let n = packed.len();
    let damaged = [
        packed[..2].to_vec(),
        packed[..12].to_vec(),
        packed[..n - 1].to_vec(),
        with_byte(packed.clone(), n - 5, packed[n - 5] ^ 1), // checksum
        with_byte(packed.clone(), n - 1, packed[n - 1] ^ 1), // length
        with_byte(packed.clone(), 2, 99),                    // method
        [&packed[..], b"rest"].concat(),
    ];
    for bytes in damaged {
        let e = parse_idx("file.gz", &bytes).expect_err("damaged");
        assert!(matches!(e, DataError::Unpack { format: "gzip", .. }), "{e}");
        let told = e.to_string();
        assert!(told.starts_with("file.gz: damaged gzip data: "), "{told}");
        assert!(told.ends_with("; expected an IDX file of bytes, plain or gzip"), "{told}");
        assert!(std::error::Error::source(&e).is_some());
    }
}

#[test]
fn arrays_of_any_rank_are_read() {
    let long = [0, 0, 8, 255].into_iter().chain([0, 0, 0, 1].repeat(255)).chain([5]).collect::<Vec<u8>>();
    assert_eq!(parse_idx("long", &long).expect("valid").shape(), [1; 255]);
    assert_eq!(parse_idx("scalar", &idx(&[], &[5])).expect("valid").rank(), 0);
    assert_eq!(parse_idx("empty", &idx(&[0, 28, 28], &[])).expect("valid").shape(), [0, 28, 28]);
    let two_members = [gzip(&idx(&[2, 1], &[])), gzip(&[8, 9])].concat();
    assert_eq!(parse_idx("members", &two_members).expect("valid").data(), [8, 9]);
}

/// A folder with two training and one test image of 1 x 2 pixels.
struct Folder(TempDir);

const TRAIN_IMAGES: &str = "train-images-idx3-ubyte";
const TRAIN_LABELS: &str = "train-labels-idx1-ubyte";
const TEST_IMAGES: &str = "t10k-images-idx3-ubyte";
const TEST_LABELS: &str = "t10k-labels-idx1-ubyte";

impl Folder {
    fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a temporary folder"));
        folder.write(TRAIN_IMAGES, &idx(&[2, 1, 2], &[0, 255, 51, 0]));
        folder.write(TRAIN_LABELS, &idx(&[2], &[9, 0]));
        folder.write(TEST_IMAGES, &idx(&[1, 1, 2], &[255, 255]));
        folder.write(TEST_LABELS, &idx(&[1], &[4]));
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).expect("writable");
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).expect("removable");
    }

    /// The message of reading it, with the folder's own path taken out.
    fn message(&self) -> String {
        let e = mnist_folder(self.0.path()).expect_err("something is wrong with it");
        e.to_string().replace(&format!("{}{}", self.0.path().display(), std::path::MAIN_SEPARATOR), "")
    }
}

#[test]
fn a_folder_is_read_under_every_spelling() {
    let spell = |name: &str, point: bool, packed: bool| {
        let name = if point { name.replace("-idx", ".idx") } else { name.to_owned() };
        if packed { name + ".gz" } else { name }
    };
    for (point, packed) in [(false, false), (true, false), (false, true), (true, true)] {
        let folder = Folder::new();
        for name in [TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS] {
            let plain = fs::read(folder.path(name)).expect("just written");
            folder.remove(name);
            folder.write(&spell(name, point, packed), &if packed { gzip(&plain) } else { plain });
        }
        let (train, test) = mnist_folder(folder.0.path()).expect("valid");
        assert_eq!((train.len(), test.len(), train.classes(), train.sample_shape()), (2, 1, 10, &[2][..]));
        let (train, test) = (train.all(), test.all());
        assert_eq!((train.x.data(), train.y.data()), (&[0.0, 1.0, 0.2, 0.0][..], &[9, 0][..]));
        assert_eq!((test.x.data(), test.y.data()), (&[1.0, 1.0][..], &[4][..]));
    }
    // The content decides, not the name.
    let folder = Folder::new();
    folder.write(TRAIN_LABELS, &gzip(&idx(&[2], &[9, 0])));
    assert!(mnist_folder(folder.0.path()).is_ok());
}

/// What is done to a good folder, and what reading it then says.
#[test]
fn what_is_wrong_with_a_folder_is_named() {
    let none = "expected [n, ...] with at least one sample of at least one value";
    type Spoil = fn(&Folder);
    let table: Vec<(&str, Spoil, String)> = vec![
        (
            "missing",
            |f| f.remove(TEST_LABELS),
            "t10k-labels-idx1-ubyte: no such file or folder; expected an IDX file under this name, or \
             t10k-labels-idx1-ubyte.gz, t10k-labels.idx1-ubyte, t10k-labels.idx1-ubyte.gz"
                .into(),
        ),
        (
            "a folder",
            |f| {
                f.remove(TRAIN_IMAGES);
                fs::create_dir(f.path(TRAIN_IMAGES)).expect("writable");
            },
            "train-images-idx3-ubyte: is not a regular file; expected an IDX file of bytes, plain or gzip".into(),
        ),
        (
            "empty",
            |f| f.write(TRAIN_IMAGES, &[]),
            "train-images-idx3-ubyte: holds 0 bytes; expected an IDX header of 4 bytes".into(),
        ),
        (
            "cut",
            |f| f.write(TRAIN_IMAGES, &idx(&[2, 1, 2], &[0, 255, 51])),
            "train-images-idx3-ubyte: holds 3 values; expected 4, as its header states".into(),
        ),
        (
            "labels for images",
            |f| f.write(TRAIN_IMAGES, &idx(&[2], &[9, 0])),
            "train-images-idx3-ubyte: holds an array of shape [2]; expected images: an array of rank 3 [count, rows, columns]"
                .into(),
        ),
        (
            "images for labels",
            |f| f.write(TEST_LABELS, &idx(&[1, 1, 1], &[4])),
            "t10k-labels-idx1-ubyte: holds an array of shape [1, 1, 1]; expected labels: an array of rank 1 [count]".into(),
        ),
        (
            "fewer labels",
            |f| f.write(TRAIN_LABELS, &idx(&[1], &[9])),
            "train-images-idx3-ubyte holds 2 images but train-labels-idx1-ubyte holds 1 labels; \
             expected as many labels as images"
                .into(),
        ),
        (
            "label out of range",
            |f| f.write(TRAIN_LABELS, &idx(&[2], &[9, 10])),
            "train-labels-idx1-ubyte: the label of row 1 is 10; expected a class below 10".into(),
        ),
        (
            "no samples",
            |f| {
                f.write(TEST_IMAGES, &idx(&[0, 1, 2], &[]));
                f.write(TEST_LABELS, &idx(&[0], &[]));
            },
            format!("t10k-images-idx3-ubyte: x has shape [0, 1, 2]; {none}"),
        ),
        (
            "no pixels",
            |f| f.write(TEST_IMAGES, &idx(&[1, 0, 2], &[])),
            format!("t10k-images-idx3-ubyte: x has shape [1, 0, 2]; {none}"),
        ),
        (
            "other size",
            |f| f.write(TEST_IMAGES, &idx(&[1, 2, 1], &[1, 1])),
            "train-images-idx3-ubyte holds images of size [1, 2] but t10k-images-idx3-ubyte holds images of size [2, 1]; \
             expected one size"
                .into(),
        ),
    ];
    for (what, spoil, message) in table {
        let folder = Folder::new();
        spoil(&folder);
        assert_eq!(folder.message(), message, "{what}");
    }
}

#[test]
fn paths_that_lead_nowhere_are_named() {
    let folder = Folder::new();
    let message = |e: DataError| e.to_string().replace(&folder.0.path().display().to_string(), "DIR");
    let wanted = "a folder with the four IDX files of MNIST";
    assert_eq!(
        message(mnist_folder(folder.path("none")).expect_err("missing")),
        format!("DIR/none: no such file or folder; expected {wanted}")
    );
    assert_eq!(
        message(mnist_folder(folder.path(TEST_LABELS)).expect_err("a file")),
        format!("DIR/{TEST_LABELS}: is not a folder; expected {wanted}")
    );
    assert_eq!(
        message(read_idx(folder.path("none")).expect_err("missing")),
        "DIR/none: no such file or folder; expected an IDX file of bytes, plain or gzip"
    );
    // A name no system can open stands for every refusal to read: a test may run with the right to read everything.
    let e = read_idx(folder.path("nul\0")).expect_err("unreadable");
    assert!(matches!(&e, DataError::Read { source, .. } if source.kind() == std::io::ErrorKind::InvalidInput), "{e}");
    assert!(message(e).contains(": cannot be read: "));
    let e = mnist_folder(folder.path("nul\0")).expect_err("unreadable");
    assert!(matches!(e, DataError::Read { .. }), "{e}");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.path(TRAIN_IMAGES);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("allowed");
    // The administrator reads it all the same.
    let expected = fs::File::open(&path)
        .err()
        .map(|e| format!("{TRAIN_IMAGES}: cannot be read: {e}; expected an IDX file of bytes, plain or gzip"));
    assert_eq!(mnist_folder(folder.0.path()).is_err(), expected.is_some());
    if let Some(expected) = expected {
        assert_eq!(folder.message(), expected);
    }
    // A link that leads nowhere is a file that is there and cannot be opened.
    folder.remove(TRAIN_IMAGES);
    std::os::unix::fs::symlink(folder.path("nowhere"), &path).expect("allowed");
    assert_eq!(
        folder.message(),
        format!("{TRAIN_IMAGES}: no such file or folder; expected an IDX file of bytes, plain or gzip")
    );
}

#[test]
fn other_classes_and_single_sets() {
    let folder = Folder::new();
    folder.write(TRAIN_LABELS, &idx(&[2], &[26, 0]));
    assert!(mnist_folder(folder.0.path()).is_err());
    let (train, test) = idx_folder(folder.0.path(), 27).expect("valid");
    assert_eq!((train.classes(), test.classes()), (27, 27));
    let pair = |classes| idx_pair(folder.path(TRAIN_IMAGES), folder.path(TRAIN_LABELS), classes);
    assert_eq!(pair(27).expect("valid").all(), train.all());
    assert!(matches!(pair(26), Err(DataError::InFile { path, .. }) if path == folder.path(TRAIN_LABELS)));
}

/// A valid file, packed or not, with some bytes changed, and cut.
fn spoiled() -> impl Strategy<Value = Vec<u8>> {
    let valid = (prop::collection::vec(0_u32..5, 0..4), any::<bool>()).prop_map(|(shape, packed)| {
        let n = shape.iter().product::<u32>() as usize;
        let plain = idx(&shape, &vec![7; n]);
        if packed { gzip(&plain) } else { plain }
    });
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    (valid, changes, any::<prop::sample::Index>(), any::<bool>()).prop_map(|(mut bytes, changes, end, cut)| {
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(end.index(bytes.len() + 1));
        }
        bytes
    })
}

/// Either it is what the bytes say, or the message names the file.
fn is_read_or_refused(bytes: &[u8]) -> Result<(), TestCaseError> {
    match parse_idx(Path::new("the/file"), bytes) {
        Ok(array) => prop_assert_eq!(array.len(), array.shape().iter().product::<usize>()),
        Err(e) => prop_assert!(e.to_string().starts_with("the/file: "), "{}", e),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        is_read_or_refused(&bytes)?;
        is_read_or_refused(&[&[0, 0, 8][..], &bytes].concat())?;
        is_read_or_refused(&gzip(&[&[0, 0, 8][..], &bytes].concat()))?;
        is_read_or_refused(&[&[0x1f, 0x8b, 8, 0][..], &bytes].concat())?;
    }

    #[test]
    fn no_damage_makes_it_panic(bytes in spoiled()) {
        is_read_or_refused(&bytes)?;
    }

    #[test]
    fn what_is_written_is_read(shape in prop::collection::vec(0_u32..6, 0..4), seed: u8) {
        let n = shape.iter().product::<u32>() as usize;
        let data: Vec<u8> = (0..n).map(|i| seed.wrapping_add(i as u8)).collect();
        let plain = idx(&shape, &data);
        for bytes in [&plain, &gzip(&plain)] {
            let array = parse_idx("file", bytes).expect("valid");
            prop_assert!(array.shape().iter().map(|&n| n as u32).eq(shape.iter().copied()));
            prop_assert_eq!(array.data(), &data[..]);
        }
    }
}
