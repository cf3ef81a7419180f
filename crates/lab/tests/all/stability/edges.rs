use rappel_lab::autodiff::{Param, Tape, Tensor, Var};
use rappel_lab::optim::{Adam, ParamState, Sgd, Stepper, linear};
use rappel_lab::problems::Point;
use rappel_lab::stability::{Applied, Edge, Edges, Monitor, Phase};

/// Half of `curvature x^2`, summed.
fn valley<'t>(w: &Param<f64>, tape: &'t Tape<f64>, curvature: &Tensor<f64>) -> Var<'t, f64> {
    (tape.param(w).square() * tape.input(curvature)).sum() * 0.5
}

fn descend(w: &mut Param<f64>, optimizer: &mut dyn Stepper<f64>, curvature: &Tensor<f64>, steps: usize) {
    let mut tape = Tape::default();
    for _ in 0..steps {
        tape.reset();
        let gradients = valley(w, &tape, curvature).backward();
        optimizer.step(w, &gradients).unwrap();
    }
}

/// A rule as it is tried on a one-dimensional valley of curvature 1, at a rate; and where it must begin to diverge.
type Row = (&'static str, fn(f64) -> Box<dyn Stepper<f64>>, f64);

/// What Adam divides by is held still by an eps beside which the gradient is nothing.
const STILL: f64 = 1e12;

const ROWS: [Row; 9] = [
    ("gradient descent", |lr| Box::new(Sgd::new(lr)), 2.0),
    ("heavy ball", |lr| Box::new(Sgd::new(lr).momentum(0.9)), 3.8),
    ("heavy ball .5", |lr| Box::new(Sgd::new(lr).momentum(0.5)), 3.0),
    ("Nesterov", |lr| Box::new(Sgd::new(lr).momentum(0.9).nesterov(true)), 1.35714),
    ("running mean", |lr| Box::new(Sgd::new(lr).momentum(0.9).dampening(0.9)), 38.0),
    ("damped by half", |lr| Box::new(Sgd::new(lr).momentum(0.9).dampening(0.5)), 7.6),
    ("decayed", |lr| Box::new(Sgd::new(lr).momentum(0.9).weight_decay(0.25)), 3.8 / 1.25),
    ("Adam", |lr| Box::new(Adam::new(lr * STILL).eps(STILL)), 38.0),
    ("Adam, decayed", |lr| Box::new(Adam::new(lr * STILL).eps(STILL).betas(0.5, 0.999).weight_decay(1.0)), 3.0),
];

/// At the minimum until the larger first steps of Adam, whose biases are corrected, are past; then beside it.
fn beside_the_minimum(mut optimizer: Box<dyn Stepper<f64>>) -> (Param<f64>, Box<dyn Stepper<f64>>) {
    let mut w = Param::new(Tensor::from([0.0]));
    descend(&mut w, &mut *optimizer, &Tensor::from([1.0]), 300);
    w.value = Tensor::from([1.0]);
    (w, optimizer)
}

/// Where real optimizers begin to diverge on quadratics, by bisection: 2, 3.8, 1.357, 38 over the curvature. There the monitor's margin
/// is 1.
#[test]
fn thresholds_are_where_optimizers_diverge() {
    let one = Tensor::from([1.0]);
    for (name, rule, expected) in ROWS {
        let diverges = |rate: f64| {
            let (mut w, mut optimizer) = beside_the_minimum(rule(rate));
            // Adam's divisor would tame the largest swings in the end, so they count when they come.
            (0..4000).any(|_| {
                descend(&mut w, &mut *optimizer, &one, 1);
                w.value.data()[0].abs() > 1e6
            })
        };
        let (mut low, mut high) = (0.1, 100.0);
        assert!(!diverges(low) && diverges(high), "{name}");
        while high - low > 1e-4 * low {
            let middle = f64::midpoint(low, high);
            if diverges(middle) { high = middle } else { low = middle }
        }
        assert!((high / expected - 1.0).abs() < 0.003, "{name} diverges at {high}, not {expected}");

        let (w, optimizer) = beside_the_minimum(rule(low));
        let seen = Monitor::every(1).unwrap().look(&w, &*optimizer, |w, tape| valley(w, tape, &one)).unwrap();
        let margin = seen.margin().unwrap();
        assert!((margin - 1.0).abs() < 0.003, "{name}: margin {margin}");
        assert!((seen.eigenvalues[0] / seen.threshold() - margin).abs() < 1e-12);
    }
}

/// Adam's operator, beside its definition in dense numbers: P of the step to come, with both corrections, at every step from the first.
#[test]
fn adam_is_preconditioned_by_what_it_divides_by() {
    let curvature = Tensor::from([1.0, 40.0, 3.0]);
    let (beta1, beta2, eps, decay) = (0.8_f64, 0.95_f64, 1e-3, 0.1);
    let mut adam = Adam::new(0.01).betas(beta1, beta2).eps(eps).weight_decay(decay);
    let mut w = Param::new(Tensor::from([1.0, -0.5, 0.0]));
    let mut square = [0.0; 3];
    for step in 1..=6 {
        let seen = Monitor::every(1).unwrap().look(&w, &adam, |w, tape| valley(w, tape, &curvature)).unwrap();
        let (c1, c2) = (1.0 - beta1.powi(step), 1.0 - beta2.powi(step));
        let mut largest = f64::MIN;
        for (i, square) in square.iter_mut().enumerate() {
            let h = curvature.data()[i] + decay;
            let g = h * w.value.data()[i];
            *square = beta2 * *square + (1.0 - beta2) * g * g;
            largest = largest.max(h / (c1 * ((*square / c2).sqrt() + eps)));
        }
        assert!((seen.eigenvalues[0] / largest - 1.0).abs() < 1e-9, "step {step}: {seen:?}, expected {largest}");
        assert!((seen.limit - 18.0).abs() < 1e-12 && seen.rate == 0.01 && seen.step + 1 == step as u64);
        descend(&mut w, &mut adam, &curvature, 1);
    }
}

/// The rate of the step to come counts, not that of the last; at a rate of 0 nothing is unstable.
#[test]
fn thresholds_follow_schedules() {
    let curvature = Tensor::from([4.0]);
    let mut w = Param::new(Tensor::from([1.0]));
    let mut sgd: Sgd<f64> = Sgd::new(linear(0.0, 1.0, 4)).momentum(linear(0.0, 0.8, 4));
    let mut monitor = Monitor::every(2).unwrap();
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.extend(monitor.watch(&w, &sgd, |w, tape| valley(w, tape, &curvature)).unwrap());
        descend(&mut w, &mut sgd, &curvature, 1);
    }
    let shown: Vec<_> = seen.iter().map(|s| (s.step, s.rate, s.limit, s.threshold())).collect();
    assert_eq!(shown, [(0, 0.0, 2.0, f64::INFINITY), (2, 0.5, 2.8, 5.6), (4, 1.0, 3.6, 3.6)]);
    assert_eq!(seen[0].margin(), Some(0.0));
}

