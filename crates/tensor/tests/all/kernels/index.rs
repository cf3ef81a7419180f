//! Gathering by index and its adjoint, against loops.

use proptest::prelude::*;
use rappel_tensor::shape::count;
use rappel_tensor::{Data, Rng, Tensor};

use crate::naive::{assert_near, assert_same, build, indices, numbers, shapes_and_axis, soiled};

/// The place in `shape` that an entry of the index array points to.
fn target(shape: &[usize], axis: usize, index: &[usize], picked: u32) -> usize {
    let at = |i: usize| if i == axis { picked as usize } else { index[i] };
    (0..shape.len()).fold(0, |p, i| p * shape[i] + at(i))
}

fn gathered<T: Data>(x: &Tensor<T>, axis: usize, picks: &Tensor<u32>) -> Tensor<T> {
    let places = indices(picks.shape()).into_iter().zip(picks.data());
    let values: Vec<T> = places.map(|(i, &p)| x.data()[target(x.shape(), axis, &i, p)]).collect();
    Tensor::new(values, picks.shape())
}

/// An operand, an axis, and an index array that is no larger in the other axes and of any length along this one.
fn cases() -> impl Strategy<Value = (Vec<usize>, usize, Tensor<u32>)> {
    let cut = prop::collection::vec(any::<prop::sample::Index>(), 5);
    (shapes_and_axis(), cut, 0_usize..6, any::<u64>()).prop_map(|((shape, axis), cut, along, seed)| {
        let mut size: Vec<usize> = shape.iter().zip(cut).map(|(&n, cut)| cut.index(n + 1)).collect();
        size[axis] = if shape[axis] == 0 { 0 } else { along };
        let mut rng = Rng::seed(seed);
        let picks = Tensor::from_fn(&size, |_| rng.below(shape[axis] as u64) as u32);
        (shape, axis, picks)
    })
}

proptest! {
    #[test]
    fn gathering_and_scattering_match_loops((shape, axis, picks) in cases()) {
        let x = soiled(&numbers::<f32>(&shape, 1), count(&shape));
        let y = x.gather(axis as isize, &picks);
        assert_same(&y, &gathered(&x, axis, &picks), "gather");
        assert_same(&x.gather(axis as isize - shape.len() as isize, &picks), &y, "gather");

        let v = soiled(&numbers::<f64>(picks.shape(), 2), count(&shape));
        let mut want = vec![(0.0, 1e-13); count(&shape)];
        for ((i, &p), v) in indices(picks.shape()).iter().zip(picks.data()).zip(v.data()) {
            want[target(&shape, axis, i, p)].0 += v;
        }
        assert_near(&v.scatter(&shape, axis as isize, &picks), &shape, &want, "scatter");

        let start = numbers::<f64>(&shape, 3);
        let mut sum = start.clone();
        sum.scatter_add(axis as isize, &picks, &v);
        for (w, s) in want.iter_mut().zip(start.data()) {
            w.0 += s;
        }
        assert_near(&sum, &shape, &want, "scatter_add");
        prop_assert!(start == numbers(&shape, 3), "the other handle is left alone");
    }
}

#[test]
fn repeated_indices_accumulate_in_order() {
    // In f32 the order shows: 1e8 + 1 loses the 1, unless it is added to the rest first.
    let v = Tensor::from([1e8_f32, 1.0, -1e8, 1.0]);
    let once = v.scatter(&[2], 0, &Tensor::from([1_u32, 1, 1, 1]));
    assert_eq!(once.data(), [0.0, v.data().iter().sum::<f32>()]);
}

#[test]
fn rows_are_picked_as_an_embedding_picks_them() {
    let table = numbers::<f32>(&[10, 4], 1);
    let picks = build(&[5, 4], |i| [9, 0, 3, 3, 7][i[0]]);
    let rows = table.gather(0, &picks);
    for (row, at) in rows.data().chunks(4).zip([9, 0, 3, 3, 7]) {
        assert_eq!(row, &table.data()[at * 4..][..4]);
    }
    let labels = Tensor::from([[1_u8, 2], [3, 4]]);
    assert_eq!(labels.gather(1, &Tensor::from([[1_u32, 1, 0], [0, 0, 0]])).data(), [2, 2, 1, 3, 3, 3]);
}
