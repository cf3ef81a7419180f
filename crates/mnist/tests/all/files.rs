use md5::{Digest, Md5};
use rappel_mnist::idx_files;

/// The digests of the files as they are published.
#[test]
fn the_files_are_the_published_ones() {
    let files = idx_files().expect("an undamaged build");
    let table = [
        (&files.train_images, "6bbc9ace898e44ae57da46a324031adb"),
        (&files.train_labels, "a25bea736e30d166cdddb491f175f624"),
        (&files.test_images, "2646ac647ad5339dbf082846283269ea"),
        (&files.test_labels, "27ae3e4e09519cfbb04c329615203637"),
    ];
    for (bytes, digest) in table {
        assert_eq!(format!("{:x}", Md5::digest(bytes)), digest, "of {} bytes", bytes.len());
    }
}

#[test]
fn debug_does_not_print_fifty_megabytes() {
    let told = format!("{:?}", idx_files().expect("an undamaged build"));
    let expected = "IdxFiles { train_images: 47040016, train_labels: 60008, test_images: 7840016, test_labels: 10008 }";
    assert_eq!(told, expected);
}

/// The registry takes packages up to 10 MB.
#[test]
fn the_images_leave_room_in_a_package_of_ten_megabytes() {
    let packed = include_bytes!("../../data/mnist.br").len();
    assert!(packed < 9_900_000, "{packed} bytes");
}
