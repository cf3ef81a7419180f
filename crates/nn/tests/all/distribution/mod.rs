mod draws;
mod golden;
mod gradients;
