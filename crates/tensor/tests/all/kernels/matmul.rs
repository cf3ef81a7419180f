//! Products against three nested loops with sums in f64.

use proptest::prelude::*;
use rappel_tensor::{Float, Tensor, Threads, Workspace};

/// A product by definition, with the sum of the magnitudes: rounding is in proportion to that.
struct Naive {
    value: Vec<f64>,
    size: Vec<f64>,
}

fn naive<T: Float>(a: &Tensor<T>, ta: bool, b: &Tensor<T>, tb: bool, [m, k, n]: [usize; 3]) -> Naive {
    let (mut value, mut size) = (vec![0.0; m * n], vec![0.0; m * n]);
    for i in 0..m {
        for j in 0..n {
            for p in 0..k {
                let x = a.data()[if ta { p * m + i } else { i * k + p }].re();
                let y = b.data()[if tb { j * k + p } else { p * n + j }].re();
                value[i * n + j] += x * y;
                size[i * n + j] += (x * y).abs();
            }
        }
    }
    Naive { value, size }
}

/// Numbers in [-1, 1) that look random, the same for the same seed.
fn numbers<T: Float>(len: usize, seed: u64) -> Vec<T> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        T::of((z >> 11) as f64 / (1_u64 << 52) as f64 - 1.0)
    };
    std::iter::repeat_with(next).take(len).collect()
}

fn operands<T: Float>([m, k, n]: [usize; 3], ta: bool, tb: bool) -> (Tensor<T>, Tensor<T>) {
    let a = Tensor::new(numbers::<T>(m * k, 1), &if ta { [k, m] } else { [m, k] });
    let b = Tensor::new(numbers::<T>(k * n, 2), &if tb { [n, k] } else { [k, n] });
    (a, b)
}

fn assert_near<T: Float>(got: &[T], naive: &Naive, start: impl Fn(usize) -> f64, k: usize, what: &str) {
    let epsilon = if T::NAME == "f32" { f64::from(f32::EPSILON) } else { f64::EPSILON };
    assert_eq!(got.len(), naive.value.len(), "{what}");
    for (i, x) in got.iter().enumerate() {
        let want = naive.value[i] + start(i);
        // Each of k products and additions rounds by half an epsilon at most.
        let bound = epsilon * (k + 2) as f64 * (naive.size[i] + start(i).abs());
        assert!((x.re() - want).abs() <= bound, "{what}, value {i}: {x} instead of {want}, bound {bound:e}");
    }
}

/// Both ways of writing to `c`, for one shape and one pair of flags.
fn check<T: Float>(shape: [usize; 3], ta: bool, tb: bool) {
    let [m, k, n] = shape;
    let what = format!("{} {m} x {k} x {n}, ta {ta}, tb {tb}", T::NAME);
    let (a, b) = operands::<T>(shape, ta, tb);
    let naive = naive(&a, ta, &b, tb, shape);

    // What the pool hands out holds NaN here: overwriting must not read it.
    let workspace = Workspace::new(Threads::serial());
    drop(Tensor::full_in(&workspace, &[m, n], T::of(f64::NAN)));
    let c = a.within(&workspace).matmul_with(&b, ta, tb);
    assert_eq!(c.shape(), [m, n], "{what}");
    assert_near(c.data(), &naive, |_| 0.0, k, &what);

    let start = numbers::<T>(m * n, 3);
    let mut c = Tensor::new(start.clone(), &[m, n]);
    c.add_matmul(&a, ta, &b, tb);
    assert_near(c.data(), &naive, |i| start[i].re(), k, &format!("{what}, added"));
}

fn check_all(shape: [usize; 3]) {
    for (ta, tb) in [(false, false), (false, true), (true, false), (true, true)] {
        check::<f32>(shape, ta, tb);
        check::<f64>(shape, ta, tb);
    }
}

