//! The other libraries' generator against numbers of those libraries; `golden/make_mersenne.py` made them.

use std::collections::BTreeMap;

use rappel_tensor::random::Mersenne;

const GOLDEN: &str = include_str!("../golden/mersenne.txt");

/// Every number of a line, in bits where it is a floating-point number.
fn numbers(what: &str, seed: u64, arguments: &[&str], count: usize) -> Vec<u64> {
    let number = |i: usize| arguments[i].parse::<f64>().unwrap();
    let whole = |i: usize| arguments[i].parse::<u64>().unwrap();
    // As PyTorch takes it: the lower half.
    let (mut seeded, mut python) = (Mersenne::seed(seed as u32), Mersenne::python(seed));
    let mut each = |draw: &mut dyn FnMut(&mut Mersenne, &mut Mersenne) -> u64| -> Vec<u64> {
        (0..count).map(|_| draw(&mut seeded, &mut python)).collect()
    };
    match what {
        "words" => each(&mut |r, _| {
            let word = r.next_u32();
            (1..100).for_each(|_| _ = r.next_u32());
            word.into()
        }),
        "numpy_sample" => each(&mut |r, _| r.uniform(0.0, 1.0).to_bits()),
        "numpy_uniform" => each(&mut |r, _| r.uniform(number(0), number(1)).to_bits()),
        "python_random" => each(&mut |_, r| r.uniform(0.0, 1.0).to_bits()),
        "python_uniform" => each(&mut |_, r| r.uniform(number(0), number(1)).to_bits()),
        "torch_uniform" => each(&mut |r, _| r.torch_uniform(number(0) as f32, number(1) as f32).to_bits().into()),
        "torch_below" => each(&mut |r, _| r.torch_below(whole(0))),
        "torch_permutation" => seeded.torch_permutation(whole(0) as usize).into_iter().map(u64::from).collect(),
        "torch_normal" => {
            let calls = (0..arguments.len()).flat_map(|i| seeded.torch_normal(whole(i) as usize));
            calls.map(|value| value.to_bits().into()).collect()
        }
        other => panic!("{other}"),
    }
}

#[test]
fn numbers_are_those_of_the_other_libraries() {
    let mut lines = BTreeMap::new();
    for line in GOLDEN.lines() {
        let [what, seed, arguments, expected @ ..] = &line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let arguments: Vec<&str> = arguments.split(',').collect();
        let expected: Vec<u64> = expected.iter().map(|number| number.parse().unwrap()).collect();
        let found = numbers(what, seed.parse().unwrap(), &arguments, expected.len());
        if *what == "torch_normal" {
            let value = |bits: &u64| f32::from_bits(*bits as u32);
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().map(value).zip(expected.iter().map(value)) {
                assert!((found - expected).abs() <= 1e-6, "{line}: {found}, not {expected}");
            }
        } else {
            assert_eq!(found, expected, "{line}");
        }
        *lines.entry(*what).or_insert(0) += 1;
    }
    let methods = [
        ("numpy_sample", 5),
        ("numpy_uniform", 5),
        ("python_random", 9),
        ("python_uniform", 9),
        ("torch_below", 48),
        ("torch_normal", 48),
        ("torch_permutation", 24),
        ("torch_uniform", 12),
        ("words", 5),
    ];
    assert_eq!(lines, BTreeMap::from(methods));
}

/// Numbers that were published, by PyTorch's and numpy's own users.
#[test]
fn published_numbers() {
    let mut torch = Mersenne::seed(2_147_483_647);
    let drawn = [(); 3].map(|()| format!("{:.7}", torch.torch_uniform(0.0, 1.0)));
    assert_eq!(drawn, ["0.7081289", "0.3542391", "0.1054323"]);
    let mut numpy = Mersenne::seed(42);
    let drawn = [(); 3].map(|()| format!("{:.10}", numpy.uniform(-0.1, 0.1)));
    assert_eq!(drawn, ["-0.0250919762", "0.0901428613", "0.0463987884"]);
    // `mt19937ar.out` of the authors: the key 0x123, 0x234, 0x345, 0x456.
    let mut authors = Mersenne::key(&[0x123, 0x234, 0x345, 0x456]);
    assert_eq!([(); 3].map(|()| authors.next_u32()), [1_067_595_299, 955_945_823, 477_289_528]);
}

/// The published mean loss of the name `emma` in a table of 27 x 27 normal numbers: rows are logits of the next letter.
#[test]
fn published_loss_of_a_normal_table() {
    let table = Mersenne::seed(2_147_483_647).torch_normal(27 * 27);
    let word = [0, 5, 13, 13, 1, 0]; // `.emma.`
    let losses = word.windows(2).map(|pair| {
        let row = table[27 * pair[0]..][..27].iter().map(|logit| f64::from(*logit));
        row.clone().map(f64::exp).sum::<f64>().ln() - row.clone().nth(pair[1]).unwrap()
    });
    let mean = losses.sum::<f64>() / 5.0;
    assert!((mean - 3.769_304_990_768_432_6).abs() < 1e-6, "{mean}");
}

#[test]
fn clones_go_on_alike() {
    let mut random = Mersenne::seed(7);
    random.torch_normal(3);
    let mut clone = random.clone();
    assert_eq!(random.torch_normal(4), clone.torch_normal(4));
    assert_eq!(random, clone);
    random.next_u32();
    assert_ne!(random, clone);
}
