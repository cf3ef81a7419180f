mod gate;
mod learned;
mod random;
mod softmax;
mod table;
