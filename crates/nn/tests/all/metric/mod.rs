mod edges;
mod golden;
mod laws;
mod misfits;
