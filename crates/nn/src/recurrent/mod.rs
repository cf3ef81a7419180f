//! Recurrent layers and their cells.

mod cell;
mod gru;
mod lengths;
mod lstm;
mod names;
mod options;
mod rnn;
mod stack;
mod state;

pub use cell::RecurrentCell;
pub use gru::{Gru, GruCell};
pub use lstm::{Lstm, LstmCell};
pub use options::RnnOptions;
pub use rnn::{Nonlinearity, Rnn, RnnCell};
pub use stack::Recurrent;
pub use state::{CellState, HiddenState, InitialState, LstmState};
