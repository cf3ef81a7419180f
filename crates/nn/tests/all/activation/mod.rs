mod gate;
mod golden;
mod learned;
mod random;
mod softmax;
mod table;
