mod learned;
mod rotary;
mod sinusoidal;
