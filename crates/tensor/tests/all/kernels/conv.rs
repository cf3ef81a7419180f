//! Convolutions and their two adjoints against loops over places and taps with sums in f64.

use proptest::prelude::*;
use rappel_tensor::{Conv, ConvShape, ConvTranspose, Float, Tensor, Threads, Workspace};

use crate::naive::{assert_near, epsilon, numbers, soiled};

/// How an axis steps.
#[derive(Clone, Copy, Debug)]
struct Step {
    input: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
    dilation: usize,
}

impl Step {
    fn output(&self) -> usize {
        (self.input + 2 * self.padding - (self.kernel - 1) * self.dilation - 1) / self.stride + 1
    }

    /// Where in the input a tap of an output looks.
    fn place(&self, output: usize, tap: usize) -> Option<usize> {
        (output * self.stride + tap * self.dilation).checked_sub(self.padding).filter(|&i| i < self.input)
    }
}

/// Images, channels of a group, outputs of a group, groups, and how both axes step.
type Case = ([usize; 4], [Step; 2]);

fn shapes(&([n, c, o, groups], [y, x]): &Case) -> [Vec<usize>; 3] {
    let input = vec![n, groups * c, y.input, x.input];
    [input, vec![groups * o, c, y.kernel, x.kernel], vec![n, groups * o, y.output(), x.output()]]
}

fn options(&([.., groups], steps): &Case) -> Conv<2> {
    let conv = Conv::new().groups(groups).stride(steps.map(|a| a.stride));
    conv.padding(steps.map(|a| a.padding)).dilation(steps.map(|a| a.dilation))
}

/// Calls `f(place in x, place in weight, place in y)` for each product.
fn for_each_term(case: &Case, mut f: impl FnMut(usize, usize, usize)) {
    let &([n, c, o, groups], [y, x]) = case;
    for (image, group) in (0..n).flat_map(|i| (0..groups).map(move |g| (i, g))) {
        for (out, channel) in (0..o).flat_map(|o| (0..c).map(move |c| (o, c))) {
            let plane_in = (image * groups + group) * c + channel;
            let plane_out = (image * groups + group) * o + out;
            let kernel = (group * o + out) * c + channel;
            for (oy, ky) in (0..y.output()).flat_map(|o| (0..y.kernel).map(move |k| (o, k))) {
                let Some(iy) = y.place(oy, ky) else { continue };
                for (ox, kx) in (0..x.output()).flat_map(|o| (0..x.kernel).map(move |k| (o, k))) {
                    let Some(ix) = x.place(ox, kx) else { continue };
                    f(
                        (plane_in * y.input + iy) * x.input + ix,
                        (kernel * y.kernel + ky) * x.kernel + kx,
                        (plane_out * y.output() + oy) * x.output() + ox,
                    );
                }
            }
        }
    }
}

/// Sums with their number of terms and magnitudes, which bound the rounding.
#[derive(Clone, Copy, Default)]
struct Sum {
    value: f64,
    size: f64,
    terms: f64,
}

impl Sum {
    fn add(&mut self, term: f64) {
        *self = Sum { value: self.value + term, size: self.size + term.abs(), terms: self.terms + 1.0 };
    }

    fn bound<T: Float>(&self) -> (f64, f64) {
        (self.value, epsilon::<T>() * (self.terms + 2.0) * self.size)
    }
}

fn check<T: Float>(case: &Case) {
    let [of_x, of_w, of_y] = shapes(case);
    let what = format!("{} {case:?}", T::NAME);
    let (x, w, g) = (numbers::<T>(&of_x, 1), numbers::<T>(&of_w, 2), numbers::<T>(&of_y, 3));
    let bias = numbers::<T>(&[of_w[0]], 4);
    let longest = x.len().max(w.len()).max(g.len()).max(1000);
    let (soiled_x, soiled_g) = (soiled(&x, longest), soiled(&g, longest));
    let shape = ConvShape::new("conv2d", &of_x, &of_w, None, &options(case));
    let at = |t: &Tensor<T>, i: usize| t.data()[i].re();
    let [mut y, mut dx, mut dw] = [&g, &x, &w].map(|t| vec![Sum::default(); t.len()]);
    for_each_term(case, |i, k, o| {
        y[o].add(at(&w, k) * at(&x, i));
        dx[i].add(at(&w, k) * at(&g, o));
        dw[k].add(at(&g, o) * at(&x, i));
    });
    let bounds = |sums: &[Sum]| sums.iter().map(Sum::bound::<T>).collect::<Vec<_>>();
    assert_near(&soiled_x.conv2d(&w, None, options(case)), &of_y, &bounds(&y), &what);
    assert_near(&shape.transpose(&soiled_g, &w), &of_x, &bounds(&dx), &format!("{what}, transposed"));
    assert_near(&shape.weight(&soiled_x, &g), &of_w, &bounds(&dw), &format!("{what}, weight"));
    let places = of_y[2] * of_y[3];
    for (i, sum) in y.iter_mut().enumerate() {
        sum.add(at(&bias, i / places % of_y[1]));
    }
    assert_near(&soiled_x.conv2d(&w, Some(&bias), options(case)), &of_y, &bounds(&y), &format!("{what}, bias"));
}

