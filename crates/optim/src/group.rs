//! Groups: which parameters have other hyperparameters than the rest.

use rappel_autodiff::{ParamId, ParamRef};
use rappel_schedule::Schedule;

use crate::layers::Layers;
use crate::select::{PatternError, Select};

/// What a group does to hyperparameters.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// Gives the one of that name another value or schedule.
    Set(String, Schedule),
    /// Multiplies the one of that name.
    Scale(String, Schedule),
    /// Makes every weight decay 0.
    NoDecay,
    /// Multiplies the learning rate, layer by layer.
    Layers(Layers),
}

/// Parameters and what is different for them.
///
/// Several groups apply in the order in which they were given: of two that set the same hyperparameter the last wins, and scales
/// multiply what is set before them. Of freezing and unfreezing the last wins too. Hyperparameters are named as in
/// [`Optimizer::knob`](crate::Optimizer::knob); one that there is not is an error of the next step, and so is a pattern that no
/// parameter of the net fits. Of several nets that are stepped in turn the first has to have the parameters of all patterns.
///
/// ```
/// use rappel_optim::{Group, Select, Sgd};
///
/// let head = Group::glob("head.*").scale("lr", 10.0);
/// let plain = Group::of(Select::from("*.bias").except("head.*")).set("momentum", 0.5);
/// let fixed = Group::regex(r"^embed\.\d")?.freeze();
/// let sgd: Sgd = Sgd::new(0.1).momentum(0.9) | head | plain | fixed;
/// let text = r#"sgd(lr=0.1, momentum=0.9) | scale("head.*", lr=10) | group(except("*.bias", "head.*"), momentum=0.5) | freeze(regex("^embed\\.\\d"))"#;
/// assert_eq!(sgd.to_string(), text);
/// # Ok::<(), rappel_optim::PatternError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Group {
    pub(crate) select: Select,
    pub(crate) changes: Vec<Change>,
    pub(crate) frozen: Option<bool>,
}

impl Group {
    /// Of the parameters chosen; a text is a pattern of `*` and `?`.
    pub fn of(select: impl Into<Select>) -> Self {
        Group { select: select.into(), changes: Vec::new(), frozen: None }
    }

    /// Of all parameters.
    pub fn all() -> Self {
        Group::of(Select::All)
    }

    /// Of the parameters whose path fits a pattern: `*` stands for any letters, dots too, `?` for one.
    pub fn glob(pattern: impl Into<String>) -> Self {
        Group::of(Select::Glob(pattern.into()))
    }

    /// Of the parameters in whose path a regular expression finds something, as [`Select::regex`].
    ///
    /// # Errors
    /// When it is none.
    pub fn regex(pattern: &str) -> Result<Self, PatternError> {
        Select::regex(pattern).map(Group::of)
    }

    /// Of the parameters of these ids.
    pub fn ids(ids: impl IntoIterator<Item = ParamId>) -> Self {
        Group::of(Select::Ids(ids.into_iter().collect()))
    }

