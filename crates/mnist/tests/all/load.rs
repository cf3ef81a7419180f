use rappel_mnist::{idx_files, load};

/// Samples against the bytes of the files, label by label and pixel by pixel.
#[test]
fn samples_are_the_images_of_the_files() {
    let files = idx_files().expect("an undamaged build");
    let (train, test) = load().expect("an undamaged build");
    for (data, images, labels) in [
        (train, &files.train_images[16..], &files.train_labels[8..]),
        (test, &files.test_images[16..], &files.test_labels[8..]),
    ] {
        assert_eq!((data.len(), data.classes(), data.sample_shape()), (labels.len(), 10, &[784][..]));
        let (mut images, mut labels) = (images, labels);
        for batch in data.batches(999) {
            let (these, rest) = images.split_at(784 * batch.len());
            assert!(batch.x.data().iter().eq(these.iter().map(|&p| p as f32 / 255.0).collect::<Vec<_>>().iter()));
            images = rest;
            let (these, rest) = labels.split_at(batch.len());
            assert!(batch.y.data().iter().copied().eq(these.iter().map(|&digit| u32::from(digit))));
            labels = rest;
        }
        assert!(images.is_empty() && labels.is_empty());
    }
}

/// How often each digit occurs, as the literature tabulates it.
#[test]
fn digits_occur_as_often_as_published() {
    let (train, test) = load().expect("an undamaged build");
    let table = [
        (train, [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]),
        (test, [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]),
    ];
    for (data, published) in table {
        let mut counts = [0; 10];
        data.all().y.data().iter().for_each(|&digit| counts[digit as usize] += 1);
        assert_eq!(counts, published);
    }
}
