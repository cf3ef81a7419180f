//! Views, one step at a time against loops, and several at once against one after the other.

use proptest::prelude::*;
use proptest::sample::Index;
use rappel_tensor::shape::count;
use rappel_tensor::{By, Tensor, View};

use crate::naive::{assert_same, build, indices, look, numbers, position, shapes, soiled};

/// A step of a view, for any shape: numbers are taken modulo what there is.
#[derive(Clone, Copy, Debug)]
enum Step {
    Narrow(Index, Index, Index, isize),
    Pick(Index, Index),
    NewAxis(Index),
    Flip(Index),
    Swap(Index, Index),
    Shift(Index, Index),
    Diagonal(Index, Index, isize),
}

fn steps() -> impl Strategy<Value = Step> {
    let i = any::<Index>;
    let stride = prop_oneof![Just(1_isize), Just(-1), Just(2), Just(-2), Just(3), Just(-3)];
    prop_oneof![
        3 => (i(), i(), i(), stride).prop_map(|(a, b, c, s)| Step::Narrow(a, b, c, s)),
        1 => (i(), i()).prop_map(|(a, b)| Step::Pick(a, b)),
        1 => i().prop_map(Step::NewAxis),
        2 => i().prop_map(Step::Flip),
        1 => (i(), i()).prop_map(|(a, b)| Step::Swap(a, b)),
        1 => (i(), i()).prop_map(|(a, b)| Step::Shift(a, b)),
        1 => (i(), i(), -2_isize..3).prop_map(|(a, b, o)| Step::Diagonal(a, b, o)),
    ]
}

