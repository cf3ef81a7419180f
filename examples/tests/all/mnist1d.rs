use rappel_examples::Usage;

use crate::mnist1d_program::run;
use crate::{Outcome, in_folder};

fn program(arguments: &[&str]) -> Outcome {
    in_folder("mnist1d.svg", arguments, |arguments, mut out| run(arguments, &mut out))
}

/// Losses and accuracies of the same run in PyTorch 2.15 (f32, one thread), `torch.manual_seed(42)` before the net is made.
#[test]
fn the_linear_map_goes_the_way_of_pytorch_to_the_last_digit() {
    let (out, picture) = program(&[]).unwrap();
    let made = [
        (0, "2.4603", "2.4574", "9.4"),
        (1000, "1.5962", "1.6614", "32.4"),
        (2000, "1.5927", "1.6659", "31.6"),
        (3000, "1.5920", "1.6685", "31.4"),
        (4000, "1.5918", "1.6699", "31.2"),
        (5000, "1.5917", "1.6708", "31.3"),
        (6000, "1.5916", "1.6714", "31.4"),
    ];
    for (step, train, test, right) in made {
        let line = format!("step {step:>5}: train loss {train}, test loss {test}, test accuracy {right} %\n");
        assert!(out.contains(&line), "{line} is not in\n{out}");
    }
    assert!(out.ends_with("\ntest accuracy: 31.4 %\n"), "{out}");
    assert!(picture.unwrap().contains("training signals"));
}

/// The other nets begin where PyTorch's do, and their first steps are the same ones.
#[test]
fn every_net_begins_as_in_pytorch() {
    let made = [
        ("mlp", "train loss 2.3188, test loss 2.3172, test accuracy 9.3 %"),
        ("cnn", "train loss 2.3042, test loss 2.3063, test accuracy 9.2 %"),
        ("gru", "train loss 2.3190, test loss 2.3134, test accuracy 10.4 %"),
    ];
    for (model, line) in made {
        let (out, _) = program(&["--model", model, "--steps", "2"]).unwrap();
        assert!(out.contains(&format!("step     0: {line}\n")), "{out}");
        assert!(out.contains("step     2: train loss "), "{out}");
    }
}

#[test]
fn the_bits_do_not_depend_on_the_threads_and_any_schedule_is_taken() {
    for model in ["cnn", "gru"] {
        let train = |threads| {
            program(&["--model", model, "--steps", "30", "--lr", "cosine(1e-2, 0, rest)", "--threads", threads])
        };
        assert_eq!(train("1").unwrap(), train("2").unwrap());
    }
}

#[test]
fn mistakes_are_told_before_the_work_begins() {
    for (arguments, why) in [
        (&["--model", "rnn"][..], "--model rnn: expected linear, mlp, cnn or gru"),
        (&["--lr", "linear(1)"], "--lr: "),
        (&["--batch-size", "0"], "--batch-size 0: expected a whole number, 1 or more"),
        (&["--epochs", "3"], "invalid option '--epochs'"),
    ] {
        let e = program(arguments).unwrap_err();
        assert!(e.is::<Usage>() && e.to_string().starts_with(why), "{e}");
    }
    let e = program(&["--svg", "no/such/folder/x.svg"]).unwrap_err();
    assert!(e.to_string().contains("no/such/folder"), "{e}");
    let e = program(&["--lr", "1e30", "--model", "mlp"]).unwrap_err();
    assert!(e.to_string().contains("the run has diverged"), "{e}");
}
