//! Tests of the examples. The programs are run within the test, with their command line and output as arguments.

mod autoencoder;
mod book;
mod char_rnn;
mod learned_rate;
mod mnist;
mod mnist1d;
mod mnist_cnn;
mod moons;
mod optimizers;
mod readme;
mod schedule_gallery;
mod spiral;
mod three_rates;

// Programs of their own: their `main` is not called here, and what is public is so for their readers.
#[path = "../../autoencoder.rs"]
#[expect(dead_code, unreachable_pub)]
mod autoencoder_program;
#[path = "../../char_rnn.rs"]
#[expect(dead_code, unreachable_pub)]
mod char_rnn_program;
#[path = "../../learned_rate.rs"]
#[expect(dead_code, unreachable_pub)]
mod learned_rate_program;
#[path = "../../mnist1d.rs"]
#[expect(dead_code, unreachable_pub)]
mod mnist1d_program;
#[path = "../../mnist_cnn.rs"]
#[expect(dead_code, unreachable_pub)]
mod mnist_cnn_program;
#[path = "../../mnist.rs"]
#[expect(dead_code, unreachable_pub)]
mod mnist_program;
#[path = "../../moons.rs"]
#[expect(dead_code, unreachable_pub)]
mod moons_program;
#[path = "../../optimizers.rs"]
#[expect(dead_code, unreachable_pub)]
mod optimizers_program;
#[path = "../../schedule_gallery.rs"]
#[expect(dead_code, unreachable_pub)]
mod schedule_gallery_program;
#[path = "../../spiral.rs"]
#[expect(dead_code, unreachable_pub)]
mod spiral_program;
#[path = "../../three_rates.rs"]
#[expect(dead_code, unreachable_pub)]
mod three_rates_program;

/// What a program prints and the picture it draws, or why it failed.
type Outcome = Result<(String, Option<String>), anyhow::Error>;

/// Runs a program with its picture in a folder of its own, unless the arguments say where it goes.
fn in_folder(
    picture: &str,
    arguments: &[&str],
    run: impl FnOnce(lexopt::Parser, &mut Vec<u8>) -> anyhow::Result<()>,
) -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(picture);
    let place = ["--svg".into(), file.clone().into_os_string()];
    let given: Vec<std::ffi::OsString> = arguments.iter().map(Into::into).collect();
    let mut out = Vec::new();
    run(lexopt::Parser::from_args(place.into_iter().chain(given)), &mut out)?;
    let out = String::from_utf8(out)?.replace(&file.display().to_string(), picture);
    Ok((out, std::fs::read_to_string(file).ok()))
}
