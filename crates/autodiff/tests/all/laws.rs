//! The laws of every operation, and of random graphs of many.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rappel_autodiff::transform::{hvp, jvp};
use rappel_autodiff::{Tape, Tensor, Threads, Var};
use rappel_testkit::strategies::config;
use rappel_testkit::{FAMILIES, Program, Row, gradcheck_all, gradgradcheck_all, programs, table};

/// Cases per row and law.
const CASES: u32 = 64;

/// Every law on every row of a family, as tests of its own.
macro_rules! hold {
    ($($family:ident)*) => {
        $(mod $family {
            use super::{CASES, rows_of};
            use rappel_testkit::{laws, strategies::config};

            hold! { @ $family
                values_are_the_references VALUE;
                gradients_are_the_differences GRADIENT;
                forward_and_backward_are_adjoint ADJOINT;
                eager_is_recorded RECORDED;
                second_derivatives_are_the_differences SECOND_ORDER;
                hessians_are_symmetric_and_the_same_both_ways HESSIAN;
                masks_change_nothing MASKS;
                one_variable_may_stand_twice ALIASING;
                uses_accumulate ACCUMULATION;
                zero_gives_zero ZERO;
                single_is_near_double SINGLE;
                fused_is_composed COMPOSED;
                the_same_bits_again REPEATABLE;
            }
        })*

        const HELD: &[&str] = &[$(stringify!($family)),*];
    };
    (@ $family:ident $($test:ident $law:ident;)*) => { $(
        #[test]
        fn $test() {
            laws::assert(&laws::$law, &rows_of(stringify!($family)), &config(CASES, file!()));
        }
    )* };
}

#[rustfmt::skip] // a line each
hold! {
    activation
    arithmetic
    attention
    contraction
    conv
    einsum
    elementwise
    index
    linear
    loss
    normalise
    pad
    pool
    random
    recurrent
    reduction
    scan
    selection
    shape
    slice
    softmax
    sort
}

fn rows_of(family: &str) -> Vec<Row> {
    let (_, rows) = FAMILIES.iter().find(|f| f.0 == family).expect("a family of the table");
    rows()
}

#[test]
fn every_family_is_held_to_the_laws() {
    assert_eq!(FAMILIES.iter().map(|f| f.0).collect::<Vec<_>>(), HELD);
}

/// Every name an operation is recorded under, by the family whose rows record it. A new operation is added here, and this fails until
/// the table has a row that records it.
const NAMES: &[(&str, &[&str])] = &[
    (
        "activation",
        &[
            "celu",
            "elu",
            "gelu",
            "gelu_tanh",
            "glu",
            "hard_sigmoid",
            "hard_swish",
            "hard_tanh",
            "leaky_relu",
            "log_sigmoid",
            "mish",
            "prelu",
            "relu",
            "selu",
            "sigmoid",
            "silu",
            "softplus",
            "softplus_up_to",
            "softsign",
            "swiglu",
        ],
    ),
    ("arithmetic", &["add", "sub", "mul", "div", "neg", "shift", "scale", "sub_from", "div_by", "div_into"]),
    ("attention", &["scaled_dot_product_attention"]),
    ("contraction", &["matmul", "linear"]),
    ("conv", &["conv", "conv_transpose", "conv_weight"]),
    ("einsum", &["matmul", "mul", "sum", "permute", "diagonal", "embed"]),
    (
        "elementwise",
        &[
            "abs",
            "acos",
            "acosh",
            "asin",
            "asinh",
            "atan",
            "atan2",
            "atanh",
            "ceil",
            "clamp",
            "cos",
            "cosh",
            "erf",
            "erfc",
            "exp",
            "exp2",
            "expm1",
            "floor",
            "fmod",
            "hypot",
            "lerp",
            "ln",
            "ln_1p",
            "log2",
            "logaddexp",
            "min",
            "pow",
            "powf",
            "powi",
            "recip",
            "remainder",
            "round",
            "rsqrt",
            "sign",
            "sin",
            "sinh",
            "sqrt",
            "square",
            "tan",
            "tanh",
            "trunc",
            "xlogy",
        ],
    ),
    ("index", &["embedding", "gather", "index_add", "index_select", "masked_select", "scatter", "scatter_add"]),
    ("linear", &["linear_act"]),
    ("loss", &["bce_with_logits", "cross_entropy", "cross_entropy_rows", "kl_div", "kl_div_log", "squared_difference"]),
    ("normalise", &["batch_norm", "group_norm", "instance_norm", "layer_norm", "rms_norm"]),
    ("pad", &["embed", "pad", "roll", "tril", "triu"]),
    ("pool", &["max_pool", "max_unpool", "avg_pool", "avg_unpool", "sum_pool", "upsample_nearest"]),
    ("random", &["dropout"]),
    ("reduction", &["max", "mean", "min", "norm", "prod", "safe_sqrt", "signed_pow", "sum", "tie_weights", "var"]),
    ("recurrent", &["gru_pointwise", "lstm_pointwise"]),
    ("scan", &["cumprod", "cumsum", "logcumsumexp", "recurrence"]),
    ("selection", &["eq", "le", "lt", "ne", "where_cond"]),
    ("shape", &["concat", "expand", "moveaxis", "permute", "reshape", "slice", "sum_to", "swap_axes", "transpose"]),
    ("slice", &["at", "chunk", "diag_embed", "diagonal", "embed", "flip", "slice", "slice_axis", "split", "unbind"]),
    ("softmax", &["log_softmax", "logsumexp", "softmax"]),
    ("sort", &["gather", "scatter_add"]),
];

