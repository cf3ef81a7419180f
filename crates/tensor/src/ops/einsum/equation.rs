//! An equation, read and checked against the shapes of its operands.

use std::ops::Range;

use smallvec::SmallVec;

use crate::shape::Shape;

/// The name of an axis: a letter, or a place counted from the back among the axes that `...` stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Label {
    Ellipsis(std::cmp::Reverse<usize>),
    Letter(char),
}

/// The names of an array's axes.
pub(super) type Labels = SmallVec<[Label; 8]>;

/// An equation with a name for each axis of each operand.
pub(super) struct Equation {
    pub(super) inputs: SmallVec<[Labels; 4]>,
    pub(super) output: Labels,
    sizes: SmallVec<[(Label, usize); 8]>,
}

/// What is wrong where in an equation.
struct Misfit<'a> {
    text: &'a str,
    shapes: &'a [Shape],
}

impl Misfit<'_> {
    /// Shows the equation with a mark under a place, and the operands.
    #[track_caller]
    fn fail(&self, at: Range<usize>, what: &str) -> ! {
        let before = self.text[..at.start].chars().count();
        let marks = self.text[at].chars().count().max(1);
        let operands: Vec<String> =
            self.shapes.iter().enumerate().map(|(i, s)| format!("operand {i} {:?}", &s[..])).collect();
        let operands = if operands.is_empty() { "no operands".to_owned() } else { operands.join(", ") };
        panic!("einsum: {what}\n  {}\n  {}{}\n  {operands}", self.text, " ".repeat(before), "^".repeat(marks))
    }
}

/// One term: letters and where they stand, and where among them `...` stands.
#[derive(Default)]
struct Term {
    letters: SmallVec<[(char, usize); 8]>,
    ellipsis: Option<usize>,
    span: Range<usize>,
}

impl Term {
    #[track_caller]
    fn read(span: Range<usize>, misfit: &Misfit<'_>) -> Self {
        let mut term = Term { span: span.clone(), ..Term::default() };
        let mut at = span.start;
        while at < span.end {
            let rest = &misfit.text[at..span.end];
            let next = rest.chars().next().expect("the rest is not empty");
            let width = if rest.starts_with("...") { 3 } else { next.len_utf8() };
            match next {
                'a'..='z' | 'A'..='Z' => term.letters.push((next, at)),
                ' ' => {}
                '.' if width == 3 && term.ellipsis.is_none() => term.ellipsis = Some(term.letters.len()),
                '.' if width == 3 => misfit.fail(at..at + 3, "a term has at most one `...`"),
                _ => misfit.fail(
                    at..at + width,
                    &format!("`{next}` is not a letter from a to z or A to Z, `...`, `,` or one `->`"),
                ),
            }
            at += width;
        }
        term
    }

    /// A name per axis, where `...` stands for so many axes.
    fn labels(&self, wide: usize) -> Labels {
        let mut labels: Labels = self.letters.iter().map(|&(letter, _)| Label::Letter(letter)).collect();
        if let Some(at) = self.ellipsis {
            labels.insert_many(at, (0..wide).rev().map(|k| Label::Ellipsis(std::cmp::Reverse(k))));
        }
        labels
    }

    /// Where the name of an axis stands.
    fn place(&self, label: Label) -> Range<usize> {
        let letter = self.letters.iter().find(|&&(letter, _)| Label::Letter(letter) == label);
        letter.map_or(self.span.clone(), |&(letter, at)| at..at + letter.len_utf8())
    }
}

impl Equation {
    #[track_caller]
    pub(super) fn read(text: &str, shapes: &[Shape]) -> Self {
        let misfit = Misfit { text, shapes };
        let arrow = text.find("->");
        let left = arrow.unwrap_or(text.len());
        let mut terms: SmallVec<[Term; 4]> = SmallVec::new();
        let mut start = 0;
        for term in text[..left].split(',') {
            terms.push(Term::read(start..start + term.len(), &misfit));
            start += term.len() + 1;
        }
        if terms.len() != shapes.len() {
            let what = format!("{} terms for {} operands: there must be one for each", terms.len(), shapes.len());
            misfit.fail(0..left, &what);
        }
        let mut sizes: SmallVec<[(Label, usize); 8]> = SmallVec::new();
        let mut inputs: SmallVec<[Labels; 4]> = SmallVec::new();
        let mut widest = 0;
        for (i, (term, shape)) in terms.iter().zip(shapes).enumerate() {
            let named = term.letters.len();
            let wide = match shape.len().checked_sub(named) {
                Some(wide) if wide == 0 || term.ellipsis.is_some() => wide,
                _ => {
                    let more = if term.ellipsis.is_some() { " at least" } else { "" };
                    let what = format!(
                        "this term names{more} {named} axes, operand {i} has {} ({:?})",
                        shape.len(),
                        &shape[..]
                    );
                    misfit.fail(term.span.clone(), &what)
                }
            };
            widest = widest.max(wide);
            let labels = term.labels(wide);
            for (k, (&label, &size)) in labels.iter().zip(shape).enumerate() {
                if let Some(twin) = labels[..k].iter().position(|&l| l == label)
                    && shape[twin] != size
                {
                    let what = format!("{} would be both {} and {size} in operand {i}", name(label), shape[twin]);
                    misfit.fail(term.place(label), &what);
                }
                match sizes.iter_mut().find(|(l, _)| *l == label) {
                    None => sizes.push((label, size)),
                    Some((_, known)) if *known == 1 => *known = size,
                    Some((_, known)) if size == 1 || size == *known => {}
                    Some((_, known)) => {
                        let what = format!("{} is {known} before and {size} in operand {i}", name(label));
                        misfit.fail(term.place(label), &what);
                    }
                }
            }
            inputs.push(labels);
        }
        let output = match arrow {
            Some(at) => {
                let term = Term::read(at + 2..text.len(), &misfit);
                let wide = if term.ellipsis.is_some() { widest } else { 0 };
                let labels = term.labels(wide);
                for (k, &label) in labels.iter().enumerate() {
                    if labels[..k].contains(&label) {
                        misfit.fail(term.place(label), &format!("{} stands twice in the output", name(label)));
                    }
                    if !sizes.iter().any(|(l, _)| *l == label) {
                        misfit.fail(term.place(label), &format!("{} is in the output and in no operand", name(label)));
                    }
                }
                labels
            }
            None => {
                let uses = |label: Label| inputs.iter().flatten().filter(|l| **l == label).count();
                let stays = |label: &Label| matches!(label, Label::Ellipsis(_)) || uses(*label) == 1;
                let mut labels: Labels = sizes.iter().map(|(label, _)| *label).filter(stays).collect();
                labels.sort_unstable();
                labels
            }
        };
        Equation { inputs, output, sizes }
    }

    /// The size of an axis: that of the operands in which it is not stretched.
    pub(super) fn size(&self, label: Label) -> usize {
        self.sizes.iter().find(|(l, _)| *l == label).expect("every name has a size").1
    }
}

/// A name in messages.
fn name(label: Label) -> String {
    match label {
        Label::Letter(letter) => format!("`{letter}`"),
        Label::Ellipsis(back) => format!("axis -{} of `...`", back.0 + 1),
    }
}
