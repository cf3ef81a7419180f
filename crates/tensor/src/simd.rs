//! The one seam between portable loops and the processor's vector instructions.
//!
//! Programs are compiled for the oldest processor they must run on, whose vectors are narrow. A loop that is to use wider
//! ones is written once, in plain Rust, as a [`Kernel`]; [`dispatch`] runs it inside a function compiled for the widest
//! instruction set that this processor has. Crates that forbid `unsafe` use it too.
//!
//! # Rules for a fast kernel
//!
//! - [`Kernel::run`] is `#[inline(always)]`, and so is every function it calls in its loop. What is not inlined is compiled for
//!   the oldest processor. This holds for closures of the standard library's adaptors too: keep them at the top of the loop.
//! - Loops zip slices inside `run`, or cut them with `let x = &x[..n]` and index below `n`; both are proven free of bounds
//!   checks and vectorise. The slices must be bound to locals of `run` (destructure `self`): read through `self` at each turn,
//!   they count as aliasing what is written.
//! - A sum is a chain of additions that the compiler may not reorder: use a fixed number of lanes.
//! - [`f32::mul_add`] is one instruction in the x86 sets here, but a slow library call in the portable one.
//!
//! ```
//! use rappel_tensor::simd::{Kernel, dispatch};
//!
//! /// y += k x
//! struct Axpy<'a> {
//!     k: f32,
//!     x: &'a [f32],
//!     y: &'a mut [f32],
//! }
//!
//! impl Kernel for Axpy<'_> {
//!     type Output = ();
//!
//!     #[inline(always)]
//!     fn run(self) {
//!         for (y, x) in self.y.iter_mut().zip(self.x) {
//!             *y += self.k * x;
//!         }
//!     }
//! }
//!
//! let mut y = [1.0, 2.0, 3.0];
//! dispatch(Axpy { k: 2.0, x: &[10.0, 20.0, 30.0], y: &mut y });
//! assert_eq!(y, [21.0, 42.0, 63.0]);
//! ```

use std::sync::atomic::{AtomicU8, Ordering};

/// A loop and what it works on.
pub trait Kernel {
    /// What the loop returns.
    type Output;

    /// The loop. Write `#[inline(always)]` on it, or it is compiled for the oldest processor only.
    fn run(self) -> Self::Output;
}

/// A set of instructions a kernel can be compiled for, narrowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Isa {
    /// What every processor of the build's target has: SSE2 on x86-64, NEON on AArch64.
    Portable,
    /// The level x86-64-v3: AVX2 and FMA, vectors of 256 bits.
    X86V3,
    /// The level x86-64-v4: AVX-512 F, VL, BW, DQ and CD, vectors of 512 bits.
    X86V4,
}

impl Isa {
    /// Every set, narrowest first.
    pub const ALL: [Isa; 3] = [Isa::Portable, Isa::X86V3, Isa::X86V4];

    /// Whether this processor has it. The sets are nested: with one, all narrower ones.
    #[inline]
    pub fn is_supported(self) -> bool {
        self <= isa()
    }
}

/// 0 until the processor was asked, then 1 + the set.
static WIDEST: AtomicU8 = AtomicU8::new(0);

/// The widest set of this processor: a load and a branch, but for the first call.
#[inline]
pub fn isa() -> Isa {
    // Relaxed: the value depends on nothing else, and threads that ask at once find the same.
    match WIDEST.load(Ordering::Relaxed) {
        1 => Isa::Portable,
        2 => Isa::X86V3,
        3 => Isa::X86V4,
        _ => ask(),
    }
}

#[cold]
fn ask() -> Isa {
    let isa = detect();
    WIDEST.store(1 + isa as u8, Ordering::Relaxed);
    isa
}

#[cfg(target_arch = "x86_64")]
fn detect() -> Isa {
    macro_rules! all {
        ($($feature:tt)*) => { true $(&& is_x86_feature_detected!($feature))* };
    }
    if !all!("avx" "avx2" "bmi1" "bmi2" "f16c" "fma" "lzcnt" "movbe" "popcnt" "sse4.2") {
        Isa::Portable
    } else if !all!("avx512f" "avx512vl" "avx512bw" "avx512dq" "avx512cd") {
        Isa::X86V3
    } else {
        Isa::X86V4
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn detect() -> Isa {
    Isa::Portable
}

/// Runs the kernel with the widest instruction set of this processor.
///
/// Costs a load and a branch, and the call is not inlined: worth it from some tens of values on.
#[inline]
pub fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    match isa() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `isa` returned this set, so the processor has its features.
        Isa::X86V4 => unsafe { x86_v4(kernel) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Isa::X86V3 => unsafe { x86_v3(kernel) },
        _ => kernel.run(),
    }
}

/// Runs the kernel with one instruction set, so that a test can compare them all.
///
/// ```
/// use rappel_tensor::simd::{Isa, Kernel, dispatch_on};
/// struct Four;
/// impl Kernel for Four {
///     type Output = i32;
///     fn run(self) -> i32 {
///         4
///     }
/// }
/// for isa in Isa::ALL.into_iter().filter(|i| i.is_supported()) {
///     assert_eq!(dispatch_on(isa, Four), 4);
/// }
/// ```
///
/// # Panics
/// When this processor does not have the set; ask [`Isa::is_supported`] before.
#[track_caller]
pub fn dispatch_on<K: Kernel>(set: Isa, kernel: K) -> K::Output {
    assert!(set.is_supported(), "simd::dispatch_on: {set:?} asked for, but this processor has {:?} at most", isa());
    match set {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the assertion above.
        Isa::X86V4 => unsafe { x86_v4(kernel) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the assertion above.
        Isa::X86V3 => unsafe { x86_v3(kernel) },
        _ => kernel.run(),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx,avx2,bmi1,bmi2,f16c,fma,lzcnt,movbe,popcnt,sse4.2")]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx512cd")]
fn x86_v4<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx,avx2,bmi1,bmi2,f16c,fma,lzcnt,movbe,popcnt,sse4.2")]
fn x86_v3<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}
