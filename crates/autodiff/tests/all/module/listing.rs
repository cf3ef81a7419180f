//! The table of what is in a net.

use rappel_autodiff::{Buffer, ModuleExt, Param, Tensor};

#[test]
fn every_place_has_a_row_and_tied_parameters_count_once() {
    let weight = Param::<f64>::new(Tensor::zeros(&[1000, 2]));
    let net = (
        (weight.tie(), Buffer::<f32>::new(Tensor::zeros(&[2])), Param::<f32>::frozen(Tensor::scalar(1.0))),
        weight,
        Buffer::integers(Tensor::scalar(0)),
    );
    let listing = net.listing();
    assert_eq!((listing.trainable, listing.frozen), (2000, 1));
    let text = "\
path           shape  numbers
0.0   f64  [1000, 2]    2,000
0.2   f32         []        1  frozen
1     f64  [1000, 2]    2,000    tied
0.1   f32        [2]        2  buffer
2     i64         []        1  buffer
parameters: 2,000 trainable, 1 frozen";
    assert_eq!(listing.to_string(), text);
    assert_eq!(().listing().to_string(), "path    shape  numbers\nparameters: 0 trainable, 0 frozen");
}
