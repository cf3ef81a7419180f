//! Gathering by index and its adjoint, against loops.

use proptest::prelude::*;
use rappel_tensor::shape::count;
use rappel_tensor::{Data, Rng, Rows, Tensor};

use crate::naive::{
    assert_near, assert_same, build, indices, look, numbers, position, shapes, shapes_and_axis, soiled,
};

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
        assert_near(&v.scattered(&shape, axis as isize, &picks), &shape, &want, "scattered");

        let start = numbers::<f64>(&shape, 3);
        let mut sum = start.clone();
        sum.add_scattered(axis as isize, &picks, &v);
        for (w, s) in want.iter_mut().zip(start.data()) {
            w.0 += s;
        }
        assert_near(&sum, &shape, &want, "scatter_add");
        prop_assert!(start == numbers(&shape, 3), "the other handle is left alone");
    }
}

/// An operand, an axis, and a list of indices along it.
fn lists() -> impl Strategy<Value = (Vec<usize>, usize, Tensor<u32>)> {
    (shapes_and_axis(), 0_usize..6, any::<u64>()).prop_map(|((shape, axis), n, seed)| {
        let mut rng = Rng::seed(seed);
        let n = if shape[axis] == 0 { 0 } else { n };
        let picks = Tensor::from_fn(&[n], |_| rng.below(shape[axis] as u64) as u32);
        (shape, axis, picks)
    })
}

proptest! {
    #[test]
    fn writing_matches_loops_and_the_last_stays((shape, axis, picks) in cases()) {
        let (x, v) = (numbers::<f64>(&shape, 1), numbers::<f64>(picks.shape(), 2));
        let (mut want, mut last) = (x.clone(), vec![None; count(&shape)]);
        for ((k, i), &p) in indices(picks.shape()).iter().enumerate().zip(picks.data()) {
            let at = target(&shape, axis, i, p);
            want.data_mut()[at] = v.data()[k];
            last[at] = Some(k);
        }
        let dirty = soiled(&x, count(&shape));
        assert_same(&dirty.scatter(axis as isize, &picks, &v), &want, "scatter");
        let stays = Tensor::<f64>::scatter_winners(&shape, axis as isize, &picks);
        let wins = |k: usize| if last.contains(&Some(k)) { 1.0 } else { 0.0 };
        assert_same(&stays, &Tensor::from_fn(picks.shape(), wins), "scatter_winners");

        let mut sum = x.clone();
        sum.add_scattered(axis as isize, &picks, &v);
        assert_same(&dirty.scatter_add(axis as isize, &picks, &v), &sum, "scatter_add");
    }

    #[test]
    fn rows_match_loops((shape, axis, picks) in lists()) {
        let mut size = shape.clone();
        size[axis] = picks.len();
        let x = soiled(&numbers::<f32>(&shape, 1), count(&shape).max(count(&size)));
        let from = |i: &[usize]| {
            let mut i = i.to_vec();
            i[axis] = picks.data()[i[axis]] as usize;
            i
        };
        let want = build(&size, |i| look(&x, &from(i)));
        assert_same(&x.index_select(axis as isize, &picks), &want, "index_select");

        let (v, start) = (numbers::<f32>(&size, 2), numbers::<f32>(&shape, 3));
        let mut sum = start.clone();
        for (i, &v) in indices(&size).iter().zip(v.data()) {
            sum.data_mut()[position(&shape, &from(i))] += v;
        }
        let added = soiled(&start, count(&shape)).index_add(axis as isize - shape.len() as isize, &picks, &v);
        assert_same(&added, &sum, "index_add");
        let rows = Rows::list("test", &shape, axis as isize, &picks);
        assert_same(&v.put(&rows), &Tensor::zeros(&shape).index_add(axis as isize, &picks, &v), "put");
    }

    #[test]
    fn a_table_is_looked_up_by_indices_of_any_shape(
        shape in shapes(), rows in 1_usize..6, dim in 0_usize..20, skip: Option<prop::sample::Index>, seed: u64,
    ) {
        let mut rng = Rng::seed(seed);
        let words = Tensor::from_fn(&shape, |_| rng.below(rows as u64) as u32);
        let skip = skip.map(|i| i.index(rows));
        let table = soiled(&numbers::<f32>(&[rows, dim], 1), 40_000);
        let found = table.embedding(&words, skip);
        prop_assert_eq!(found.shape(), [&shape[..], &[dim]].concat());
        let zeros = vec![0.0; dim];
        for (row, &word) in found.data().chunks(dim.max(1)).zip(words.data()) {
            let word = word as usize;
            prop_assert_eq!(row, if skip == Some(word) { &zeros } else { &table.data()[word * dim..][..dim] });
        }
        let mut sum = Tensor::<f32>::zeros(&[rows, dim]);
        for (row, &word) in found.data().chunks(dim.max(1)).zip(words.data()).filter(|r| skip != Some(*r.1 as usize)) {
            for (to, x) in sum.data_mut()[word as usize * dim..].iter_mut().zip(row) {
                *to += x;
            }
        }
        assert_same(&found.put(&Rows::embedding(table.shape(), &words, skip)), &sum, "the adjoint of embedding");
    }
}

#[test]
fn classes_are_one_hot() {
    let hot = Tensor::from([[1_u32, 0], [2, 1]]).one_hot::<f64>(3);
    assert_eq!(hot, build(&[2, 2, 3], |i| if i[2] == [[1, 0], [2, 1]][i[0]][i[1]] { 1.0 } else { 0.0 }));
    assert_eq!(Tensor::<u32>::new([], &[0]).one_hot::<f32>(0).shape(), [0, 0]);
}

#[test]
fn repeated_indices_accumulate_in_order() {
    // In f32 the order shows: 1e8 + 1 loses the 1, unless it is added to the rest first.
    let v = Tensor::from([1e8_f32, 1.0, -1e8, 1.0]);
    let once = v.scattered(&[2], 0, &Tensor::from([1_u32, 1, 1, 1]));
    assert_eq!(once.data(), [0.0, v.data().iter().sum::<f32>()]);
    assert_eq!(v.put(&Rows::list("test", &[2], 0, &Tensor::from([1_u32, 1, 1, 1]))), once);
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
