use rappel_nn::autodiff::Rng;
use rappel_nn::autodiff::random::Mersenne;
use rappel_nn::{Gru, Lstm, ModuleExt, Rnn, RnnOptions};

use crate::names;

#[test]
fn parameters_have_the_names_and_order_of_pytorch() {
    let rng = &mut Rng::seed(0);
    let plain: Gru = Gru::new(3, 4, rng);
    assert_eq!(names(&plain), ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]);

    let bare: Rnn = Rnn::with(3, 4, RnnOptions::new().layers(2).without_bias(), rng);
    assert_eq!(names(&bare), ["weight_ih_l0", "weight_hh_l0", "weight_ih_l1", "weight_hh_l1"]);

    let all: Lstm = Lstm::projected(3, 4, 2, RnnOptions::new().layers(2).bidirectional(), rng);
    let mut expected = Vec::new();
    for layer in 0..2 {
        for reverse in ["", "_reverse"] {
            for name in ["weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr"] {
                expected.push(format!("{name}_l{layer}{reverse}"));
            }
        }
    }
    assert_eq!(names(&all), expected);
    let shapes: Vec<&[usize]> = all.named_parameters().iter().map(|(_, param)| param.shape()).collect();
    let first: [&[usize]; 5] = [&[16, 3], &[16, 2], &[16], &[16], &[2, 4]];
    let second: [&[usize]; 5] = [&[16, 4], &[16, 2], &[16], &[16], &[2, 4]];
    assert_eq!(shapes, [first, first, second, second].concat());
}

#[test]
fn both_visits_give_the_same_names_however_many_layers() {
    let mut gru: Gru = Gru::with(1, 1, RnnOptions::new().layers(12).bidirectional(), &mut Rng::seed(0));
    let read = names(&gru);
    let mut written = Vec::new();
    gru.for_each_param_mut(|path, _| written.push(path.to_owned()));
    assert_eq!(read, written);
    assert_eq!((read.len(), read.last().unwrap().as_str()), (96, "bias_hh_l11_reverse"));
}

/// Made with PyTorch 2.15:
///
/// ```python
/// torch.manual_seed(3)
/// m = torch.nn.LSTM(2, 3, num_layers=2, bidirectional=True, proj_size=2)
/// print(m.weight_ih_l0[0, 0].item(), m.bias_hh_l0_reverse[-1].item(), m.weight_hr_l1_reverse[-1, -1].item())
/// ```
#[test]
fn weights_are_drawn_in_pytorchs_order() {
    let options = RnnOptions::new().layers(2).bidirectional();
    let lstm: Lstm = Lstm::projected(2, 3, 2, options, &mut Mersenne::seed(3));
    let [first, backward, last] = [0, 1, 3].map(|cell| &lstm.cells()[cell]);
    let drawn = [
        first.weight_ih.value.data()[0],
        *backward.bias_hh.as_ref().unwrap().value.data().last().unwrap(),
        *last.weight_hr.as_ref().unwrap().value.data().last().unwrap(),
    ];
    assert_eq!(drawn, [-0.57242715, 0.55810225, -0.5210513]);
}
