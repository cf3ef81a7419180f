//! The table of who gets what.

use rappel_autodiff::ModuleExt;
use rappel_optim::adapters::clip_value;
use rappel_optim::{Adam, Group, StepError, Training, cosine, layer_decay};

use crate::support::{Net, train};

#[test]
fn it_says_before_the_first_step_what_the_steps_do() {
    let mut net = Net::<f64>::new();
    net.blocks[0].set_trainable(false);
    let adam = Adam::<f64>::new(cosine(0.1, 0.0, 10)) | clip_value(1.0);
    let mut adam = adam | layer_decay(0.5) | Group::glob("*.bias").set("betas", 0.1).freeze();
    let error = adam.describe(&net).unwrap_err();
    assert!(matches!(error, StepError::UnknownKnob { .. }), "a list is no hyperparameter: {error}");
    adam = Adam::new(cosine(0.1, 0.0, 10)) | clip_value(1.0) | layer_decay(0.5);
    adam = adam | Group::glob("*.bias").set("beta1", 0.1).set("clip_value", 3.0) | Group::glob("embed.*").freeze();
    let described = adam.describe(&net).unwrap();
    let expected = "\
adam(lr=cosine(0.1, 0, 10)) | clip_value(1) | layer_decay(0.5) | group(\"*.bias\", beta1=0.1, clip_value=3) | freeze(\"embed.*\")
parameter        shape   trained     hyperparameters                                                   groups
embed.weight     [3, 4]  no: frozen  lr=0.125 * cosine(0.1, 0, 10)                                     layer_decay(0.5)^3 | freeze(\"embed.*\")
embed.bias       [4]     no: frozen  lr=0.125 * cosine(0.1, 0, 10), beta1=0.1, clip_value.max_value=3    layer_decay(0.5)^3 | group(\"*.bias\", beta1=0.1, clip_value=3) | freeze(\"embed.*\")";
    let text = described.to_string();
    assert_eq!(text.lines().take(4).collect::<Vec<_>>().len(), expected.lines().count());
    for (found, expected) in text.lines().zip(expected.lines()) {
        let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(found), words(expected));
    }
    assert!(text.ends_with("8 parameters of 66 numbers: 30 trained, 16 frozen by groups, 20 not trainable"), "{text}");
    assert_eq!(described.count(Training::Trained), 30);
    // And they do it.
    let before = net.values();
    train(&mut adam, &mut net, 1);
    let moved: Vec<_> = net.values().into_iter().zip(before).map(|(a, b)| a != b).collect();
    let said: Vec<_> = described.params.iter().map(|p| p.training == Training::Trained).collect();
    assert_eq!(moved, said);
    assert_eq!(adam.describe(&net).unwrap(), described, "and after the first step too");
}

#[test]
fn columns_stand_under_each_other() {
    let text =
        (Adam::<f64>::new(0.1) | Group::glob("*.bias").freeze()).describe(&Net::<f64>::new()).unwrap().to_string();
    let lines: Vec<&str> = text.lines().skip(1).collect();
    let at = lines[0].find("hyperparameters").unwrap();
    assert!(lines[1..lines.len() - 1].iter().all(|line| line[at..].starts_with("lr=0.1")), "{text}");
}
