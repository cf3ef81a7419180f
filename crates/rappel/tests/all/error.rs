use std::error::Error as _;
use std::io;

use rappel::data::{DataError, idx};
use rappel::optim::StepError;
use rappel::prelude::*;
use rappel::schedule::ScheduleError;

fn io_error() -> rappel::Result<()> {
    Err(io::Error::new(io::ErrorKind::NotFound, "no such thing"))?
}

fn data_error() -> rappel::Result<()> {
    idx::read_idx("nowhere/train-images").map(drop)?;
    Ok(())
}

fn schedule_error() -> rappel::Result<()> {
    cosine(f64::NAN, 0.0, 5).check()?;
    Ok(())
}

fn step_error() -> rappel::Result<()> {
    let mut net: Linear = Linear::new(1, 1, &mut Rng::seed(0));
    let tape = Tape::new();
    let gradients = tape.var(&Tensor::scalar(1.0)).backward();
    Sgd::new(0.1).step(&mut net, &gradients)?;
    Ok(())
}

fn shape_error() -> rappel::Result<()> {
    Tensor::<f32>::try_new([1.0], &[2]).map(drop)?;
    Ok(())
}

fn threads_error() -> rappel::Result<()> {
    Threads::new(0).map(drop)?;
    Ok(())
}

/// `?` takes every error of the crates, and the error inside can be had again.
#[test]
fn errors_of_all_crates_become_one() {
    fn inside<E: std::error::Error + 'static>(run: fn() -> rappel::Result<()>, expected: &str) {
        let error = run().unwrap_err();
        assert!(error.inner().downcast_ref::<E>().is_some(), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
        assert!(format!("{error:?}").starts_with(&error.to_string()), "{error:?}");
    }
    inside::<io::Error>(io_error, "no such thing");
    inside::<DataError>(data_error, "nowhere/train-images");
    inside::<ScheduleError>(schedule_error, "cosine(nan, 0, 5)");
    inside::<StepError>(step_error, "`weight`, `bias`");
    inside::<rappel::tensor::ShapeError>(shape_error, "[2]");
    inside::<rappel::tensor::ThreadsError>(threads_error, "at least 1 thread");
}

#[cfg(feature = "safetensors")]
#[test]
fn errors_of_files_of_weights_too() {
    let load =
        || -> rappel::Result<()> { Ok(load_safetensors(&mut Param::<f32>::new(Tensor::zeros(&[1])), "nowhere/net")?) };
    let error = load().unwrap_err();
    assert!(error.inner().is::<rappel::nn::StateError>());
    assert!(error.to_string().starts_with("nowhere/net: cannot be read"), "{error}");
}

#[derive(Debug)]
struct Layered(&'static str, Option<Box<Layered>>);

impl std::fmt::Display for Layered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Layered {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.1.as_ref().map(|source| &**source as _)
    }
}

/// What `main` prints: the message and the causes, each once.
#[test]
fn debug_is_for_people() {
    let chain = |texts: &[&'static str]| {
        texts.iter().rev().fold(None, |inner, text| Some(Box::new(Layered(text, inner)))).expect("at least one")
    };
    let cases: [(&[&str], &str); 4] = [
        (&["alone"], "alone"),
        (&["saving failed", "disk full"], "saving failed\n  caused by: disk full"),
        (&["net: cut short", "cut short", "at byte 7"], "net: cut short\n  caused by: at byte 7"),
        (&["a", "b", "c"], "a\n  caused by: b\n  caused by: c"),
    ];
    for (texts, expected) in cases {
        let error = rappel::Error::new(chain(texts));
        assert_eq!((error.to_string().as_str(), format!("{error:?}").as_str()), (texts[0], expected));
        assert_eq!(error.source().map(ToString::to_string).as_deref(), texts.get(1).copied());
    }
}

#[test]
fn it_goes_between_threads_and_into_boxes() {
    fn ends() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Err(rappel::Error::new("why"))?
    }
    assert_eq!(ends().unwrap_err().to_string(), "why");
}
