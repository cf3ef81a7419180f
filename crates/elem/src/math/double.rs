//! The error functions and `acosh` in `f64`, which the standard library does not have, or not to the last digits.

/// `erf(x) / x - 1` by the square of `x`, up to 27/32; 2^-68 off.
const NEAR: [f64; 13] = [
    0.128_379_167_095_512_6,
    -0.376_126_389_031_837_54,
    0.112_837_916_709_551_19,
    -0.026_866_170_645_129_2,
    0.005_223_977_625_409_139,
    -0.000_854_832_702_028_265_7,
    0.000_120_553_327_867_232_71,
    -1.492_564_230_252_695_6e-5,
    1.646_188_627_100_836e-6,
    -1.636_139_779_158_644_8e-7,
    1.474_833_812_054_708_5e-8,
    -1.178_224_903_003_801_1e-9,
    6.791_471_110_666_269e-11,
];

/// `erfc(x) e^x^2` by `x - 27/16`, up to 5/2; 2^-57 off.
const MIDDLE: [f64; 20] = [
    0.293_381_648_765_277_2,
    -0.138_216_102_512_701_9,
    0.060_141_975_775_093_115,
    -0.024_484_345_594_822_61,
    0.009_412_321_291_899_842,
    -0.003_440_421_365_862_795_7,
    0.001_202_203_412_615_837_3,
    -0.000_403_343_745_347_321_8,
    0.000_130_390_207_947_794_32,
    -4.073_561_190_358_032e-5,
    1.232_978_683_505_615_4e-5,
    -3.623_487_843_095_650_6e-6,
    1.035_811_523_067_258_7e-6,
    -2.885_036_602_005_332e-7,
    7.851_901_946_875_108e-8,
    -2.087_489_755_040_672e-8,
    5.293_081_972_574_773e-9,
    -1.327_891_268_087_155_3e-9,
    4.202_845_790_892_438e-10,
    -1.089_109_843_011_324e-10,
];

/// The same by `x - 15/4`, up to 5.
const OUTER: [f64; 20] = [
    0.145_589_721_275_038_53,
    -0.036_456_257_532_723_53,
    0.008_878_755_527_325_375,
    -0.002_107_282_870_169_089_4,
    0.000_488_222_382_093_938_9,
    -0.000_110_579_574_924_391_64,
    2.451_632_538_984_706_2e-5,
    -5.326_672_789_640_074e-6,
    1.135_325_548_648_288_6e-6,
    -2.376_003_898_903_460_2e-7,
    4.886_495_753_447_091e-8,
    -9.883_159_596_008_603e-9,
    1.966_980_395_999_84e-9,
    -3.855_524_510_854_359_5e-10,
    7.463_567_222_079_167e-11,
    -1.420_232_922_392_766_7e-11,
    2.571_604_068_115_621_3e-12,
    -4.790_800_335_204_78e-13,
    1.164_385_736_526_034_8e-13,
    -2.068_549_599_736_888e-14,
];

/// `(erfc(x) e^x^2 x - 1 / sqrt(pi)) x^2` by `1 / x^2`, from 5 to 28.
const TAIL: [f64; 13] = [
    -0.282_094_791_773_877_9,
    0.423_142_187_660_371_9,
    -1.057_855_468_830_095_2,
    3.702_494_019_421_409,
    -16.661_195_584_983_41,
    91.632_567_919_808_57,
    -595.218_438_810_800_5,
    4_437.467_892_890_333,
    -36_454.148_861_085_81,
    304_554.191_155_334_8,
    -2_256_593.615_812_071,
    12_155_974.749_352_54,
    -33_490_806.576_558_203,
];

const FRAC_1_SQRT_PI: f64 = 0.564_189_583_547_756_3;

/// Beyond it `erfc` is less than half of the least denormal.
const FAR: f64 = 27.3;

fn polynomial(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().rev().fold(0.0, |y, c| y * x + c)
}

/// `erfc(a)` for `a >= 27/32`.
fn complement(a: f64) -> f64 {
    let a = a.min(FAR);
    // The square of the upper half of a is exact; what it lacks of a^2 is a small factor.
    let upper = f64::from_bits(a.to_bits() & 0xffff_ffff_f800_0000);
    let rest = ((upper - a) * (upper + a)).exp_m1();
    // c + (x p(x) + rest y), where y = c + x p(x): one rounding of a number of y's size.
    let times = |c: f64, more: f64| c + (more + rest * (c + more));
    let y = if a < 2.5 {
        let x = a - 1.6875;
        times(MIDDLE[0], x * polynomial(x, &MIDDLE[1..]))
    } else if a < 5.0 {
        let x = a - 3.75;
        times(OUTER[0], x * polynomial(x, &OUTER[1..]))
    } else {
        let x = 1.0 / (a * a);
        times(FRAC_1_SQRT_PI, x * polynomial(x, &TAIL)) / a
    };
    (-upper * upper).exp() * y
}

/// The error function; at most 1 ulp off at the points of its test.
pub(crate) fn erf(x: f64) -> f64 {
    let a = x.abs();
    if a < 0.843_75 {
        x + x * polynomial(x * x, &NEAR)
    } else if x.is_nan() {
        x
    } else {
        (1.0 - complement(a)).copysign(x)
    }
}

/// Its complement; at most 2 ulp off at the points of its test.
pub(crate) fn erfc(x: f64) -> f64 {
    if x.abs() < 0.843_75 {
        let more = x * polynomial(x * x, &NEAR);
        // From a quarter on the sum is near to 1/2, and is taken from there.
        if x < 0.25 { 1.0 - (x + more) } else { 0.5 - ((x - 0.5) + more) }
    } else if x.is_nan() {
        x
    } else if x < 0.0 {
        2.0 - complement(-x)
    } else {
        complement(x)
    }
}

/// The inverse of the hyperbolic cosine: the standard library's takes the logarithm of a number near 1 where `x` is near 1.
pub(crate) fn acosh(x: f64) -> f64 {
    let more = x - 1.0;
    // Two roots, as the product overflows.
    (more + more.sqrt() * (x + 1.0).sqrt()).ln_1p()
}