/// Shapes on both sides of every border where the way of computing changes, among them those of the nets in the benches.
const SHAPES: [[usize; 3]; 30] = [
    [1, 784, 128],
    [1, 128, 784],
    [784, 128, 1],
    [128, 784, 1],
    [1, 2000, 1],
    [300, 1, 300],
    [100, 2, 16],
    [16, 100, 2],
    [4, 784, 128],
    [16, 63, 40],
    [16, 64, 40],
    [17, 64, 40],
    [40, 64, 16],
    [40, 64, 17],
    [3, 1030, 100],
    [64, 784, 128],
    [128, 64, 784],
    [64, 128, 784],
    [512, 10, 128],
    [255, 70, 65],
    [256, 70, 64],
    [257, 70, 257],
    [1000, 129, 10],
    [700, 128, 65],
    [130, 128, 64],
    [6, 600, 300],
    [65, 300, 256],
    [129, 513, 66],
    [20, 3000, 20],
    [1025, 33, 63],
];

#[test]
fn large_and_skinny_shapes() {
    SHAPES.into_iter().for_each(check_all);
}

#[test]
fn nothing_times_anything() {
    for shape in [[0, 3, 2], [2, 3, 0], [2, 0, 3], [0, 0, 3], [3, 0, 0], [0, 3, 0], [0, 0, 0], [1, 0, 1]] {
        check_all(shape);
    }
}

proptest! {
    #[test]
    fn small_shapes(m in 0..=40_usize, k in 0..=40_usize, n in 0..=40_usize, ta: bool, tb: bool) {
        check::<f32>([m, k, n], ta, tb);
        check::<f64>([m, k, n], ta, tb);
    }
}

/// A value that is not finite reaches exactly the sums it belongs to, whatever it is multiplied with.
#[test]
fn nothing_is_skipped() {
    for shape in
        [[1, 20, 7], [7, 20, 1], [5, 1, 9], [9, 2, 5], [33, 80, 20], [12, 80, 20], [20, 80, 12], [130, 130, 130]]
    {
        let [m, k, n] = shape;
        for (ta, tb) in [(false, false), (false, true), (true, false), (true, true)] {
            for bad in [f32::NAN, f32::INFINITY] {
                let (mut a, mut b) = operands::<f32>(shape, ta, tb);
                let (i, p, j) = (m / 2, k - 1, n / 3);
                a.data_mut()[if ta { p * m + i } else { i * k + p }] = 0.0;
                b.data_mut()[if tb { j * k + p } else { p * n + j }] = bad;
                let c = a.matmul_with(&b, ta, tb);
                for (at, x) in c.data().iter().enumerate() {
                    let what = format!("{shape:?} {ta} {tb}, {bad}, value {at}: {x}");
                    assert_eq!(x.is_finite(), at % n != j, "{what}");
                    assert!(at != i * n + j || x.is_nan(), "{what}");
                }
            }
        }
    }
}

fn bits(threads: usize, shape: [usize; 3], ta: bool, tb: bool) -> Vec<u64> {
    let workspace = Workspace::<f32>::new(Threads::new(threads).unwrap());
    let (a, b) = operands::<f32>(shape, ta, tb);
    let a = a.within(&workspace);
    let mut c = a.matmul_with(&b, ta, tb);
    c.add_matmul(&a, ta, &b, tb);
    c.data().iter().map(|x| u64::from(x.to_bits())).collect()
}

#[cfg(feature = "threads")]
proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn the_same_bits_on_any_number_of_threads(
        m in prop_oneof![1..=20_usize, 60..=400_usize],
        k in prop_oneof![1..=20_usize, 60..=400_usize],
        n in prop_oneof![1..=20_usize, 60..=400_usize],
        ta: bool,
        tb: bool,
    ) {
        let one = bits(1, [m, k, n], ta, tb);
        for threads in [2, 3, 4] {
            prop_assert!(bits(threads, [m, k, n], ta, tb) == one, "{} threads", threads);
        }
    }
}

#[cfg(feature = "threads")]
#[test]
fn the_same_bits_for_every_way_of_sharing() {
    for shape in SHAPES {
        for (ta, tb) in [(false, false), (false, true), (true, false)] {
            let one = bits(1, shape, ta, tb);
            assert!(bits(2, shape, ta, tb) == one && bits(4, shape, ta, tb) == one, "{shape:?} {ta} {tb}");
        }
    }
}

