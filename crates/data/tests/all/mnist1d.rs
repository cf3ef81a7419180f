use md5::{Digest, Md5};
use rappel_data::{Dataset, mnist1d};

/// The arrays as they are published, byte for byte: digests made by numpy.
#[test]
fn arrays_are_those_published() {
    let (train, test) = mnist1d().expect("an undamaged build");
    let published = [
        (train, 4000, "1b0f434500d6d72b00b08501900e2719", "ac52f2e0979b40c8ea486d5b12c5112b"),
        (test, 1000, "8846de6fe1a2c9d9536ea5cbcd634582", "d727fb78a3135389b929a8bdd3f5c16a"),
    ];
    for (data, samples, x, y) in published {
        assert_eq!((data.len(), data.classes(), data.sample_shape()), (samples, 10, &[40][..]));
        let all = data.all();
        assert_eq!(digest(all.x.data().iter().flat_map(|value| value.to_le_bytes())), x);
        assert_eq!(digest(all.y.data().iter().map(|&digit| digit as u8)), y);
    }
}

fn digest(bytes: impl Iterator<Item = u8>) -> String {
    let digest = Md5::digest(bytes.collect::<Vec<u8>>());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sums and counts made by numpy in double precision, which say what a wrong array would be like.
#[test]
fn sums_are_those_published() {
    let (train, test) = mnist1d().expect("an undamaged build");
    let sum = |data: &Dataset| data.all().x.data().iter().map(|value| f64::from(*value)).sum::<f64>();
    assert!((sum(&train) + 51.787469785878784).abs() < 1e-9 && (sum(&test) - 51.78747297367954).abs() < 1e-9);
    let counts = |data: &Dataset| {
        let mut counts = [0; 10];
        data.all().y.data().iter().for_each(|&digit| counts[digit as usize] += 1);
        counts
    };
    assert_eq!(counts(&train), [398, 396, 411, 394, 394, 402, 401, 404, 402, 398]);
    assert_eq!(counts(&test), [102, 104, 89, 106, 106, 98, 99, 96, 98, 102]);
}
