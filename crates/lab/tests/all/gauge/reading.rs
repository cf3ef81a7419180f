use rappel_lab::gauge::{GroupReading, Line, Reading};

fn reading() -> Reading {
    let all =
        GroupReading { name: "net".into(), lr: 0.01, gradient: 2.0, update: 0.02, weights: 20.0, cosine: Some(-0.25) };
    Reading { step: 12, loss: 0.5, alpha: Some(0.125), line: None, all, ..Reading::default() }
}

#[test]
fn is_one_line() {
    let healthy = "step 12      loss 5.000e-1   lr 1.000e-2   update/weights 10^-3.0  cosine -0.25  alpha +0.12";
    assert_eq!(reading().to_string(), healthy);
    let mut odd = reading();
    (odd.loss, odd.alpha) = (f64::NAN, None);
    (odd.all.lr, odd.all.update, odd.all.cosine) = (f64::NAN, 0.0, None);
    let line = "step 12      loss NaN        lr NaN        update/weights 0.000e0  cosine     -  alpha     -";
    assert_eq!(odd.to_string(), line);
    odd.line = Some(Line { loss: [0.5, 0.6], slope: [0.1, 0.2], noise: None });
    assert!(odd.to_string().ends_with("alpha uphill"));
}

#[test]
fn sizes_are_compared() {
    let all = reading().all;
    assert_eq!((all.ratio(), all.effective_lr()), (0.001, 0.01));
    assert_eq!(GroupReading { weights: 0.0, ..all }.ratio(), f64::INFINITY);
}

/// Lines of a log written before there was all of this are still read.
#[test]
fn what_may_be_missing_is_not_needed() {
    let text = r#"{"step":1,"loss":2.0,"alpha":null,"all":{"name":"net","lr":0.1,"gradient":1.0,"update":0.1,"weights":1.0,"cosine":null}}"#;
    let back: Reading = serde_json::from_str(text).unwrap();
    assert_eq!((back.step, back.line, back.groups.len()), (1, None, 0));
    assert_eq!(serde_json::to_string(&back).unwrap(), text);
    let err = serde_json::from_str::<Reading>(&text.replace("2.0", "\"much\"")).unwrap_err();
    assert!(err.to_string().contains("`much` is no number"), "{err}");
}
