//! The life of a tape.

use rappel_autodiff::{Param, Tape, Tensor};

#[test]
fn smoke() {
    let w = Param::new(Tensor::from([[0.5_f64, -1.0], [2.0, 0.1], [0.3, 0.7]]));
    let b = Param::new(Tensor::from([0.1_f64, 0.2, 0.3]));
    let mut tape = Tape::<f64>::default();
    for _ in 0..2 {
        tape.reset();
        let x = tape.input(&Tensor::from([[1.0, 2.0], [3.0, 4.0]]));
        let f = || x.linear(tape.param(&w), Some(tape.param(&b))).tanh().cross_entropy(&Tensor::from([1_u32, 2]));
        let y = f();
        let r = y.grad(&[tape.param(&w), tape.param(&b)]);
        let (r0, r1) = (r[0].value(), r[1].value());
        let rr = r[0].square().sum().grad(&[tape.param(&w)])[0].value();
        assert!(rr.data().iter().all(|x| x.is_finite()));
        let g = y.backward();
        for (a, b) in g.param(&w).unwrap().data().iter().zip(r0.data()) {
            assert!((a - b).abs() < 1e-14);
        }
        for (a, b) in g.param(&b).unwrap().data().iter().zip(r1.data()) {
            assert!((a - b).abs() < 1e-14);
        }
        assert_eq!(y.value().len(), 1);
    }
}
