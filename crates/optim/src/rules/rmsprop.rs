//! RMSprop: the gradient in units of its recent size, with momentum after that.
//!
//! ```text
//! g <- g + weight_decay p
//! v <- alpha v + (1 - alpha) g^2
//! m <- alpha m + (1 - alpha) g
//! u  = g / (sqrt(v) + eps)                  or, centered, g / (sqrt(v - m^2) + eps)
//! b <- momentum b + u
//! p <- p - lr b
//! ```
//!
//! Tieleman and Hinton, "Lecture 6.5" (2012); centered: Graves, "Generating Sequences With Recurrent Neural Networks" (2013). Names
//! and defaults are those of `torch.optim.RMSprop`; the weight decay is L2 and no bias is corrected, as there, so the first step is of
//! the size `lr / sqrt(1 - alpha)`.

use rappel_elem::Elem;
use rappel_schedule::Schedule;
use rappel_tensor::Float;

use super::root;
use crate::aliases::Rmsprop;
use crate::knob::Knob;
use crate::optimizer::Optimizer;
use crate::rule::Rule;

/// The formula of [`Rmsprop`](crate::Rmsprop), by the gradient's size or, `CENTERED`, by its spread about its running mean.
#[derive(Debug, Clone, Copy)]
pub struct RmspropOf<const CENTERED: bool>;

/// The formula of [`Rmsprop`](crate::Rmsprop).
pub type RmspropRule = RmspropOf<false>;

impl<const CENTERED: bool> RmspropOf<CENTERED> {
    const RMSPROP: &'static str = "rmsprop";
    const HYPER: &'static [Knob] = &[
        Knob::below("alpha", 0.99, 0.0..=1.0),
        Knob::new("eps", 1e-8, 0.0..=f64::MAX),
        Knob::new("weight_decay", 0.0, 0.0..=f64::MAX),
        Knob::below("momentum", 0.0, 0.0..=1.0),
    ];

    fn numbers<E: Elem>(knobs: &[E]) -> [E; 5] {
        let &[alpha, eps, decay, momentum] = knobs else { unreachable!("as many as KNOBS") };
        [alpha, alpha.lit(1.0) - alpha, eps, decay, momentum]
    }

    /// `centre` makes of the mean square what the root is taken of.
    #[inline(always)]
    fn formula<E: Elem>(h: &[E; 5], p: E, g: E, [square, buffer]: [&mut E; 2], centre: impl FnOnce(E, E) -> E) -> E {
        let &[alpha, fresh, eps, decay, momentum] = h;
        let g = g + decay * p;
        *square = alpha * *square + fresh * g * g;
        *buffer = momentum * *buffer + g / (root(centre(*square, g)) + eps);
        *buffer
    }
}

impl Rule for RmspropOf<false> {
    const NAME: &'static str = Self::RMSPROP;
    const KNOBS: &'static [Knob] = Self::HYPER;
    const STATE: &'static [&'static str] = &["square_avg", "momentum_buffer"];
    type Hyper<E: Elem> = [E; 5];
    type State<E: Elem> = [E; 2];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], _step: u64) -> [E; 5] {
        Self::numbers(knobs)
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 5], p: E, g: E, [square, buffer]: &mut [E; 2]) -> E {
        Self::formula(h, p, g, [square, buffer], |square, _| square)
    }
}

impl Rule for RmspropOf<true> {
    const NAME: &'static str = Self::RMSPROP;
    const KNOBS: &'static [Knob] = Self::HYPER;
    const STATE: &'static [&'static str] = &["square_avg", "grad_avg", "momentum_buffer"];
    const VARIANT: Option<&'static str> = Some("centered");
    type Hyper<E: Elem> = [E; 5];
    type State<E: Elem> = [E; 3];

    fn hyper<E: Elem>(_lr: E, knobs: &[E], _step: u64) -> [E; 5] {
        Self::numbers(knobs)
    }

    #[inline(always)]
    fn direction<E: Elem>(h: &[E; 5], p: E, g: E, [square, mean, buffer]: &mut [E; 3]) -> E {
        Self::formula(h, p, g, [square, buffer], |square, g| {
            *mean = h[0] * *mean + h[1] * g;
            square - *mean * *mean
        })
    }
}

impl<T: Float> Rmsprop<T> {
    /// RMSprop at a learning rate: a number or a schedule.
    ///
    /// ```
    /// use rappel_optim::Rmsprop;
    ///
    /// let rmsprop = Rmsprop::<f32>::new(1e-3).alpha(0.9).centered();
    /// assert_eq!(rmsprop.to_string(), "rmsprop(lr=0.001, alpha=0.9, centered=true)");
    /// ```
    pub fn new(lr: impl Into<Schedule>) -> Self {
        Optimizer::with_rule(lr)
    }

    /// The gradient is divided by its spread about its running mean instead of its size.
    pub fn centered(self) -> Optimizer<RmspropOf<true>, T> {
        self.variant()
    }
}

impl<T: Float, const CENTERED: bool> Optimizer<RmspropOf<CENTERED>, T> {
    /// How much of the running means of the square and of the gradient stays, in `[0, 1)`. 0.99 at first.
    pub fn alpha(self, alpha: impl Into<Schedule>) -> Self {
        self.knob("alpha", alpha)
    }

    /// What is added to the root. 1e-8 at first.
    pub fn eps(self, eps: impl Into<Schedule>) -> Self {
        self.knob("eps", eps)
    }

    /// L2 decay: this much of the parameter is added to its gradient. 0 at first.
    pub fn weight_decay(self, decay: impl Into<Schedule>) -> Self {
        self.knob("weight_decay", decay)
    }

    /// How much of the last step's direction stays, in `[0, 1)`. 0 at first.
    pub fn momentum(self, momentum: impl Into<Schedule>) -> Self {
        self.knob("momentum", momentum)
    }
}