#[test]
fn every_operation_has_a_row() {
    let mut known = BTreeSet::from(["input"]);
    for &(family, names) in NAMES {
        let cases = rows_of(family).into_iter().flat_map(|row| row.samples(200));
        let recorded: BTreeSet<_> = cases.flat_map(|case| case.recorded()).collect();
        let missing: Vec<_> = names.iter().filter(|name| !recorded.contains(*name)).collect();
        assert!(missing.is_empty(), "no row of {family} records {missing:?}");
        known.extend(names);
    }
    let recorded: BTreeSet<_> =
        table().iter().flat_map(|row| row.samples(200)).flat_map(|case| case.recorded()).collect();
    let unknown: Vec<_> = recorded.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?} are recorded and not listed here");
}

/// The result of a program, its gradients for a cotangent by the eager and by the recorded backward.
fn both_ways(program: &Program, seed: &Tensor<f64>, tape: &Tape<f64>) -> (Vec<Tensor<f64>>, Vec<Tensor<f64>>) {
    let leaves: Vec<_> = program.leaves().iter().map(|x| tape.var(x)).collect();
    let y = program.run(&leaves);
    let recorded = y.grad_with(tape.input(seed), &leaves).iter().map(|g| g.value()).collect();
    // Something else is added to every leaf, so that all have a gradient.
    let rest = leaves.iter().fold(tape.constant(0.0), |sum, x| sum + x.sum() * 0.0);
    let eager = (y + rest).backward_with(seed);
    (leaves.iter().map(|x| eager.wrt(*x).expect("a gradient").clone()).collect(), recorded)
}

/// A cotangent for a program's result.
fn seed(program: &Program) -> Tensor<f64> {
    Tensor::from_fn(&program.shape(), |i| (1.7 * i as f64 + 0.4).cos() * 1.5)
}

/// All leaves cut out of one vector.
fn unpack<'t>(program: &Program, p: Var<'t, f64>) -> Vec<Var<'t, f64>> {
    let mut at = 0;
    let mut cut = |x: &Tensor<f64>| {
        at += x.len();
        p.slice(std::slice::from_ref(&(at - x.len()..at))).reshape(x.shape())
    };
    program.leaves().iter().map(&mut cut).collect()
}