/// Dampening of 1 lets no gradient in after the first: there is no threshold.
#[test]
fn no_threshold() {
    let applied = Applied::new(&[("lr", 0.1), ("momentum", 0.9), ("dampening", 1.0), ("nesterov", 0.0)]);
    let edges = Edges::<f64>::new();
    assert_eq!(edges.of("sgd").unwrap().limit(&applied), f64::MAX);
}

struct Mine;

impl Edge<f64> for Mine {
    fn rule(&self) -> &str {
        "sgd"
    }

    fn limit(&self, _: &Applied) -> f64 {
        5.0
    }

    fn preconditioner(&self, applied: &Applied, _: &ParamState<'_, f64>) -> Option<Tensor<f64>> {
        Some(Tensor::from([applied["momentum"]]))
    }
}

/// An edge of one's own takes the place of that of the same rule; a rule without one is refused, with what is known.
#[test]
fn edges_of_ones_own() {
    let w = Param::new(Tensor::from([1.0]));
    let curvature = Tensor::from([3.0]);
    let mut monitor = Monitor::every(1).unwrap().edges(Edges::new().with(Mine));
    let seen = monitor.look(&w, &Sgd::new(0.1).momentum(0.5), |w, tape| valley(w, tape, &curvature)).unwrap();
    assert!((seen.eigenvalues[0] - 6.0).abs() < 1e-12 && seen.limit == 5.0, "{seen:?}");
    let why = Edges::<f64>::new().of("lion").map(Edge::rule).unwrap_err();
    assert_eq!(why.to_string(), "there is no edge of stability for the rule `lion`; there are sgd, adam");
}

/// What a step is divided by must be above 0; Adam without eps, where a gradient is 0, is told by its path.
#[test]
fn a_preconditioner_of_zero() {
    let net = Point::<f64>::new(Tensor::from([1.0, 0.0]));
    let look = |adam: Adam<f64>| {
        Monitor::every(1).unwrap().look(&net, &adam, |net, tape| valley(&net.x, tape, &Tensor::ones(&[2])))
    };
    let why = look(Adam::new(0.1).eps(0.0)).unwrap_err().to_string();
    assert_eq!(
        why,
        "what adam divides the step of `x` by is 0: it must be a number above 0; give the rule an eps above 0"
    );
    assert_eq!(look(Adam::new(0.1)).unwrap().phase, Phase::Catapult);
}

/// Looking leaves optimizer and net alone, to the bit.
#[test]
fn looking_changes_nothing() {
    let curvature = Tensor::from([1.0, 7.0]);
    let runs = [false, true].map(|looks| {
        let mut w = Param::new(Tensor::from([1.0, -0.5]));
        let mut adam = Adam::new(linear(0.1, 0.01, 20));
        let mut monitor = Monitor::every(1).unwrap();
        for _ in 0..20 {
            if looks {
                monitor.watch(&w, &adam, |w, tape| valley(w, tape, &curvature)).unwrap();
            }
            descend(&mut w, &mut adam, &curvature, 1);
        }
        w.value.data().iter().map(|x| x.to_bits()).collect::<Vec<_>>()
    });
    assert_eq!(runs[0], runs[1]);
}
