//! Cases made with PyTorch.