/// A product does not depend on what was computed before it or at the same time.
#[test]
fn repeated_products_have_the_same_bits() {
    let first = bits(1, [64, 784, 128], false, true);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| assert!(bits(1, [64, 784, 128], false, true) == first));
        }
    });
}

/// The matrices of a stack that broadcasts to leading axes, one by one.
fn matrices(x: &Tensor<f32>, lead: &[usize]) -> Vec<Tensor<f32>> {
    let [.., m, n] = *x.shape() else { panic!("a stack of matrices") };
    let wide = x.expand(&[lead, &[m, n]].concat());
    wide.data().chunks_exact((m * n).max(1)).map(|x| Tensor::new(x, &[m, n])).collect()
}

/// Stacks: every matrix is the product of its two, to the bit where rows are not joined.
#[test]
fn stacks_are_products_one_by_one() {
    let stacks: [(&[usize], &[usize]); 8] = [
        (&[5], &[5]),
        (&[5], &[]),
        (&[], &[5]),
        (&[2, 1], &[3]),
        (&[2, 3], &[1, 1]),
        (&[1], &[1, 1]),
        (&[300], &[300]),
        (&[2], &[1]),
    ];
    for (of_a, of_b) in stacks {
        for [m, k, n] in [[3, 4, 5], [1, 20, 7], [17, 1, 2], [130, 128, 65]] {
            for (ta, tb) in [(false, false), (false, true), (true, false), (true, true)] {
                let (a, b) = operands::<f32>([m, k, n], ta, tb);
                let stacked = |lead: &[usize], x: &Tensor<f32>| {
                    let shape = [lead, x.shape()].concat();
                    Tensor::new(numbers::<f32>(shape.iter().product(), 7), &shape)
                };
                let (a, b) = (stacked(of_a, &a), stacked(of_b, &b));
                let lead = rappel_tensor::shape::broadcast(of_a, of_b).unwrap();
                let what = format!("{of_a:?} {of_b:?} {m} x {k} x {n} {ta} {tb}");
                let c = a.matmul_with(&b, ta, tb);
                assert_eq!(c.shape(), [&lead[..], &[m, n]].concat(), "{what}");
                let mut sum = c.clone();
                sum.add_matmul(&a, ta, &b, tb);
                let pairs = matrices(&a, &lead).into_iter().zip(matrices(&b, &lead));
                for ((a, b), (c, sum)) in pairs.zip(c.data().chunks_exact(m * n).zip(sum.data().chunks_exact(m * n))) {
                    let naive = naive(&a, ta, &b, tb, [m, k, n]);
                    assert_near(c, &naive, |_| 0.0, k, &what);
                    let twice = Naive { value: naive.value.iter().map(|x| 2.0 * x).collect(), size: naive.size };
                    assert_near(sum, &twice, |_| 0.0, 2 * k, &what);
                    if !of_b.is_empty() && of_b.iter().any(|&n| n != 1) {
                        assert!(c == a.matmul_with(&b, ta, tb).data(), "{what}");
                    }
                }
            }
        }
    }
    assert_eq!(Tensor::<f32>::zeros(&[0, 2, 3]).matmul(&Tensor::zeros(&[3, 4])).shape(), [0, 2, 4]);
    assert_eq!(Tensor::<f32>::ones(&[2, 2, 0]).matmul(&Tensor::ones(&[2, 0, 1])), Tensor::zeros(&[2, 2, 1]));
}

#[cfg(feature = "threads")]
#[test]
fn stacks_have_the_same_bits_on_any_number_of_threads() {
    for [count, m, k, n] in [[300, 20, 30, 10], [3, 130, 128, 65]] {
        let all = |threads: usize| {
            let workspace = Workspace::<f32>::new(Threads::new(threads).unwrap());
            let a = Tensor::new(numbers::<f32>(count * m * k, 1), &[count, m, k]).within(&workspace);
            a.matmul(&Tensor::new(numbers::<f32>(count * k * n, 2), &[count, k, n]))
        };
        let one = all(1);
        assert!(all(2) == one && all(3) == one, "{count} times {m} x {k} x {n}");
    }
}
