//! Places that are met several times, or not at all.

use rappel_autodiff::{By, Float, PadMode, Tape, Tensor, Var};

use super::{check, expect};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// In f32 the order shows: 1e8 + 1 is 1e8, so that the 1 that comes before -1e8 is lost, and the one behind it is not.
#[test]
fn repeated_indices_accumulate_in_order() {
    let cotangent = Tensor::<f32>::from([1e8, 1.0, -1e8, 1.0]);
    let twice = Tensor::from([0_u32, 0, 0, 0]);
    type Function = for<'t> fn(Var<'t>, &Tensor<u32>) -> Var<'t>;
    let functions: [(&str, Function); 4] = [
        ("gather", |x, i| x.gather(0, i)),
        ("index_select", |x, i| x.index_select(0, i)),
        ("embedding", |x, i| x.reshape(&[1, 1]).embedding(i, None).reshape(&[4])),
        ("at", |x, i| x.at(i)),
    ];
    for (name, f) in functions {
        let tape = Tape::<f32>::default();
        let x = tape.var(&Tensor::from([3.0]));
        let recorded = f(x, &twice).grad_with(tape.input(&cotangent), &[x])[0].value();
        let eager = f(x, &twice).backward_with(&cotangent);
        assert_eq!(recorded.data(), [1.0], "{name}, recorded");
        assert_eq!(eager.wrt(x).unwrap().data(), [1.0], "{name}, eager");
    }
    let tape = Tape::<f32>::default();
    let (zero, v) = (tape.var(&Tensor::from([0.0])), tape.var(&cotangent));
    assert_eq!(zero.scatter_add(0, &twice, v).item(), 1.0);
    assert_eq!(zero.index_add(0, &twice, v).item(), 1.0);
}

#[test]
fn the_last_write_stays_and_gets_the_gradient() {
    fn f<'t, T: Float>(x: &[Var<'t, T>]) -> Var<'t, T> {
        x[0].scatter(0, &Tensor::from([1_u32, 0, 1]), x[1]).square()
    }
    let (x, v) = (Tensor::from([NAN, 2.0, 3.0]), Tensor::from([INF, 5.0, 6.0]));
    check("scatter", f, f, &[x, v], (&[25.0, 36.0, 9.0], &[&[0.0, 0.0, 6.0], &[0.0, 10.0, 12.0]]));
}

/// What is not kept does not show, neither in the value nor in the gradient, be it infinite or NaN.
#[test]
fn what_is_masked_does_not_show() {
    fn filled<'t, T: Float>(x: &[Var<'t, T>]) -> Var<'t, T> {
        x[0].masked_fill(x[0].ne(2.0), 0.5).square()
    }
    let x = Tensor::from([NAN, 2.0, INF]);
    check("masked_fill", filled, filled, &[x], (&[0.25, 4.0, 0.25], &[&[0.0, 4.0, 0.0]]));
    fn lower<'t, T: Float>(x: &[Var<'t, T>]) -> Var<'t, T> {
        x[0].tril(0).square()
    }
    let x = Tensor::from([[1.0, NAN], [-3.0, 4.0]]);
    check("tril", lower, lower, &[x], (&[1.0, 0.0, 9.0, 16.0], &[&[2.0, 0.0, -6.0, 8.0]]));
    let tape = Tape::<f64>::default();
    let x = tape.var(&Tensor::from([[1.0, 2.0], [3.0, 4.0]]));
    let eager = x.triu(1).backward_with(&Tensor::full(&[2, 2], INF));
    assert_eq!(eager.wrt(x).unwrap().data(), [0.0, INF, 0.0, 0.0]);
}

#[test]
fn a_padded_row_is_zeros_and_passes_nothing() {
    fn f<'t, T: Float>(x: &[Var<'t, T>]) -> Var<'t, T> {
        x[0].embedding(&Tensor::from([1_u32, 0, 1]), Some(0)).square().reshape(&[6])
    }
    let table = Tensor::from([[NAN, INF], [3.0, 4.0]]);
    check("embedding", f, f, &[table], (&[9.0, 16.0, 0.0, 0.0, 9.0, 16.0], &[&[0.0, 0.0, 12.0, 16.0]]));
}

#[test]
fn nothing_has_parts() {
    let tape = Tape::<f64>::default();
    let x = tape.var(&Tensor::zeros(&[0, 3]));
    let none = Tensor::<u32>::new([], &[0]);
    let shapes = [
        (x.at((.., -1)), &[0][..]),
        (x.at(0..0), &[0, 3]),
        (x.at((.., (..).by(-2))), &[0, 2]),
        (x.flip(&[0, 1]), &[0, 3]),
        (x.roll(&[1, 1], &[0, 1]), &[0, 3]),
        (x.pad(&[(0, 0), (1, 0)], PadMode::Replicate), &[0, 4]),
        (x.index_select(0, &none), &[0, 3]),
        (x.embedding(&none, None), &[0, 3]),
        (x.tril(0), &[0, 3]),
        (x.diagonal(0, 0, 1), &[0]),
        (x.diag_embed(1), &[0, 4, 4]),
        (x.repeat(&[2, 1]), &[0, 3]),
        (x.chunk(2, 0)[0], &[0, 3]),
    ];
    let mut sum = x.sum();
    for (i, (y, shape)) in shapes.iter().enumerate() {
        assert_eq!(y.shape()[..], **shape, "{i}");
        sum = sum + y.sum();
    }
    assert!(x.unbind(0).is_empty());
    expect("padding of nothing", &x.pad(&[(1, 0), (0, 0)], 2.0).value(), &[2.0; 3]);
    assert_eq!(sum.backward().wrt(x).unwrap().shape(), [0, 3]);
}
