//! The index syntax, by what one would write.

use rappel_tensor::{By, Ellipsis, NewAxis, Tensor};

fn x() -> Tensor<u32> {
    Tensor::from_fn(&[2, 3, 4], |i| i as u32)
}

/// Shape and values.
#[track_caller]
fn sees(part: Tensor<u32>, shape: &[usize], values: &[u32]) {
    assert_eq!((part.shape(), part.data()), (shape, values));
}

#[test]
fn integers_pick_a_place() {
    sees(x().at((1, 2, 3)), &[], &[23]);
    sees(x().at((-1, -1, -1)), &[], &[23]);
    sees(x().at((0, 1)), &[4], &[4, 5, 6, 7]);
    sees(x().at(1).at(0).at(-2), &[], &[14]);
    let (i, j, k) = (1_usize, -2_isize, 0_u32);
    sees(x().at((i, j, k)), &[], &[16]);
    sees(x().at(i), &[3, 4], &(12..24).collect::<Vec<_>>());
    assert!(x().at(Ellipsis).shares_buffer(&x()) || x().at(Ellipsis) == x());
}

#[test]
fn ranges_keep_the_axis() {
    sees(x().at((1, .., 2..4)), &[3, 2], &[14, 15, 18, 19, 22, 23]);
    sees(x().at((0, 1.., ..-2)), &[2, 2], &[4, 5, 8, 9]);
    sees(x().at((0, 0, 1..=2)), &[2], &[1, 2]);
    sees(x().at((0, 0, ..=-2)), &[3], &[0, 1, 2]);
    sees(x().at((0, -1.., -2..-1)), &[1, 1], &[10]);
    sees(x().at((0, 3.., 0)), &[0], &[]);
    sees(x().at(2..2), &[0, 3, 4], &[]);
    let (a, b) = (1_usize, 3_usize);
    sees(x().at((0, a..b, 0)), &[2], &[4, 8]);
}

#[test]
fn steps_go_both_ways() {
    sees(x().at((0, 0, (..).by(2))), &[2], &[0, 2]);
    sees(x().at((0, 0, (..).by(-1))), &[4], &[3, 2, 1, 0]);
    sees(x().at((0, 0, (1..).by(-2))), &[2], &[3, 1]);
    sees(x().at((0, 0, (..=-1).by(3))), &[2], &[0, 3]);
    sees(x().at((0, 0, (1..1).by(-3))), &[0], &[]);
    sees(x().at((0, 0, (1..3).by(100))), &[1], &[1]);
    sees(x().at((0, 0, (1..3).by(isize::MIN))), &[1], &[2]);
    sees(x().at(((..).by(-1), 0, 0)), &[2], &[12, 0]);
}

#[test]
fn axes_come_and_stay() {
    sees(x().at((NewAxis, 0, Ellipsis, 0)), &[1, 3], &[0, 4, 8]);
    sees(x().at((Ellipsis, 0, NewAxis)), &[2, 3, 1], &[0, 4, 8, 12, 16, 20]);
    sees(x().at((1, 1, 1, Ellipsis)), &[], &[17]);
    sees(x().at((0, NewAxis, 1, NewAxis, 2..3, NewAxis)), &[1, 1, 1, 1], &[6]);
    assert_eq!(x().at(NewAxis).shape(), [1, 2, 3, 4]);
    assert_eq!(Tensor::scalar(5_u32).at((Ellipsis, NewAxis)).data(), [5]);
}

#[test]
fn lists_take_places_in_their_order() {
    let list = Tensor::from([2_u32, 0, 2]);
    sees(x().at((0, &list, 0)), &[3], &[8, 0, 8]);
    sees(x().at((.., list, 1..2)), &[2, 3, 1], &[9, 1, 9, 21, 13, 21]);
    sees(x().at((0, 1, Tensor::from([[3_u32], [0]]))), &[2, 1], &[7, 4]);
    sees(x().at((NewAxis, Tensor::from([1_u32]), 0, 0)), &[1, 1], &[12]);
    assert_eq!(x().at(Tensor::from(Vec::<u32>::new())).shape(), [0, 3, 4]);
}
