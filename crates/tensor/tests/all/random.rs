//! The generator against published vectors, frozen values and its own laws.

use proptest::prelude::*;
use rand_core::{Rng as _, SeedableRng};
use rappel_tensor::Rng;
use rappel_tensor::random::{normal_from_bits, philox, uniform_from_bits};

/// `kat_vectors` of Random123, the lines `philox4x32 10`: counter, key, output.
#[test]
fn philox_gives_the_published_answers() {
    let all = u32::MAX;
    let table = [
        ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
        ([all; 4], [all; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
        (
            [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
            [0xa409_3822, 0x299f_31d0],
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
        ),
    ];
    for (counter, key, output) in table {
        assert_eq!(philox(key, counter), output, "counter {counter:x?}, key {key:x?}");
    }
}

fn take<T>(mut rng: Rng, n: usize, draw: impl Fn(&mut Rng) -> T) -> Vec<T> {
    (0..n).map(|_| draw(&mut rng)).collect()
}

/// Values of a separate implementation. They must never change: results that were published with a seed depend on them.
#[test]
fn integer_streams_are_frozen() {
    let words = [
        (Rng::seed(0), [0xe169_c58d_6627_e8d5, 0x9b00_dbd8_bc57_ac4c, 0x5cb2_00db_f8e4_cca4]),
        (Rng::seed(42), [0x77f5_493b_9cea_f053, 0x5742_b3d7_12bf_50ad, 0x53ba_6cfd_fcdb_2127]),
        (Rng::seed(u64::MAX), [0x1547_4739_72a4_7709, 0x2279_9a5a_9f41_b01f, 0x4b67_e034_19fe_d511]),
    ];
    for (rng, expected) in words {
        assert_eq!(take(rng.clone(), 3, Rng::next_u64), expected, "{rng:?}");
    }
    let halves = [0x9cea_f053, 0x77f5_493b, 0x12bf_50ad, 0x5742_b3d7, 0xfcdb_2127];
    assert_eq!(take(Rng::seed(42), 5, Rng::next_u32), halves);

    let split = Rng::seed(42).split(7);
    assert_eq!(take(split.clone(), 2, Rng::next_u64), [0x7ca3_25ed_3341_e9a4, 0xaefe_7af4_59f5_95a4]);
    assert_eq!(take(split.split(1 << 63), 2, Rng::next_u64), [0xbd98_3535_7fcb_70be, 0x865d_4819_91c5_7f4c]);

    assert_eq!(take(Rng::seed(42), 12, |r| r.below(6)), [3, 2, 0, 2, 5, 1, 3, 2, 4, 3, 3, 4]);
    let wide = [4_685_865_183, 3_408_615_493, 3_270_633_812, 4_543_156_017];
    assert_eq!(take(Rng::seed(42), 4, |r| r.below(10_000_000_000)), wide);
    // A quarter of the words is rejected.
    let narrow = [1_285_418_655, 2_836_354_089, 1_166_377_124, 2_235_307_952, 119_488_397, 62_650_974];
    assert_eq!(take(Rng::seed(0), 6, |r| r.below(3 << 30)), narrow);
    let wide = [12_182_048_056_637_517_471, 513_198_760_675_514_288, 4_419_550_744_550_308_446];
    assert_eq!(take(Rng::seed(0), 3, |r| r.below(3 << 62)), wide);
    assert_eq!(Rng::seed(42).permutation(12), [9, 4, 1, 10, 6, 8, 2, 11, 3, 0, 5, 7]);
}

#[test]
fn float_streams_are_frozen() {
    let uniform = [0.4685865183391049, 0.34086154938517876, 0.32706338120338474];
    assert_eq!(take(Rng::seed(42), 3, Rng::uniform), uniform);
    let normal = [1.860414085884219, 0.9980050677923893, 0.9426240427141669, 1.6882210883580733, -1.001404986256921];
    assert_eq!(take(Rng::seed(42), 5, Rng::normal), normal);
    // Every bit of many, tails included.
    let all = take(Rng::seed(42), 100_000, Rng::normal);
    let folded = all.iter().fold(0_u64, |folded, z| folded.rotate_left(1) ^ z.to_bits());
    assert_eq!(folded, 0x2f75_8d74_ba65_32f6);
}

/// Quantiles computed with 50 digits.
#[test]
fn normal_from_bits_is_the_quantile_function() {
    let table: [(u64, f64); 11] = [
        (0, 1.391_458_212_335_883_5e-16),
        (1 << 11, 4.174_374_637_007_65e-16),
        (1 << 50, 1.529_924_489_997_513e-4),
        (1 << 62, 0.674_489_750_196_081_9),
        (0x3fff << 48, 0.674_441_733_623_148_3),
        (0x6ccc_cccc_cccc_cccc, 1.439_531_470_938_456),
        (0x6cd0 << 48, 1.439_876_496_597_095_5),
        (0x7000 << 48, 1.534_120_544_352_546_8),
        (0x7fff_ffff << 32, 6.230_260_175_338_838),
        (0x7fff_ffff_fff0 << 16, 7.424_069_149_136_77),
        (i64::MAX as u64, 8.292_361_075_813_595),
    ];
    for (bits, exact) in table {
        let z = normal_from_bits(bits);
        assert!((z / exact - 1.0).abs() < 1e-15, "bits {bits:#x}: {z:e}, exact {exact:e}");
        assert_eq!(normal_from_bits(!bits), -z, "bits {bits:#x}: not odd");
    }
}

/// Mean, variance and the share beyond 1, 2, 3 standard deviations, each within four standard errors.
#[test]
fn normal_has_the_moments_of_the_normal_law() {
    let n = 200_000;
    let z = take(Rng::seed(11), n, Rng::normal);
    let within = |what: &str, measured: f64, expected: f64, variance: f64| {
        let error = 4.0 * (variance / n as f64).sqrt();
        assert!((measured - expected).abs() < error, "{what}: {measured}, expected {expected} within {error}");
    };
    let moment = |k: i32| z.iter().map(|z| z.powi(k)).sum::<f64>() / n as f64;
    within("mean", moment(1), 0.0, 1.0);
    within("variance", moment(2), 1.0, 2.0);
    within("skewness", moment(3), 0.0, 15.0);
    within("kurtosis", moment(4), 3.0, 96.0);
    for (sigmas, share) in [(1.0, 0.317_310_5), (2.0, 0.045_500_3), (3.0, 0.002_699_8)] {
        let outside = z.iter().filter(|z| z.abs() > sigmas).count() as f64 / n as f64;
        within("share in the tails", outside, share, share * (1.0 - share));
    }
}

/// Chi-squared over the cells of a table, to be compared with its mean (cells - 1) and variance (twice that).
fn chi_squared_is_ordinary(what: &str, counts: &[u32]) {
    let n: u32 = counts.iter().sum();
    let expected = f64::from(n) / counts.len() as f64;
    let chi: f64 = counts.iter().map(|&c| (f64::from(c) - expected).powi(2) / expected).sum();
    let freedom = counts.len() as f64 - 1.0;
    assert!((chi - freedom).abs() < 4.0 * (2.0 * freedom).sqrt(), "{what}: chi squared {chi} with {freedom} cells");
}

#[test]
fn draws_are_equally_likely() {
    // Three quarters of the word's range: a plain remainder would make the lower third twice as likely, a product without
    // rejection the multiples of three.
    for n in [3 << 30, 3_u64 << 62] {
        let mut counts = [0; 12];
        let mut rng = Rng::seed(5);
        for _ in 0..60_000 {
            let i = rng.below(n);
            counts[(i / (n / 4) * 3 + i % 3) as usize] += 1;
        }
        chi_squared_is_ordinary("below", &counts);
    }
    let (mut uniform, mut orders, mut pairs) = ([0; 64], [0; 24], [0; 256]);
    let mut rng = Rng::seed(6);
    for i in 0..60_000_u64 {
        uniform[(rng.uniform() * 64.0) as usize] += 1;
        let p = rng.permutation(4);
        orders[(p[0] * 6 + (p[1] - u32::from(p[1] > p[0])) * 2 + u32::from(p[2] > p[3])) as usize] += 1;
        let neighbours = [rng.split(i).next_u32() >> 28, rng.split(i + 1).next_u32() >> 28];
        pairs[(neighbours[0] * 16 + neighbours[1]) as usize] += 1;
    }
    chi_squared_is_ordinary("uniform", &uniform);
    chi_squared_is_ordinary("permutation", &orders);
    chi_squared_is_ordinary("first words of neighbouring splits", &pairs);
}

#[test]
fn streams_of_other_seeds_and_splits_differ() {
    let root = Rng::seed(9);
    let family =
        [root.clone(), Rng::seed(10), root.split(0), root.split(1), root.split(0).split(0), root.split(u64::MAX)];
    for (i, a) in family.iter().enumerate() {
        for b in &family[..i] {
            assert_ne!(a, b);
            let (a, b) = (take(a.clone(), 64, Rng::next_u32), take(b.clone(), 64, Rng::next_u32));
            assert!(a.iter().zip(&b).filter(|(a, b)| a == b).count() == 0, "two streams share words");
        }
    }
}

#[test]
fn equality_is_the_place_in_the_stream() {
    let (mut a, mut b) = (Rng::seed(1), Rng::seed(1));
    for _ in 0..9 {
        assert_eq!(a, b);
        a.next_u32();
        assert_ne!(a, b);
        b.next_u32();
    }
    assert_eq!(format!("{:?}", Rng::seed(1)), "Rng { key: [1, 0], nonce: [0, 0], position: 0 }");
}

#[test]
fn rand_core_draws_the_same_stream() {
    assert_eq!(Rng::seed_from_u64(42), Rng::seed(42));
    assert_eq!(Rng::from_seed(42_u64.to_le_bytes()), Rng::seed(42));
    let generic = |rng: &mut dyn rand_core::Rng| (rng.next_u32(), rng.next_u64());
    let mut rng = Rng::seed(42);
    assert_eq!(generic(&mut Rng::seed(42)), (rng.next_u32(), rng.next_u64()));

    let mut bytes = [0; 7];
    Rng::seed(42).fill_bytes(&mut bytes);
    assert_eq!(bytes, [0x53, 0xf0, 0xea, 0x9c, 0x3b, 0x49, 0xf5]);
}

#[test]
#[should_panic(expected = "Rng::below(0): there is no integer in 0..0; n must be at least 1")]
fn below_zero_is_refused() {
    Rng::seed(0).below(0);
}

proptest! {
    #[test]
    fn uniform_bits_are_exact_and_below_one(bits: u64) {
        let u = uniform_from_bits(bits);
        prop_assert!((0.0..1.0).contains(&u));
        prop_assert_eq!((u * (1_u64 << 53) as f64) as u64, bits >> 11);
    }

    #[test]
    fn normal_bits_keep_their_order(a: i64, b: i64) {
        let z = |bits: i64| normal_from_bits(bits as u64);
        prop_assert!(z(a.min(b)) <= z(a.max(b)));
        prop_assert!(z(a).abs() <= 8.3);
    }

    #[test]
    fn below_stays_below(seed: u64, n in 1_u64..) {
        let mut rng = Rng::seed(seed);
        prop_assert!(rng.below(n) < n);
        prop_assert_eq!(rng.below(1), 0);
    }

    #[test]
    fn a_permutation_holds_every_number_once(seed: u64, n in 0_usize..200) {
        let mut order = Rng::seed(seed).permutation(n);
        order.sort_unstable();
        prop_assert!(order.iter().copied().eq(0..n as u32));
    }
}
