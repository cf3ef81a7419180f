//! The largest eigenvalues of a symmetric operator.

use rappel_autodiff::{Float, Gradients, Module, Rng, Tensor};

use super::basis::{Basis, unit};
use super::shadow::Shadow;
use crate::LabError;

/// The largest eigenvalues of a symmetric operator on a net's trainable parameters, from its products with directions.
///
/// Lanczos's method with full reorthogonalisation and thick restarts: a basis grows by the residual of the eigenvector that is
/// furthest from being one, and the operator is solved exactly within it. The residuals are measured, not estimated. Wu and Simon,
/// "Thick-restart Lanczos method for large symmetric eigenvalue problems" (2000).
///
/// It starts from random vectors, as many as eigenvalues are asked for, so that an eigenvalue that occurs several times is found
/// several times. Asked again, it starts from the eigenvectors it found last, which takes far fewer products when the operator has
/// changed little. One more vector is carried along, and multiplied once each time: what the eigenvectors are exactly
/// orthogonal to (as the weights of a unit that was dead are) grows in it until it counts.
///
/// ```
/// use rappel_lab::autodiff::{Gradients, Param, Tensor};
/// use rappel_lab::stability::Lanczos;
///
/// let net = Param::new(Tensor::<f64>::zeros(&[100]));
/// let diagonal = Tensor::from_fn(&[100], |i| (i as f64).sqrt() - 3.0);
/// let times = |v: &Gradients<f64>| Gradients::from_fn(&net, |_, p| v.param(p).unwrap() * &diagonal);
///
/// let mut lanczos = Lanczos::new(2)?.tolerance(1e-6)?;
/// let first = lanczos.top(&net, times)?;
/// let error = |i: usize, exact: f64| (first.pairs[i].value - exact).abs();
/// assert!(first.converged && error(0, 99_f64.sqrt() - 3.0) < 1e-9 && error(1, 98_f64.sqrt() - 3.0) < 1e-9);
///
/// let again = lanczos.top(&net, times)?;
/// assert!(again.products <= 6 && first.products > 30, "{} then {}", first.products, again.products);
/// # Ok::<(), rappel_lab::LabError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Lanczos<T: Float = f32> {
    k: usize,
    tolerance: f64,
    most: usize,
    random: Rng,
    /// The eigenvectors found last, and the vector that is carried along.
    warm: Vec<Gradients<T>>,
}

/// What [`Lanczos::top`] finds.
#[derive(Debug, Clone)]
pub struct Spectrum<T: Float = f32> {
    /// The eigenvalues asked for, largest first; as many as there are dimensions, where that is fewer.
    pub pairs: Vec<Eigenpair<T>>,
    /// Whether all residuals are within the tolerance.
    pub converged: bool,
    /// The number of products with the operator that it took.
    pub products: usize,
}

/// An eigenvalue with its eigenvector, nearly.
#[derive(Debug, Clone)]
pub struct Eigenpair<T: Float = f32> {
    /// The eigenvalue: the quotient `<v, Av>`.
    pub value: f64,
    /// `|Av - value v|`. There is an eigenvalue within this of `value`; where the next one is a gap away, `value` is off by about
    /// `residual^2 / gap` only.
    pub residual: f64,
    /// The eigenvector, of length 1; its sign says nothing.
    pub vector: Gradients<T>,
}

impl<T: Float> Lanczos<T> {
    /// For the `k` largest eigenvalues, negative ones too where there are not enough above 0.
    ///
    /// # Errors
    /// When `k` is 0.
    pub fn new(k: usize) -> Result<Lanczos<T>, LabError> {
        if k == 0 {
            return Err(LabError::Setting {
                what: "the number of eigenvalues",
                value: k.to_string(),
                why: "ask for one at least",
            });
        }
        Ok(Lanczos { k, tolerance: 1e-4, most: 300, random: Rng::seed(0), warm: Vec::new() })
    }