/// The view with a step more, and what the step makes of a tensor by loops; nothing where the step needs axes that are not there.
fn apply(step: Step, view: &View, x: &Tensor) -> Option<(View, Tensor)> {
    let (shape, rank, view) = (x.shape().to_vec(), x.rank(), view.clone());
    let at = |i: Index| (rank > 0).then(|| i.index(rank));
    let from = |shape: &[usize], back: &dyn Fn(&mut Vec<usize>)| {
        build(shape, |i| {
            let mut i = i.to_vec();
            back(&mut i);
            look(x, &i)
        })
    };
    let mut to = shape.clone();
    Some(match step {
        Step::Narrow(a, b, c, by) => {
            let k = at(a)?;
            let (b, c) = (b.index(shape[k] + 1), c.index(shape[k] + 1));
            let range = b.min(c)..b.max(c);
            let mut places: Vec<usize> = range.clone().collect();
            if by < 0 {
                places.reverse();
            }
            let places: Vec<usize> = places.into_iter().step_by(by.unsigned_abs()).collect();
            to[k] = places.len();
            (view.narrow(k as isize, range.by(by)), from(&to, &|i| i[k] = places[i[k]]))
        }
        Step::Pick(a, b) => {
            let k = at(a)?;
            let place = (shape[k] > 0).then(|| b.index(shape[k]))?;
            to.remove(k);
            (view.pick(k as isize, place as isize - shape[k] as isize), from(&to, &|i| i.insert(k, place)))
        }
        Step::NewAxis(a) => {
            let k = a.index(rank + 1);
            to.insert(k, 1);
            let back = |i: &mut Vec<usize>| {
                i.remove(k);
            };
            (view.new_axis(k as isize), from(&to, &back))
        }
        Step::Flip(a) => {
            let k = at(a)?;
            (view.flip(&[k as isize]), from(&to, &|i| i[k] = shape[k] - 1 - i[k]))
        }
        Step::Swap(a, b) => {
            let (a, b) = (at(a)?, at(b)?);
            to.swap(a, b);
            (view.swap(a as isize, b as isize - rank as isize), from(&to, &|i| i.swap(a, b)))
        }
        Step::Shift(a, b) => {
            let (a, b) = (at(a)?, at(b)?);
            let n = to.remove(a);
            to.insert(b, n);
            let back = |i: &mut Vec<usize>| {
                let k = i.remove(b);
                i.insert(a, k);
            };
            (view.shift_axis(a as isize, b as isize), from(&to, &back))
        }
        Step::Diagonal(a, b, offset) => {
            let (a, b) = (at(a)?, at(b)?);
            if a == b {
                return None;
            }
            let (below, right) = ((-offset).max(0) as usize, offset.max(0) as usize);
            let n = (0..shape[a]).filter(|i| *i >= below && i - below + right < shape[b]).count();
            to.remove(a.max(b));
            to.remove(a.min(b));
            to.push(n);
            let back = |i: &mut Vec<usize>| {
                let k = i.pop().expect("the diagonal's place");
                for axis in [a.min(b), a.max(b)] {
                    i.insert(axis, k + if axis == a { below } else { right });
                }
            };
            (view.diagonal(offset, a as isize, b as isize), from(&to, &back))
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn views_match_loops_step_by_step(shape in shapes(), steps in prop::collection::vec(steps(), 0..6)) {
        let x: Tensor = numbers(&shape, 1);
        let (mut view, mut want) = (View::of("test", &shape), x.clone());
        for &step in &steps {
            if let Some(next) = apply(step, &view, &want) {
                (view, want) = next;
            }
        }
        let what = format!("{steps:?} of {shape:?}");
        let dirty = soiled(&x, count(&shape));
        assert_same(&dirty.read(&view), &want, &what);

        // The adjoint: each value goes back to where it was seen, which the positions themselves tell.
        let places = Tensor::from_fn(&shape, |i| i as u32).read(&view);
        let part = soiled(&numbers::<f32>(view.shape(), 2), count(&shape));
        let mut back = Tensor::full(&shape, 7.0);
        for (&at, &v) in places.data().iter().zip(part.data()) {
            back.data_mut()[at as usize] = v;
        }
        assert_same(&part.embed_at(&view, 7.0), &back, &what);

        let mut sum = x.clone();
        sum.add_embedded_at(&part, &view);
        assert_same(&sum, &(&x + &part.embed_at(&view, 0.0)), &what);
        let mut sum = part.clone();
        sum.add_read(&x, &view);
        assert_same(&sum, &(&part + &want), &what);

        if let Some(back) = view.inverse() {
            assert_same(&want.read(&back), &x, &what);
        } else {
            prop_assert!(x.is_empty() || want.len() < x.len(), "{}: everything is seen, without a way back", what);
        }
    }
}

#[test]
fn everything_in_order_shares_the_buffer() {
    let x: Tensor = numbers(&[2, 3], 1);
    let whole = View::of("test", &[2, 3]);
    for view in
        [whole.clone(), whole.clone().new_axis(1), whole.clone().flip(&[0, 1]).flip(&[1, 0]), whole.narrow(0, ..)]
    {
        assert!(x.read(&view).shares_buffer(&x), "{view:?}");
    }
    assert!(!x.read(&View::transpose(&[2, 3])).shares_buffer(&x));
}

/// Both sides of a transposition in blocks: several matrices, and a part of wider ones.
#[test]
fn batches_and_parts_are_transposed() {
    let x: Tensor = numbers(&[3, 40, 50], 1);
    for view in [View::transpose(x.shape()), View::of("test", x.shape()).slice(&[1..3, 2..37, 5..44]).swap(1, 2)] {
        let places = Tensor::from_fn(x.shape(), |i| i as u32).read(&view);
        let seen = x.read(&view);
        assert_eq!(seen.shape(), view.shape());
        for ((index, &v), &at) in indices(view.shape()).iter().zip(seen.data()).zip(places.data()) {
            assert_eq!(v, x.data()[at as usize], "{index:?}");
            assert_eq!(seen.data()[position(view.shape(), index)], v);
        }
    }
    let part = x.slice(&[1..3, 2..37, 5..44]);
    assert_eq!(part.transpose(), build(&[2, 39, 35], |i| look(&part, &[i[0], i[2], i[1]])));
}