    /// Of the parameters that a function takes.
    pub fn when(takes: impl Fn(&str, ParamRef<'_>) -> bool + Send + Sync + 'static) -> Self {
        Group::of(Select::when(takes))
    }

    /// Of the parameters that a selection leaves out.
    pub fn not(select: impl Into<Select>) -> Self {
        Group::of(Select::Not(Box::new(select.into())))
    }

    /// Without the parameters of a selection.
    #[must_use]
    pub fn except(mut self, select: impl Into<Select>) -> Self {
        self.select = self.select.except(select);
        self
    }

    /// Gives a hyperparameter another value or schedule.
    #[must_use]
    pub fn set(mut self, knob: &str, to: impl Into<Schedule>) -> Self {
        self.changes.push(Change::Set(knob.into(), to.into()));
        self
    }

    /// Multiplies a hyperparameter by a number or a schedule.
    #[must_use]
    pub fn scale(mut self, knob: &str, by: impl Into<Schedule>) -> Self {
        self.changes.push(Change::Scale(knob.into(), by.into()));
        self
    }

    /// Leaves the parameters as they are; they need no gradient then, and count in no norm. Their gradients are still computed; to
    /// spare them, freeze the parameter itself.
    #[must_use]
    pub fn freeze(mut self) -> Self {
        self.frozen = Some(true);
        self
    }

    /// Steps the parameters although a group before this one freezes them. A parameter that is not
    /// [trained](rappel_autodiff::Param::trainable) itself stays as it is.
    ///
    /// ```
    /// use rappel_optim::{Group, Sgd};
    /// use rappel_optim::autodiff::{Param, Tape, Tensor};
    ///
    /// let mut net = vec![Param::new(Tensor::from([1.0])), Param::new(Tensor::from([1.0]))];
    /// let mut sgd = Sgd::new(0.5) | Group::all().freeze() | Group::glob("1").unfreeze();
    /// let tape = Tape::new();
    /// let loss = tape.param(&net[0]).sum() + tape.param(&net[1]).sum();
    /// sgd.step(&mut net, &loss.backward())?;
    /// assert_eq!([net[0].value.item(), net[1].value.item()], [1.0, 0.5]);
    /// # Ok::<(), rappel_optim::StepError>(())
    /// ```
    #[must_use]
    pub fn unfreeze(mut self) -> Self {
        self.frozen = Some(false);
        self
    }

    /// The layers, if it is about layers.
    pub(crate) fn layers(&self) -> Option<&Layers> {
        self.changes.iter().find_map(|change| if let Change::Layers(layers) = change { Some(layers) } else { None })
    }

    /// Whether its text says which parameters it is of.
    #[cfg(feature = "serde")]
    pub(crate) fn has_text(&self) -> bool {
        self.select.has_text() && self.layers().is_none_or(|layers| layers.patterns.iter().all(Select::has_text))
    }

    /// It and its parts, as far as each has to find a parameter.
    pub(crate) fn searched(&self) -> Vec<&Select> {
        let layers = self.layers().into_iter().flat_map(|layers| &layers.patterns);
        std::iter::once(&self.select).chain(layers).flat_map(Select::searched).collect()
    }
}

/// No weight decay on biases and norms: all parameters of rank 0 and 1, as [`Select::Vectors`] has them, whatever their names are.
///
/// It sets every hyperparameter `weight_decay` to 0, the rule's and those of the adapters around it, and does nothing where there is
/// none. [`Group::except`] and other selections go by [`no_decay_of`].
///
/// ```
/// use rappel_optim::{Adam, no_decay};
///
/// let adam: Adam = Adam::new(1e-3).weight_decay(0.01) | no_decay();
/// assert_eq!(adam.to_string(), "adam(lr=0.001, weight_decay=0.01) | no_decay()");
/// ```
pub fn no_decay() -> Group {
    no_decay_of(Select::Vectors)
}

/// No weight decay on the parameters chosen, as [`no_decay`]: `no_decay_of("embed.*")`.
pub fn no_decay_of(select: impl Into<Select>) -> Group {
    Group { changes: vec![Change::NoDecay], ..Group::of(select) }
}

/// Multiplies the rates of the last layer by 1, of the one before it by `by`, then by `by^2`, and so on: for nets that were trained
/// before, whose first layers need the least change (Clark et al. 2020; Bao et al. 2022 have `by` = 0.65 to 0.9).
///
/// Layers are told by the paths of all parameters, in the order of declaration, trained or not. What all paths begin with is left out;
/// behind it a layer goes up to the first number, or else is the first component:
///
/// ```text
/// net.embed.weight, net.blocks.0.qkv.weight, net.blocks.0.out.weight, net.blocks.1.qkv.weight, net.head.bias
///     embed             blocks.0                 blocks.0                 blocks.1                 head
///     by^3              by^2                     by^2                     by                       1
/// ```
///
/// [`layer_decay_of`] takes a list instead.
///
/// ```
/// use rappel_optim::{Adam, layer_decay};
///
/// let adam: Adam = Adam::new(1e-3) | layer_decay(0.8);
/// assert_eq!(adam.to_string(), "adam(lr=0.001) | layer_decay(0.8)");
/// ```
///
/// # Panics
/// At the caller's line, when `by` is not a finite number above 0.
#[track_caller]
pub fn layer_decay(by: f64) -> Group {
    layer_decay_of(by, [] as [Select; 0])
}

/// As [`layer_decay`], with the layers given by a pattern each, the first layer first: `layer_decay_of(0.8, ["embed.*", "blocks.*",
/// "head.*"])`. Of several patterns that a parameter fits the last is its layer; one that fits none has the last layer's rate.
///
/// # Panics
/// At the caller's line, when `by` is not a finite number above 0.
#[track_caller]
pub fn layer_decay_of(by: f64, layers: impl IntoIterator<Item = impl Into<Select>>) -> Group {
    assert!(by > 0.0 && by.is_finite(), "layer_decay takes a finite number above 0, not {by}");
    let patterns = layers.into_iter().map(Into::into).collect();
    Group { changes: vec![Change::Layers(Layers { by, patterns })], ..Group::all() }
}
