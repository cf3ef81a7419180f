//! States of nets compared and handed on, through boxes too.

use rappel_autodiff::{Buffer, Module, ModuleExt, Param, Tensor};

type Net = (Vec<Box<dyn Module>>, Buffer<i64>);

fn net(start: f32) -> Net {
    let param = |x: f32| Box::new(Param::<f32>::new(Tensor::from([x, -0.0]))) as Box<dyn Module>;
    let wide = Box::new(Param::<f64>::new(Tensor::scalar(0.5)));
    let mean = Box::new(Buffer::<f32>::new(Tensor::scalar(start)));
    (vec![param(start), wide, mean, param(start + 1.0)], Buffer::integers(Tensor::scalar(3)))
}

#[test]
fn a_state_is_handed_on_whole_and_compared_by_bits() {
    let (a, mut b) = (net(1.0), net(2.0));
    assert!(!b.same_state(&a));
    b.copy_state(&a);
    assert!(b.same_state(&a) && a.same_state(&b));
    b.1.value = Tensor::scalar(4);
    assert!(!b.same_state(&a));

    let zero = |x: f32| Param::<f32>::new(Tensor::from([x]));
    assert!(!zero(0.0).same_state(&zero(-0.0)));
    assert!(zero(f32::NAN).same_state(&zero(f32::NAN)));
}

#[test]
fn a_snapshot_goes_back_through_boxes() {
    let mut net = net(1.0);
    let before = net.snapshot();
    net.copy_state(&self::net(5.0));
    assert_ne!(net.snapshot(), before);
    net.restore(&before);
    assert_eq!(net.snapshot(), before);
}

#[test]
#[should_panic(expected = "restore: this snapshot is of another net")]
fn a_snapshot_of_another_net_is_refused() {
    net(1.0).restore(&net(1.0).snapshot());
}

#[test]
fn nets_that_differ_are_refused_with_the_first_difference_and_stay_as_they_are() {
    let param = |n| Param::<f32>::new(Tensor::ones(&[n]));
    let cases: [(&mut dyn Module, &dyn Module, &str); 5] = [
        (&mut vec![param(2)], &vec![param(3)], "copy_state: `0` is f32[2] here and f32[3] in the other net"),
        (&mut vec![param(2)], &vec![param(2), param(1)], "copy_state: parameter `1` is in the other net only"),
        (&mut vec![param(2), param(1)], &vec![param(2)], "copy_state: parameter `1` is not in the other net"),
        (&mut param(2), &(param(2),), "copy_state: parameter 0 is called `` here and `0` in the other net"),
        (
            &mut Buffer::<f32>::new(Tensor::scalar(0.0)),
            &Buffer::integers(Tensor::scalar(0)),
            "copy_state: `` is f32[] here and i64[] in the other net",
        ),
    ];
    for (own, other, why) in cases {
        let before = own.snapshot();
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| own.copy_state(other))).unwrap_err();
        assert_eq!(panic.downcast_ref::<String>().unwrap(), why);
        assert_eq!(own.snapshot(), before);
    }
}

#[test]
fn a_tied_parameter_is_frozen_at_all_of_its_places() {
    let words = Param::<f32>::new(Tensor::zeros(&[2]));
    let mut net = (words.tie(), words);
    for pattern in ["0", "1"] {
        net.freeze(pattern);
        assert!(!net.0.trainable && !net.1.trainable);
        net.unfreeze(pattern);
        assert!(net.0.trainable && net.1.trainable);
    }
}

#[test]
#[should_panic(expected = "freeze: no parameter fits `encodr.*`; there are: 0, 1")]
fn freezing_nothing_is_a_mistake() {
    let param = || Param::<f32>::new(Tensor::zeros(&[1]));
    vec![param(), param()].freeze("encodr.*");
}