fn check_both(case: &Case) {
    check::<f32>(case);
    check::<f64>(case);
}

fn square(input: usize, kernel: usize, stride: usize, padding: usize, dilation: usize) -> [Step; 2] {
    [Step { input, kernel, stride, padding, dilation }; 2]
}

/// Sizes on both sides of every border where the way of computing changes: rows that stay in registers, strips, depth, shards,
/// phases of the stride.
#[test]
fn shapes_of_nets() {
    for case in [
        ([3, 1, 6, 1], square(28, 5, 1, 2, 1)),
        ([5, 6, 16, 1], square(14, 5, 1, 0, 1)),
        ([2, 32, 13, 1], square(9, 3, 1, 1, 1)),
        ([1, 70, 7, 1], square(6, 2, 1, 0, 1)),
        ([2, 300, 3, 1], square(5, 1, 1, 0, 1)),
        ([2, 3, 8, 1], square(20, 3, 2, 1, 1)),
        ([2, 3, 2, 1], square(21, 5, 3, 2, 1)),
        ([2, 2, 5, 1], square(19, 3, 2, 2, 3)),
        ([2, 2, 4, 1], square(17, 1, 2, 0, 1)),
        ([2, 1, 1, 20], square(12, 3, 1, 1, 1)),
        ([2, 1, 2, 9], square(12, 3, 2, 1, 1)),
        ([2, 4, 3, 4], square(8, 3, 1, 1, 2)),
        ([40, 1, 17, 1], square(4, 3, 1, 1, 1)),
        ([1, 1, 1, 1], square(120, 3, 1, 0, 1)),
        ([1, 2, 3, 1], square(1, 5, 1, 2, 1)),
        ([1, 2, 3, 1], square(6, 3, 7, 3, 1)),
    ] {
        check_both(&case);
    }
}

#[test]
fn nothing_at_all() {
    for counts in [[0, 2, 3, 1], [2, 0, 3, 1], [2, 2, 0, 1], [0, 0, 0, 2]] {
        check_both(&(counts, square(5, 3, 1, 1, 1)));
    }
    check_both(&([2, 2, 3, 1], square(0, 3, 1, 2, 1)));
}

