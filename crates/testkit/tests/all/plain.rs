//! The arrays that references are written on.

use rappel_testkit::Plain;

fn x() -> Plain {
    Plain::new(&[2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
}

#[test]
fn reductions() {
    let sum = |run: &[f64]| run.iter().sum();
    assert_eq!(x().reduce(&[0], false, sum), Plain::new(&[3], vec![5.0, 7.0, 9.0]));
    assert_eq!(x().reduce(&[-1], true, sum), Plain::new(&[2, 1], vec![6.0, 15.0]));
    assert_eq!(x().reduce(&[1, 0], false, sum), Plain::scalar(21.0));
    assert_eq!(x().reduce(&[], false, sum), x());
    let empty = Plain::new(&[2, 0], vec![]);
    assert_eq!(empty.reduce(&[1], false, sum), Plain::new(&[2], vec![0.0, 0.0]));
}

#[test]
fn broadcasting() {
    let column = Plain::new(&[2, 1], vec![10.0, 20.0]);
    assert_eq!(x().zip(&column, |a, b| a + b).data(), [11.0, 12.0, 13.0, 24.0, 25.0, 26.0]);
    assert_eq!(Plain::scalar(2.0).zip(&x(), |a, b| a * b).at(&[1, 0]), 8.0);
    assert_eq!(Plain::new(&[0, 1], vec![]).zip(&Plain::new(&[3], vec![0.0; 3]), |a, _| a).shape(), [0, 3]);
}

#[test]
#[should_panic(expected = "shapes [2, 3] and [2] do not broadcast")]
fn misfits() {
    x().zip(&Plain::new(&[2], vec![0.0; 2]), |a, _| a);
}

#[test]
fn runs_along_an_axis() {
    let running = |run: &[f64]| {
        run.iter()
            .scan(0.0, |s, x| {
                *s += x;
                Some(*s)
            })
            .collect()
    };
    assert_eq!(x().along(0, running).data(), [1.0, 2.0, 3.0, 5.0, 7.0, 9.0]);
    assert_eq!(x().along(-1, running).data(), [1.0, 3.0, 6.0, 4.0, 9.0, 15.0]);
}
