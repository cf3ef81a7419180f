//! Tests of the examples. The programs are run within the test, with their command line and output as arguments.

mod book;
mod learned_rate;
mod mnist;
mod moons;
mod optimizers;
mod readme;
mod schedule_gallery;
mod three_rates;

// Programs of their own: their `main` is not called here, and what is public is so for their readers.
#[path = "../../learned_rate.rs"]
#[expect(dead_code, unreachable_pub)]
mod learned_rate_program;
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
#[path = "../../three_rates.rs"]
#[expect(dead_code, unreachable_pub)]
mod three_rates_program;