fn steps() -> impl Strategy<Value = Step> {
    (1_usize..=5, 1_usize..=4, 0_usize..=4, 1_usize..=4, 0_usize..=18).prop_map(
        |(kernel, stride, padding, dilation, more)| {
            let extent = (kernel - 1) * dilation + 1;
            let input = (extent + more).saturating_sub(2 * padding);
            Step { input, kernel, stride, padding, dilation }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_steps_match_loops(n in 0_usize..4, c in 0_usize..5, o in 0_usize..9, groups in 1_usize..4, y in steps(), x in steps()) {
        check_both(&([n, c, o, groups], [y, x]));
    }

    /// One axis is two of which the first has one value.
    #[test]
    fn sequences_are_images_of_one_row(n in 0_usize..3, c in 0_usize..4, o in 0_usize..5, x in steps()) {
        let (input, weight) = (numbers::<f64>(&[n, c, x.input], 1), numbers::<f64>(&[o, c, x.kernel], 2));
        let options = Conv::new().stride(x.stride).padding(x.padding).dilation(x.dilation);
        let wide = Conv::new().stride([1, x.stride]).padding([0, x.padding]).dilation([1, x.dilation]);
        let row = |t: &Tensor<f64>| t.reshape(&[t.shape()[0], t.shape()[1], 1, t.shape()[2]]);
        prop_assert_eq!(row(&input.conv1d(&weight, None, options)), row(&input).conv2d(&row(&weight), None, wide));
    }

    /// With the options of a convolution, and the rest its rounding left, the transposed one leads back to its input.
    #[test]
    fn a_transposed_one_is_the_adjoint(n in 0_usize..3, c in 0_usize..3, o in 1_usize..4, y in steps(), x in steps()) {
        let case: Case = ([n, c, o, 1], [y, x]);
        let [of_x, of_w, of_y] = shapes(&case);
        prop_assume!(y.input > 0 && x.input > 0);
        let rest = |a: Step| (a.input + 2 * a.padding - (a.kernel - 1) * a.dilation - 1) % a.stride;
        let (w, g) = (numbers::<f64>(&of_w, 2), numbers::<f64>(&of_y, 3));
        let adjoint = ConvShape::new("conv2d", &of_x, &of_w, None, &options(&case)).transpose(&g, &w);
        let options = ConvTranspose::new()
            .stride([y.stride, x.stride])
            .padding([y.padding, x.padding])
            .dilation([y.dilation, x.dilation])
            .output_padding([rest(y), rest(x)]);
        prop_assert_eq!(&g.conv_transpose2d(&w, None, options), &adjoint);
        let bias = numbers::<f64>(&[c], 4);
        let shifted = g.conv_transpose2d(&w, Some(&bias), options);
        prop_assert_eq!(shifted, &adjoint + &bias.reshape(&[c, 1, 1]));
    }
}

/// Padding that keeps the size; an odd one has its last zero behind.
#[test]
fn the_same_size() {
    let x = numbers::<f64>(&[2, 3, 6, 5], 1);
    let w = numbers::<f64>(&[4, 3, 2, 3], 2);
    let got = x.conv2d(&w, None, Conv::same());
    assert_eq!(got.shape(), [2, 4, 6, 5]);
    assert_eq!(got, x.embed(&[2, 3, 7, 5], &[0; 4]).conv2d(&w, None, Conv::new().padding([0, 1])));
    let x = numbers::<f64>(&[2, 3, 7], 1);
    let w = numbers::<f64>(&[4, 3, 3], 2);
    assert_eq!(x.conv1d(&w, None, Conv::same().dilation(2)), x.conv1d(&w, None, Conv::new().padding(2).dilation(2)));
}

/// What is not finite reaches the sums it belongs to and no others.
#[test]
fn what_is_not_finite_stays_in_its_sums() {
    let case: Case = ([2, 3, 4, 1], square(9, 3, 2, 1, 1));
    let [of_x, of_w, of_y] = shapes(&case);
    let (mut x, mut g, w) = (numbers::<f32>(&of_x, 1), numbers::<f32>(&of_y, 3), numbers::<f32>(&of_w, 2));
    let (bad_x, bad_g) = (9 * 9 + 8 * 9 + 8, 5 * 5 + 12);
    (x.data_mut()[bad_x], g.data_mut()[bad_g]) = (f32::INFINITY, f32::NAN);
    let [mut y, mut dx, mut dw] = [&g, &x, &w].map(|t| vec![true; t.len()]);
    for_each_term(&case, |i, k, o| {
        y[o] &= i != bad_x;
        dx[i] &= o != bad_g;
        dw[k] &= i != bad_x && o != bad_g;
    });
    let shape = ConvShape::new("conv2d", &of_x, &of_w, None, &options(&case));
    let finite = |t: Tensor<f32>| t.data().iter().map(|x| x.is_finite()).collect::<Vec<_>>();
    assert_eq!(finite(shape.convolve(&x, &w, None)), y);
    assert_eq!(finite(shape.transpose(&g, &w)), dx);
    assert_eq!(finite(shape.weight(&x, &g)), dw);
}

#[cfg(feature = "threads")]
#[test]
fn the_same_bits_on_any_number_of_threads() {
    for case in [([70, 3, 7, 2], square(12, 3, 1, 1, 1)), ([33, 4, 20, 1], square(15, 3, 2, 1, 1))] {
        let [of_x, of_w, of_y] = shapes(&case);
        let bits = |threads: usize| {
            let workspace = Workspace::<f32>::new(Threads::new(threads).unwrap());
            let (x, g) = (numbers(&of_x, 1).within(&workspace), numbers(&of_y, 3).within(&workspace));
            let w = numbers(&of_w, 2);
            let shape = ConvShape::new("conv2d", &of_x, &of_w, None, &options(&case));
            [shape.convolve(&x, &w, None), shape.transpose(&g, &w), shape.weight(&x, &g)]
                .map(|t| t.data().iter().map(|x| x.to_bits()).collect::<Vec<_>>())
        };
        let one = bits(1);
        assert!(bits(2) == one && bits(3) == one, "{case:?}");
    }
}
