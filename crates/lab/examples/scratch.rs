//! x
use rappel_lab::improve::*;
use rappel_lab::schedule::*;
fn main() {
 let rates: Vec<f64> = (0..101).map(|t| f64::from(t).min(20.0) / 20.0).collect();
 println!("{}", outline(&rates, 0.01).unwrap());
 let rates: Vec<f64> = (0..101).map(|t| (f64::from(t) * 0.0314).cos() + 1.0).collect();
 println!("{}", outline(&rates, 0.02).unwrap());
 let curve = predicted(&hold(1.0, percent(80)).then(linear(1.0, 0.0, rest())).over(400).unwrap(), 400).unwrap();
 println!("{} {} {}", curve[100],curve[319], curve[399]);
}
