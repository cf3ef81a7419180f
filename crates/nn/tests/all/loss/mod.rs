mod cross_entropy;
mod golden;
mod gradients;
mod misfits;
mod options;
