//! Samples: their frequencies and moments, that they repeat, and what is refused.

use rappel_nn::autodiff::{Rng, Tape, Tensor};
use rappel_nn::distribution::{Bernoulli, Categorical, Normal};

use crate::panics::panic_here;

const N: usize = 40_000;

/// Frequencies and moments of 40,000 draws are within five standard errors of what the definition says.
#[test]
fn samples_have_the_defined_frequencies() {
    let (tape, mut rng) = (Tape::<f64>::default(), Rng::seed(5));
    let many = |row: &[f64]| tape.input(&Tensor::from_fn(&[N, row.len()], |i| row[i % row.len()]));
    let p = [0.5, 0.0, 0.2, 0.3];
    let near = |what: &str, found: f64, expected: f64, std: f64| {
        assert!((found - expected).abs() <= 5.0 * std / (N as f64).sqrt(), "{what}: {found}, not {expected}");
    };
    let from_probs = Categorical::from_probs(many(&p)).sample(&mut rng);
    let from_logits = Categorical::from_logits(many(&p.map(f64::ln))).sample(&mut rng);
    for shown in [from_probs, from_logits] {
        assert_eq!(shown.shape(), [N]);
        for (class, p) in p.iter().enumerate() {
            let count = shown.data().iter().filter(|c| **c as usize == class).count();
            near(&format!("class {class}"), count as f64 / N as f64, *p, (p * (1.0 - p)).sqrt());
        }
    }
    let ones = Bernoulli::from_logits(many(&[(0.3_f64 / 0.7).ln()])).sample(&mut rng);
    assert!(ones.data().iter().all(|x| *x == 0.0 || *x == 1.0));
    near("ones", ones.data().iter().sum::<f64>() / N as f64, 0.3, 0.21_f64.sqrt());
    let x = Normal::new(many(&[2.0]), many(&[0.5])).sample(&mut rng);
    near("mean", x.data().iter().sum::<f64>() / N as f64, 2.0, 0.5);
    let spread = x.data().iter().map(|x| (x - 2.0).powi(2)).sum::<f64>() / N as f64;
    near("variance", spread, 0.25, 0.25 * 2_f64.sqrt());
}