    /// It is done when all residuals are at most this times the largest eigenvalue by magnitude. 1e-4 at first, which leaves an error
    /// of about 1e-8 in a largest eigenvalue that stands alone.
    ///
    /// # Errors
    /// When it is not above 0 and below 1.
    pub fn tolerance(mut self, tolerance: f64) -> Result<Self, LabError> {
        if !(tolerance > 0.0 && tolerance < 1.0) {
            let value = tolerance.to_string();
            return Err(LabError::Setting { what: "the tolerance", value, why: "it lies above 0 and below 1" });
        }
        self.tolerance = tolerance;
        Ok(self)
    }

    /// It gives what it has after so many products, or a few more: those that it starts with. 300 at first.
    #[must_use]
    pub fn most(mut self, products: usize) -> Self {
        self.most = products;
        self
    }

    /// The seed of the random vectors. 0 at first.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.random = Rng::seed(seed);
        self
    }

    /// Starts from random vectors when it is asked next.
    pub fn forget(&mut self) {
        self.warm.clear();
    }

    /// The largest eigenvalues of an operator: a function from a direction in the trainable parameters of `net` to another, which must be
    /// linear and symmetric. What the result does not name counts as zeros, and what it names besides is left out.
    ///
    /// The net itself only says what the parameters are. For the lowest eigenvalues, negate the operator.
    ///
    /// # Errors
    /// When the net has no trainable parameter of this number type, or others than when it was last asked; when a product is not
    /// finite. What it starts from next time is as before then.
    pub fn top<M: Module + ?Sized>(
        &mut self,
        net: &M,
        mut operator: impl FnMut(&Gradients<T>) -> Gradients<T>,
    ) -> Result<Spectrum<T>, LabError> {
        let shadow = Shadow::of(net)?;
        if let Some(known) = self.warm.first()
            && !shadow.fits(known)
        {
            return Err(LabError::Parameters { was: known.len(), is: shadow.values().count() });
        }
        let wanted = self.k.min(shadow.size());
        let mut random = self.random.split(0);
        let mut draw = || Gradients::from_fn(&shadow, |_, p| Tensor::normal(p.value.shape(), 0.0, 1.0, &mut random));
        let mut basis = Basis::new(wanted + ROOM, |v| shadow.restrict(&operator(v)));
        if self.warm.is_empty() {
            for _ in 0..wanted {
                basis.add(draw())?;
            }
        } else {
            for v in self.warm.clone() {
                basis.add(v)?;
            }
        }
        let converged = loop {
            let ritz = basis.solve();
            let scale = ritz.iter().map(|r| r.0.abs()).fold(0.0, f64::max);
            let residuals: Vec<_> = ritz.iter().take(wanted).map(|r| basis.residual(r)).collect();
            let worst = residuals.into_iter().max_by(|a, b| a.1.total_cmp(&b.1));
            let (residual, size) = worst.expect("it starts from one vector at least");
            let done = size <= self.tolerance * scale && basis.len() >= wanted;
            if done || basis.len() == shadow.size() {
                break true;
            }
            if basis.products() >= self.most {
                break false;
            }
            if basis.is_full() {
                basis.compress(&ritz[..wanted + ROOM / 2]);
            }
            // Where the residual says nothing new the basis is closed under the operator, and goes on elsewhere.
            if !(size > 0.0 && basis.add(residual)?) {
                while !basis.add(draw())? {}
            }
        };
        let ritz = basis.solve();
        let pairs = ritz.iter().take(wanted).map(|r| {
            let vector = unit(basis.vector(r));
            Eigenpair { value: r.0, residual: basis.residual(r).1, vector }
        });
        let pairs: Vec<_> = pairs.collect();
        self.warm = pairs.iter().map(|p| p.vector.clone()).collect();
        let lowest = ritz.last().map_or(0.0, |r| r.0);
        self.warm.extend(ritz.get(wanted).map(|next| {
            // A step of power iteration; the shift leaves no eigenvalue below 0.
            let mut along = basis.image(next);
            along.axpy((-lowest).max(0.0), &basis.vector(next));
            along
        }));
        Ok(Spectrum { pairs, converged, products: basis.products() })
    }
}

/// How many vectors the basis may have beside those that are wanted.
const ROOM: usize = 24;
