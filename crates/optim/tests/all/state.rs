//! State belongs to parameters.

use rappel_autodiff::{Param, Tape};
use rappel_optim::{Adam, Optimizer, Rule, Sgd, linear};
use rappel_tensor::{Rng, Tensor};

use crate::support::{gradients, pair, slope, step};

/// Steps a list of parameters, each along the slope of its own value.
fn step_all<R: Rule>(optimizer: &mut Optimizer<R, f64>, net: &mut Vec<Param<f64>>) {
    let slopes: Vec<_> = net.iter().map(slope).collect();
    let g = gradients(&Tape::default(), &net.iter().zip(&slopes).collect::<Vec<_>>());
    optimizer.step(net, &g).unwrap();
}

fn net(n: usize) -> Vec<Param<f64>> {
    let mut rng = Rng::seed(7);
    (0..n).map(|i| Param::new(Tensor::normal(&[1 + i % 3], 0.0, 1.0, &mut rng))).collect()
}

fn values(net: &[Param<f64>]) -> Vec<Vec<f64>> {
    net.iter().map(|p| p.value.data().to_vec()).collect()
}

#[test]
fn every_order_of_many_parameters_finds_each_ones_state() {
    let (mut still, mut moved) = (net(300), net(300));
    let (mut a, mut b) = (Adam::new(0.1), Adam::new(0.1));
    let home: Vec<_> = moved.iter().map(Param::id).collect();
    let mut rng = Rng::seed(3);
    moved.reverse();
    for _ in 0..6 {
        step_all(&mut a, &mut still);
        step_all(&mut b, &mut moved);
        rng.shuffle(&mut moved);
    }
    moved.sort_by_key(|p| home.iter().position(|id| *id == p.id()));
    assert_eq!(values(&still), values(&moved));
}

#[test]
fn nets_stepped_in_turn_do_not_disturb_each_other() {
    let (mut a, mut b, mut alone_a, mut alone_b) = (net(4), net(3), net(4), net(3));
    let (mut shared, mut own_a, mut own_b) = (Adam::new(0.1), Adam::new(0.1), Adam::new(0.1));
    for _ in 0..5 {
        step_all(&mut shared, &mut a);
        step_all(&mut shared, &mut b);
        step_all(&mut own_a, &mut alone_a);
        step_all(&mut own_b, &mut alone_b);
    }
    assert_eq!(shared.steps(), 10);
    assert_eq!(values(&a), values(&alone_a));
    assert_eq!(values(&b), values(&alone_b));
}

#[test]
fn a_parameter_that_joins_late_starts_as_at_the_start_of_a_run() {
    let (mut grown, mut fresh) = (net(2), net(1));
    let mut late = Param::new(fresh[0].value.clone());
    let (mut a, mut b) = (Adam::new(0.1), Adam::new(0.1));
    for _ in 0..50 {
        step_all(&mut a, &mut grown);
    }
    for _ in 0..5 {
        grown.push(late);
        step_all(&mut a, &mut grown);
        late = grown.pop().unwrap();
        step_all(&mut b, &mut fresh);
    }
    assert_eq!(late.value, fresh[0].value);
}

#[test]
fn a_frozen_parameter_stays_and_goes_on_where_it_was() {
    let (mut a, mut b) = (net(2), net(2));
    let (mut paused, mut straight) = (Sgd::new(0.1).momentum(0.9), Sgd::new(0.1).momentum(0.9));
    for k in 0..8 {
        a[1].trainable = !(3..6).contains(&k);
        let before = a[1].value.clone();
        step_all(&mut paused, &mut a);
        assert_eq!(a[1].value == before, !a[1].trainable);
        if a[1].trainable {
            step_all(&mut straight, &mut b);
        }
    }
    assert_eq!(a[1].value, b[1].value);
}

#[test]
fn a_value_of_another_shape_starts_anew() {
    let mut adam = Adam::new(0.1);
    let mut p = pair(1.0, 2.0);
    for _ in 0..3 {
        let g = slope(&p);
        step(&mut adam, &mut p, &g);
    }
    p.value = Tensor::from([1.0, -1.0, 0.5]);
    let mut fresh = Param::new(p.value.clone());
    let g = slope(&p);
    step(&mut adam, &mut p, &g);
    step(&mut Adam::new(0.1), &mut fresh, &g);
    assert_eq!(p.value, fresh.value);
}

#[test]
fn momentum_that_is_switched_off_is_forgotten() {
    let mut p = pair(1.0, 2.0);
    let mut sgd = Sgd::new(0.1).momentum(0.9);
    let g = Tensor::from([1.0, 1.0]);
    step(&mut sgd, &mut p, &g);
    sgd = sgd.momentum(0.0);
    step(&mut sgd, &mut p, &g);
    sgd = sgd.momentum(0.5);
    let before = p.value.data()[0];
    step(&mut sgd, &mut p, &g);
    assert_eq!(p.value.data()[0], before - 0.1, "the buffer was 0");
}

#[test]
fn without_momentum_no_state_is_the_same_as_state() {
    let (mut a, mut b) = (net(5), net(5));
    let (mut stateless, mut kept) = (Sgd::new(0.1), Sgd::new(0.1).momentum(linear(0.0, 0.0, 3)));
    for _ in 0..5 {
        step_all(&mut stateless, &mut a);
        step_all(&mut kept, &mut b);
        assert_eq!(values(&a), values(&b));
    }
}
