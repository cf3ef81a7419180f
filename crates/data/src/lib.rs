//! Data sets, seeded shuffling, batching, prefetching and the IDX reader.
