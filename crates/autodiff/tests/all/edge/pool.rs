//! Windows with ties, NaN, padding, and nothing in them.

use rappel_autodiff::{Pool, Tape, Tensor};

use super::{check, expect};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

#[test]
fn the_first_of_equals_wins() {
    check(
        "max_pool1d",
        |x| x[0].max_pool1d(Pool::new(3).stride(2)),
        |x| x[0].max_pool1d(Pool::new(3).stride(2)),
        &[Tensor::from([1.0, 1.0, 1.0, 0.0, -INF, -INF, -INF])],
        (&[1.0, 1.0, -INF], &[&[1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0]]),
    );
    check(
        "max_pool2d",
        |x| x[0].max_pool2d(Pool::new(2)),
        |x| x[0].max_pool2d(Pool::new(2)),
        &[Tensor::from([[0.0, 2.0], [2.0, 2.0]])],
        (&[2.0], &[&[0.0, 1.0, 0.0, 0.0]]),
    );
}

#[test]
fn nan_wins() {
    check(
        "max_pool1d",
        |x| x[0].max_pool1d(Pool::new(3)),
        |x| x[0].max_pool1d(Pool::new(3)),
        &[Tensor::from([1.0, NAN, INF, NAN, NAN, 0.0])],
        (&[NAN, NAN], &[&[0.0, 1.0, 0.0, 1.0, 0.0, 0.0]]),
    );
}

#[test]
fn padding_is_no_value() {
    check(
        "max_pool1d",
        |x| x[0].max_pool1d(Pool::new(2).padding(1)),
        |x| x[0].max_pool1d(Pool::new(2).padding(1)),
        &[Tensor::from([-3.0, -2.0])],
        (&[-3.0, -2.0], &[&[1.0, 1.0]]),
    );
}

#[test]
fn a_window_without_values() {
    check(
        "max_pool1d",
        |x| x[0].max_pool1d(Pool::new(2).stride(1).dilation(5).padding(3)),
        |x| x[0].max_pool1d(Pool::new(2).stride(1).dilation(5).padding(3)),
        &[Tensor::from([1.0])],
        (&[-INF, -INF], &[&[0.0]]),
    );
    let tape = Tape::<f64>::default();
    let none = tape.var(&Tensor::zeros(&[0, 4]));
    expect("no windows", &none.max_pool1d(Pool::new(2)).value(), &[]);
    expect("no places", &tape.var(&Tensor::zeros(&[3])).adaptive_avg_pool1d(0).value(), &[]);
}

#[test]
fn averages_over_padding() {
    let x = [Tensor::from([2.0, 4.0])];
    check(
        "counted",
        |x| x[0].avg_pool1d(Pool::new(2).padding(1)),
        |x| x[0].avg_pool1d(Pool::new(2).padding(1)),
        &x,
        (&[1.0, 2.0], &[&[0.5, 0.5]]),
    );
    check(
        "left out",
        |x| x[0].avg_pool1d(Pool::new(2).padding(1).count_include_pad(false)),
        |x| x[0].avg_pool1d(Pool::new(2).padding(1).count_include_pad(false)),
        &x,
        (&[2.0, 4.0], &[&[1.0, 1.0]]),
    );
    // What a last window has beyond the padding does not count.
    check(
        "beyond",
        |x| x[0].avg_pool1d(Pool::new(2).ceil_mode(true)),
        |x| x[0].avg_pool1d(Pool::new(2).ceil_mode(true)),
        &[Tensor::from([2.0, 4.0, 5.0])],
        (&[3.0, 5.0], &[&[0.5, 0.5, 1.0]]),
    );
}

/// The largest is found again in each pass, and only there does a second derivative go.
#[test]
fn a_second_pass_goes_to_the_same_places() {
    let tape = Tape::<f64>::default();
    let x = tape.var(&Tensor::from([1.0, 3.0, 3.0, 2.0]));
    let y = x.max_pool1d(Pool::new(2)).powi(3).sum();
    let first = y.grad(&[x])[0];
    expect("first", &first.value(), &[0.0, 27.0, 27.0, 0.0]);
    expect("second", &first.sum().grad(&[x])[0].value(), &[0.0, 18.0, 18.0, 0.0]);
    expect("third", &first.sum().grad(&[x])[0].sum().grad(&[x])[0].value(), &[0.0, 6.0, 6.0, 0.0]);
}