proptest! {
    #![proptest_config(config(96, file!()))]

    #[test]
    fn graphs_have_the_gradients_of_their_differences(program in programs(5..31)) {
        gradcheck_all(|x| program.run(x), program.leaves())?;
    }

    #[test]
    fn graphs_have_the_second_derivatives_of_their_differences(program in programs(5..16)) {
        gradgradcheck_all(|x| program.run(x), program.leaves())?;
    }

    #[test]
    fn graphs_agree_eager_and_recorded(program in programs(5..31)) {
        let (eager, recorded) = both_ways(&program, &seed(&program), &Tape::default());
        for (e, r) in eager.iter().zip(&recorded) {
            let scale = r.data().iter().fold(1.0_f64, |a, x| a.max(x.abs()));
            for (e, r) in e.data().iter().zip(r.data()) {
                prop_assert!((e - r).abs() <= 1e-13 * scale, "{} and {}", e, r);
            }
        }
    }

    /// Again in recycled memory, and on two threads.
    #[test]
    fn graphs_give_the_same_bits_again(program in programs(5..31)) {
        let mut tape = Tape::default();
        let first = both_ways(&program, &seed(&program), &tape);
        tape.reset();
        prop_assert_eq!(&first, &both_ways(&program, &seed(&program), &tape));
        tape.reset();
        tape.set_threads(&Threads::new(2).expect("two threads"));
        prop_assert_eq!(&first, &both_ways(&program, &seed(&program), &tape));
    }

    #[test]
    fn graphs_have_adjoint_modes_and_symmetric_hessians(program in programs(5..31)) {
        let x: Vec<f64> = program.leaves().iter().flat_map(|x| x.data().to_vec()).collect();
        let n = x.len();
        let x = Tensor::from(x);
        let [v, w] = [0.7, 1.9].map(|f| Tensor::from_fn(&[n], |i| (f * (i + 1) as f64).sin()));
        let dot = |a: &Tensor<f64>, b: &Tensor<f64>| (a * b).sum().item();
        let size = |a: &Tensor<f64>, b: &Tensor<f64>| a.data().iter().zip(b.data()).map(|(a, b)| (a * b).abs()).sum::<f64>();

        let (_, forward) = jvp(|p| program.run(&unpack(&program, p)), &x, &v);
        let tape = Tape::default();
        let p = tape.var(&x);
        let back = program.run(&unpack(&program, p)).backward_with(&seed(&program)).wrt(p).expect("a gradient").clone();
        let (left, right) = (dot(&seed(&program), &forward), dot(&back, &v));
        let scale = size(&seed(&program), &forward) + size(&back, &v);
        prop_assert!((left - right).abs() <= 1e-12 * scale.max(1.0), "<u, J v> = {}, <J^T u, v> = {}", left, right);

        let product = |v: &Tensor<f64>| hvp(|p| (program.run(&unpack(&program, p)) * p.tape().input(&seed(&program))).sum(), &x, v).1;
        let (hv, hw) = (product(&v), product(&w));
        let (left, right) = (dot(&w, &hv), dot(&v, &hw));
        let scale = size(&w, &hv) + size(&v, &hw);
        prop_assert!((left - right).abs() <= 1e-12 * scale.max(1.0), "w^T H v = {}, v^T H w = {}", left, right);
    }
}

/// Large enough that work is shared out.
#[test]
fn large_operations_have_the_same_bits_on_any_number_of_threads() {
    let step = |threads: usize| {
        let mut tape = Tape::<f32>::training(5);
        tape.set_threads(&Threads::new(threads).expect("threads"));
        let at = |shape: &[usize], f: f32| Tensor::from_fn(shape, |i| (f * i as f32).sin());
        let x = tape.var(&at(&[512, 300], 0.37));
        let (w, b) = (tape.var(&at(&[400, 300], 0.73)), tape.var(&at(&[400], 1.1)));
        let back = tape.var(&at(&[400, 512], 0.21));
        let h = x.linear(w * 0.1, Some(b)).tanh().dropout(0.2);
        let z = (h.matmul_with(back, true, true) + back.matmul(h).transpose()).log_softmax(1) * 0.5;
        let labels = Tensor::from_fn(&[400], |i| (7 * i % 400) as u32);
        let y = z.sum_axes(&[0], true).square().mean() + z.cross_entropy(&labels) + h.logsumexp(0, false).max();
        let g = y.backward();
        let all = [x, w, b, back].map(|v| g.wrt(v).expect("a gradient").clone());
        (y.item().to_bits(), all.map(|g| g.data().iter().map(|x| x.to_bits()).collect::<Vec<_>>()))
    };
    let one = step(1);
    for threads in [2, 3] {
        assert!(one == step(threads), "{threads} threads");
    }
}
