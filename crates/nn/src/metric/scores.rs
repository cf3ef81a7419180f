//! Scores of a yes-or-no question, kept to be ranked.

use rappel_autodiff::{Float, Tensor};

use super::inputs;

/// The scores of what is so and of what is not.
#[derive(Debug, Clone, Default)]
pub(super) struct Scores {
    scores: Vec<(f64, bool)>,
    has_nan: bool,
}

/// All that has one score.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    pub(super) score: f64,
    pub(super) positives: u64,
    pub(super) negatives: u64,
}

impl Scores {
    pub(super) fn add(&mut self, score: f64, label: bool) {
        if score.is_nan() {
            self.has_nan = true;
        } else {
            // Both zeros are one score.
            self.scores.push((score + 0.0, label));
        }
    }

    pub(super) fn merge(&mut self, other: &Scores) {
        self.scores.extend(&other.scores);
        self.has_nan |= other.has_nan;
    }

    /// Whether a score was NaN.
    pub(super) fn has_nan(&self) -> bool {
        self.has_nan
    }

    /// How many are so, and how many are not.
    pub(super) fn counts(&self) -> (u64, u64) {
        let positives = self.scores.iter().filter(|&&(_, label)| label).count();
        (positives as u64, (self.scores.len() - positives) as u64)
    }

    /// Groups of equal scores, the highest first.
    pub(super) fn groups(&self) -> Vec<Group> {
        let mut sorted = self.scores.clone();
        sorted.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        let mut groups: Vec<Group> = Vec::new();
        for (score, label) in sorted {
            if groups.last().is_none_or(|last| last.score != score) {
                groups.push(Group { score, positives: 0, negatives: 0 });
            }
            if let Some(group) = groups.last_mut() {
                *(if label { &mut group.positives } else { &mut group.negatives }) += 1;
            }
        }
        groups
    }
}

/// One yes-or-no question, or one per class: is it this class or another?
#[derive(Debug, Clone)]
pub(super) enum Questions {
    One(Scores),
    PerClass(Vec<Scores>),
}

impl Questions {
    pub(super) fn per_class(classes: usize) -> Self {
        Questions::PerClass(vec![Scores::default(); classes])
    }

    #[track_caller]
    pub(super) fn update<T: Float>(&mut self, op: &str, outputs: &Tensor<T>, labels: &Tensor<u32>) {
        match self {
            Questions::One(scores) => {
                inputs::binary(op, outputs, labels).for_each(|(score, label)| scores.add(score, label));
            }
            Questions::PerClass(all) => {
                let rows = inputs::rows(op, outputs, labels);
                let (shape, classes) = (outputs.shape(), all.len());
                assert!(shape[1] == classes, "{op}: outputs of shape {shape:?} do not fit {classes} classes");
                for (row, label) in rows {
                    for (class, (scores, x)) in all.iter_mut().zip(row).enumerate() {
                        scores.add(x.re(), class == label);
                    }
                }
            }
        }
    }

    #[track_caller]
    pub(super) fn merge(&mut self, op: &str, other: &Self) {
        match (&mut *self, other) {
            (Questions::One(a), Questions::One(b)) => a.merge(b),
            (Questions::PerClass(a), Questions::PerClass(b)) if a.len() == b.len() => {
                a.iter_mut().zip(b).for_each(|(a, b)| a.merge(b));
            }
            (a, b) => panic!("{op}: the settings differ: {} and {}", a.name(), b.name()),
        }
    }

    fn name(&self) -> String {
        match self {
            Questions::One(_) => "binary".into(),
            Questions::PerClass(all) => format!("{} classes", all.len()),
        }
    }

    /// The scores of one class; of a yes-or-no question those of class 0.
    #[track_caller]
    pub(super) fn of(&self, op: &str, class: usize) -> &Scores {
        let all = self.all();
        assert!(class < all.len(), "{op}: {class} is no class; expected one below {}", all.len());
        &all[class]
    }

    fn all(&self) -> &[Scores] {
        match self {
            Questions::One(scores) => std::slice::from_ref(scores),
            Questions::PerClass(all) => all,
        }
    }

    /// The mean over the classes; none if one has none.
    pub(super) fn mean(&self, value: impl Fn(&Scores) -> Option<f64>) -> Option<f64> {
        let all = self.all();
        let values: Vec<f64> = all.iter().map(value).collect::<Option<_>>()?;
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    }
}
