//! Axes that come, go and split, pieces, repetition, grids: against loops, and by example.

use proptest::prelude::*;
use rappel_tensor::shape::count;
use rappel_tensor::{Tensor, Threads, Workspace};

use crate::naive::{assert_same, build, look, numbers, shapes, shapes_and_axis, soiled};

#[test]
fn axes_of_size_one_come_and_go() {
    let x = numbers::<f32>(&[2, 1, 3], 1);
    for (y, shape) in [
        (x.squeeze(1), &[2, 3][..]),
        (x.squeeze(-2), &[2, 3]),
        (x.unsqueeze(0), &[1, 2, 1, 3]),
        (x.unsqueeze(-1), &[2, 1, 3, 1]),
        (x.unsqueeze(2), &[2, 1, 1, 3]),
        (x.flatten(0, -1), &[6]),
        (x.flatten(1, 2), &[2, 3]),
        (x.flatten(1, 1), &[2, 1, 3]),
        (x.unflatten(-1, &[3, 1]), &[2, 1, 3, 1]),
        (x.unflatten(0, &[2]), &[2, 1, 3]),
    ] {
        assert_eq!(y.shape(), shape);
        assert!(y.shares_buffer(&x));
    }
    assert_eq!(Tensor::<f32>::zeros(&[0, 3]).flatten(0, 1).unflatten(0, &[5, 0]).shape(), [5, 0]);
}

#[test]
fn stretching_nothing_shares_the_buffer() {
    let x = numbers::<f32>(&[2, 3], 1).within(&Workspace::new(Threads::serial()));
    assert!(x.expand(&[1, 2, 3]).shares_buffer(&x));
    assert!(x.repeat(&[1, 1, 1]).shares_buffer(&x));
}

proptest! {
    #[test]
    fn repeating_matches_loops(shape in shapes(), repeats in prop::collection::vec(0_usize..4, 5), lead in 0_usize..2) {
        let repeats = &repeats[..(shape.len() + lead).min(5)];
        let lead = repeats.len() - shape.len();
        let wide: Vec<usize> =
            repeats.iter().enumerate().map(|(i, &r)| if i < lead { r } else { r * shape[i - lead] }).collect();
        prop_assume!(count(&wide) < 10_000);
        let x = soiled(&numbers::<f32>(&shape, 1), count(&wide));
        let want = build(&wide, |i| {
            let own: Vec<usize> = i[lead..].iter().zip(&shape).map(|(i, n)| i % n).collect();
            look(&x, &own)
        });
        assert_same(&x.repeat(repeats), &want, &format!("{repeats:?} of {shape:?}"));
    }

    #[test]
    fn interleaving_matches_loops((shape, axis) in shapes_and_axis(), times in 0_usize..4) {
        let mut wide = shape.clone();
        wide[axis] *= times;
        let x = soiled(&numbers::<f32>(&shape, 1), count(&wide));
        let want = build(&wide, |i| {
            let mut i = i.to_vec();
            i[axis] /= times;
            look(&x, &i)
        });
        assert_same(&x.repeat_interleave(times, axis as isize), &want, "repeat_interleave");
    }

    #[test]
    fn pieces_join_to_the_whole((shape, axis) in shapes_and_axis(), n in 1_usize..6) {
        let x = numbers::<f32>(&shape, 1);
        let signed = axis as isize - shape.len() as isize;
        let chunks = x.chunk(n, signed);
        prop_assert!((1..=n).contains(&chunks.len()));
        let size = shape[axis].div_ceil(n);
        prop_assert!(chunks[..chunks.len() - 1].iter().all(|c| c.shape()[axis] == size));
        assert_same(&Tensor::concat(&chunks.iter().collect::<Vec<_>>(), signed), &x, "chunk");

        let sizes: Vec<usize> = chunks.iter().rev().map(|c| c.shape()[axis]).chain([0]).collect();
        let parts = x.split(&sizes, signed);
        prop_assert!(parts.iter().map(|p| p.shape()[axis]).eq(sizes));
        assert_same(&Tensor::concat(&parts.iter().collect::<Vec<_>>(), signed), &x, "split");

        let slices = x.unbind(signed);
        prop_assert_eq!(slices.len(), shape[axis]);
        if !slices.is_empty() {
            assert_same(&Tensor::stack(&slices.iter().collect::<Vec<_>>(), signed), &x, "unbind");
        }
    }
}

#[test]
fn diagonals_of_both_kinds() {
    let x = numbers::<f32>(&[2, 3], 1);
    for offset in -2..3 {
        let wide = x.diag_embed(offset);
        let n = 3 + offset.unsigned_abs();
        let want = build(&[2, n, n], |i| {
            let on = i[2] as isize - i[1] as isize == offset;
            if on { look(&x, &[i[0], i[1].min(i[2])]) } else { 0.0 }
        });
        assert_same(&soiled(&x, 64).diag_embed(offset), &want, "diag_embed");
        assert_eq!(wide.diagonal(offset, 1, 2), x);
    }
    assert_eq!(x.diagonal(3, 0, 1).shape(), [0]);
    assert_eq!(x.diagonal(isize::MIN, 0, 1).shape(), [0]);
}

#[test]
fn grids_and_ranges() {
    let grid = Tensor::meshgrid(&[&Tensor::from([1.0_f32, 2.0]), &Tensor::from([3.0]), &Tensor::from([5.0, 6.0])]);
    assert_eq!(grid.iter().map(|g| g.shape()).collect::<Vec<_>>(), [[2, 1, 2]; 3]);
    assert_eq!(grid[0].data(), [1.0, 1.0, 2.0, 2.0]);
    assert_eq!(grid[1].data(), [3.0; 4]);
    assert_eq!(grid[2].data(), [5.0, 6.0, 5.0, 6.0]);
    assert!(Tensor::<f32>::meshgrid(&[]).is_empty());
    assert_eq!(Tensor::<f64>::arange(1.0, 2.0, 0.3).data(), [1.0, 1.3, 1.6, 1.9]);
    assert!(Tensor::<f64>::arange(1.0, 1.0, 0.3).is_empty());
    assert_eq!(Tensor::<f64>::arange(5.0, 2.0, -2.0).data(), [5.0, 3.0]);
}
