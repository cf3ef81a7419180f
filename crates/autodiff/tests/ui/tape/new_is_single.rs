use rappel_autodiff::Tape;

fn main() {
    let _: Tape<f64> = Tape::new();
    let _: Tape<f64> = Tape::training(1);
}