/// The largest of logits with Gumbel noise is a draw of the distribution; a soft one adds up to 1.
#[test]
fn a_hard_choice_has_the_defined_frequencies_and_the_gradient_of_the_soft_one() {
    let p = [0.5_f64, 0.2, 0.3];
    let logits = Tensor::from_fn(&[N, 3], |i| p[i % 3].ln());
    let draw = |hard: bool| {
        let tape = Tape::<f64>::training_in(9);
        let x = tape.var(&logits);
        let y = Categorical::from_logits(x).gumbel_softmax(0.5, hard);
        let weight = tape.input(&Tensor::from_fn(&[N, 3], |i| (i % 7) as f64));
        let gradient = (y * weight).sum().backward().wrt(x).unwrap().clone();
        (y.value(), gradient)
    };
    let ((hard, of_hard), (soft, of_soft)) = (draw(true), draw(false));
    assert_eq!(of_hard, of_soft);
    for (hard, soft) in hard.data().chunks(3).zip(soft.data().chunks(3)) {
        assert!((soft.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let largest = soft.iter().copied().fold(0.0, f64::max);
        assert!(hard.iter().zip(soft).all(|(h, s)| *h == f64::from(u8::from(*s == largest))), "{hard:?} {soft:?}");
    }
    for (class, p) in p.iter().enumerate() {
        let share = hard.data().iter().skip(class).step_by(3).sum::<f64>() / N as f64;
        assert!((share - p).abs() < 5.0 * (p * (1.0 - p) / N as f64).sqrt(), "class {class}: {share}");
    }
}

#[test]
fn noise_is_a_function_of_seed_step_and_draw() {
    let draws = |seed: u64, step: u64| {
        let mut tape = Tape::<f64>::training_in(seed);
        tape.at_step(step);
        let normal =
            |tape: &Tape<f64>| Normal::new(tape.input(&Tensor::zeros(&[3])), tape.constant(1.0)).rsample().value();
        let first = [normal(&tape), normal(&tape)];
        tape.rewind();
        let again = [normal(&tape), normal(&tape)];
        assert_eq!(first, again);
        first
    };
    let a = draws(1, 0);
    assert_eq!(a, draws(1, 0));
    assert_ne!(a[0], a[1]);
    assert_ne!(a[0], draws(2, 0)[0]);
    assert_ne!(a[0], draws(1, 1)[0]);
    let tape = Tape::<f64>::default();
    let normal = Normal::new(tape.constant(1.0), tape.constant(2.0));
    let (z, x) = (normal.rsample_with(&mut Rng::seed(4)), normal.sample(&mut Rng::seed(4)));
    assert_eq!(z.item(), x.item());
}

#[test]
fn batches_may_be_empty_or_a_single_distribution() {
    let (tape, mut rng) = (Tape::<f64>::default(), Rng::seed(0));
    let none = Categorical::from_logits(tape.input(&Tensor::zeros(&[0, 3])));
    assert_eq!(none.sample(&mut rng).shape(), [0]);
    assert_eq!(none.log_prob(&Tensor::new(Vec::<u32>::new(), &[0])).shape()[..], [0]);
    let one = Categorical::from_logits(tape.input(&Tensor::from([0.0, f64::NEG_INFINITY])));
    assert_eq!((one.sample(&mut rng).item(), one.mode().item(), one.entropy().item()), (0, 0, 0.0));
    assert_eq!(Normal::new(tape.input(&Tensor::zeros(&[0])), tape.constant(1.0)).sample(&mut rng).shape(), [0]);
}

#[test]
fn parameters_and_values_that_make_no_sense_are_refused_at_the_users_line() {
    let tape = Tape::<f64>::default();
    let (pair, three) = (tape.var(&Tensor::from([1.0, 0.0])), tape.var(&Tensor::ones(&[3])));
    let message = panic_here!(Normal::new(pair, pair));
    assert!(message.contains("standard deviation 1 is 0") && message.contains("softplus"), "{message}");
    let message = panic_here!(Normal::new(pair, three));
    assert!(message.contains("[2]") && message.contains("[3]"), "{message}");
    let message = panic_here!(Normal::new(three, three).log_prob(pair));
    assert!(message.contains("[2]") && message.contains("[3]"), "{message}");
    let message = panic_here!(Normal::new(three, three).rsample());
    assert!(message.contains("evaluation mode"), "{message}");
    let message = panic_here!(Categorical::from_logits(three).gumbel_softmax(0.0, false));
    assert!(message.contains("temperature"), "{message}");
    let message = panic_here!(Categorical::from_logits(tape.constant(1.0)));
    assert!(message.contains("shape [] has no classes"), "{message}");
    let message = panic_here!(Categorical::from_probs(pair * -2.0));
    assert!(message.contains("value 0 is -2") && message.contains("from_logits"), "{message}");
    let message = panic_here!(Categorical::from_probs(pair * 0.0));
    assert!(message.contains("row 0"), "{message}");
    let message = panic_here!(Categorical::from_logits(three).log_prob(&Tensor::scalar(3_u32)));
    assert!(message.contains("3 classes"), "{message}");
    let message = panic_here!(Categorical::from_logits(three.reshape(&[3, 1])).log_prob(&Tensor::scalar(0_u32)));
    assert!(message.contains("[3]"), "{message}");
    let message = panic_here!(Categorical::from_logits(three * f64::NAN).sample(&mut Rng::seed(0)));
    assert!(message.contains("row 0 are NaN"), "{message}");
    let message = panic_here!(Bernoulli::from_probs(-pair));
    assert!(message.contains("value 0 is -1"), "{message}");
    // What became NaN in training is seen by the step, not here.
    assert!(Normal::new(pair, pair * f64::NAN).entropy().value().data()[0].is_nan());
}
