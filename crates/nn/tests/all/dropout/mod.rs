mod alpha;
mod channel;
mod element;
