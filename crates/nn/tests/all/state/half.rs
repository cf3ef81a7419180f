//! Half precision, through files: the conversions are not public.

use rappel_nn::autodiff::Tensor;
use rappel_nn::state::{Kind, StateDict, Values};

/// A safetensors file with one array `x` of two-byte numbers.
fn file(kind: &str, bits: &[u16]) -> Vec<u8> {
    let bytes: Vec<u8> = bits.iter().flat_map(|x| x.to_le_bytes()).collect();
    let json = format!(r#"{{"x":{{"dtype":"{kind}","shape":[{}],"data_offsets":[0,{}]}}}}"#, bits.len(), bytes.len());
    [&(json.len() as u64).to_le_bytes()[..], json.as_bytes(), &bytes].concat()
}

/// The numbers of these bits.
fn decode(kind: &str, bits: &[u16]) -> Vec<f32> {
    let dict = StateDict::from_safetensors(&file(kind, bits)).unwrap();
    let Values::F32(x) = dict.get("x").unwrap().values() else { panic!("{dict}") };
    x.data().to_vec()
}

/// The bits that numbers are written with.
fn encode(kind: Kind, x: impl Into<Values>) -> Vec<u16> {
    let bytes = StateDict::new().with("x", x.into()).with_floats_as(kind).to_safetensors().unwrap();
    let header = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
    bytes[header..].as_chunks().0.iter().map(|&x| u16::from_le_bytes(x)).collect()
}

const FORMATS: [(&str, Kind, u16); 2] = [("F16", Kind::F16, 0x7c00), ("BF16", Kind::Bf16, 0x7f80)];

/// Every number of both formats comes back, bit for bit; NaNs as NaNs.
#[test]
fn every_number_comes_back() {
    let all: Vec<u16> = (0..=u16::MAX).collect();
    for (name, kind, infinity) in FORMATS {
        let dict = StateDict::from_safetensors(&file(name, &all)).unwrap();
        assert_eq!(dict.get("x").unwrap().kind(), kind);
        let bytes = dict.to_safetensors().unwrap();
        let again = &bytes[bytes.len() - 2 * all.len()..];
        for (&bits, &again) in all.iter().zip(again.as_chunks().0) {
            let again = u16::from_le_bytes(again);
            if bits & 0x7fff > infinity {
                assert!(again & 0x7fff > infinity && again & 0x8000 == bits & 0x8000, "{name} {bits:#x} {again:#x}");
            } else {
                assert_eq!(again, bits, "{name}");
            }
        }
    }
    for (bits, x) in (0..0x7f80_u16).zip(decode("BF16", &all)) {
        assert_eq!(x.to_bits(), u32::from(bits) << 16);
    }
}

/// Between two neighbours: the nearer one, in the middle the even one. Rounded once from f64, not by way of f32.
#[test]
fn the_nearest_is_taken() {
    for (name, kind, infinity) in FORMATS {
        let finite: Vec<u16> = (0..infinity).collect();
        let numbers = decode(name, &finite);
        let middles: Vec<f64> = numbers.windows(2).map(|two| (f64::from(two[0]) + f64::from(two[1])) / 2.0).collect();
        let even: Vec<u16> = (0..infinity - 1).map(|bits| bits + (bits & 1)).collect();
        assert_eq!(encode(kind, Tensor::from(middles.clone())), even, "{name}");
        let below: Vec<f64> = middles.iter().map(|x| x.next_down()).collect();
        assert_eq!(encode(kind, Tensor::from(below)), finite[..finite.len() - 1], "{name}");
        let above: Vec<f64> = middles.iter().map(|x| -x.next_up()).collect();
        let upper: Vec<u16> = finite[1..].iter().map(|bits| bits | 0x8000).collect();
        assert_eq!(encode(kind, Tensor::from(above)), upper, "{name}");

        let (largest, unit) =
            (f64::from(numbers[numbers.len() - 1]), numbers[numbers.len() - 1] - numbers[numbers.len() - 2]);
        let edge = largest + f64::from(unit) / 2.0;
        let beyond = [edge.next_down(), edge, f64::MAX, f64::INFINITY];
        assert_eq!(encode(kind, Tensor::from(beyond)), [infinity - 1, infinity, infinity, infinity], "{name}");
    }
    assert_eq!(encode(Kind::F16, Tensor::from([0.0_f64, -0.0, f64::MIN_POSITIVE, -5e-324])), [0, 0x8000, 0, 0x8000]);
}

/// `numpy.float16(x).view("u2")`, and the same of `ml_dtypes.bfloat16`.
#[test]
fn known_numbers() {
    let x = [1.0, -2.0, 0.1, 65504.0, 1e-7, std::f64::consts::PI, 1e9];
    assert_eq!(encode(Kind::F16, Tensor::from(x)), [0x3c00, 0xc000, 0x2e66, 0x7bff, 0x0002, 0x4248, 0x7c00]);
    assert_eq!(encode(Kind::Bf16, Tensor::from(x)), [0x3f80, 0xc000, 0x3dcd, 0x4780, 0x33d7, 0x4049, 0x4e6e]);
    let x = x.map(|x| x as f32);
    assert_eq!(encode(Kind::F16, Tensor::from(x)), [0x3c00, 0xc000, 0x2e66, 0x7bff, 0x0002, 0x4248, 0x7c00]);
}
