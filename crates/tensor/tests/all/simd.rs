//! Every instruction set of this processor runs a kernel, with the same results.

use rappel_tensor::simd::{Isa, Kernel, dispatch, dispatch_on, isa};

/// Sums squares in sixteen lanes, so that the order does not depend on the width of the vectors.
struct Squares<'a>(&'a [f32]);

impl Kernel for Squares<'_> {
    type Output = f32;

    #[inline(always)]
    fn run(self) -> f32 {
        let mut lanes = [0.0; 16];
        for chunk in self.0.chunks_exact(16) {
            for (lane, x) in lanes.iter_mut().zip(chunk) {
                *lane += x * x;
            }
        }
        lanes.iter().sum()
    }
}

/// Writes to what it borrows and gives back what it owns.
struct Moves<'a> {
    owned: Vec<u8>,
    count: &'a mut usize,
}

impl Kernel for Moves<'_> {
    type Output = Vec<u8>;

    #[inline(always)]
    fn run(self) -> Vec<u8> {
        *self.count += 1;
        self.owned
    }
}

fn supported() -> impl Iterator<Item = Isa> {
    Isa::ALL.into_iter().filter(|set| set.is_supported())
}

#[test]
fn every_set_gives_the_same_bits() {
    let x: Vec<f32> = (0..160).map(|i| (i as f32).sin()).collect();
    let naive: f64 = x.iter().map(|&v| f64::from(v) * f64::from(v)).sum();
    let portable = dispatch_on(Isa::Portable, Squares(&x));
    assert!((f64::from(portable) - naive).abs() < 1e-4);
    for set in supported() {
        assert_eq!(dispatch_on(set, Squares(&x)).to_bits(), portable.to_bits(), "{set:?}");
    }
    assert_eq!(dispatch(Squares(&x)).to_bits(), portable.to_bits());
}

#[test]
fn a_kernel_runs_once_and_returns_its_output() {
    let mut count = 0;
    for set in supported() {
        assert_eq!(dispatch_on(set, Moves { owned: vec![1, 2, 3], count: &mut count }), [1, 2, 3]);
    }
    assert_eq!(dispatch(Moves { owned: vec![4], count: &mut count }), [4]);
    assert_eq!(count, supported().count() + 1);
}

#[test]
fn the_widest_set_is_what_the_processor_has() {
    assert_eq!(supported().last(), Some(isa()));
    assert!(Isa::Portable.is_supported());
    #[cfg(target_arch = "x86_64")]
    {
        assert!(isa() < Isa::X86V3 || is_x86_feature_detected!("fma"));
        assert_eq!(isa() >= Isa::X86V3, is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"));
        assert_eq!(isa() >= Isa::X86V4, is_x86_feature_detected!("avx512vl") && is_x86_feature_detected!("avx512dq"));
    }
    #[cfg(not(target_arch = "x86_64"))]
    assert_eq!(isa(), Isa::Portable);
}

#[test]
fn a_missing_set_is_refused() {
    let Some(missing) = Isa::ALL.into_iter().find(|set| !set.is_supported()) else {
        return;
    };
    let refused = std::panic::catch_unwind(|| dispatch_on(missing, Squares(&[])));
    let message = *refused.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains(&format!("{missing:?}")) && message.contains(&format!("{:?}", isa())), "{message}");
}
