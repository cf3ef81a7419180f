//! `#[derive(Module)]` for rappel.
//!
//! Not used directly: `rappel-autodiff`, `rappel-nn` and `rappel` each re-export the derive as `Module`, beside the trait of that
//! name. Generated code has to name the trait by a path that the user's crate can see, and a user depends on one of the three;
//! so there is one derive per crate, which differ in nothing but that path.

#![forbid(unsafe_code)]

mod attr;
mod expand;
mod parse;

use proc_macro::TokenStream;
use quote::quote;

#[doc = include_str!("module.md")]
#[proc_macro_derive(Module, attributes(module))]
pub fn module(input: TokenStream) -> TokenStream {
    expand::derive(input.into(), &quote!(::rappel_autodiff::module)).into()
}

#[doc = include_str!("module.md")]
#[proc_macro_derive(NnModule, attributes(module))]
pub fn nn_module(input: TokenStream) -> TokenStream {
    expand::derive(input.into(), &quote!(::rappel_nn::autodiff::module)).into()
}

#[doc = include_str!("module.md")]
#[proc_macro_derive(FacadeModule, attributes(module))]
pub fn facade_module(input: TokenStream) -> TokenStream {
    expand::derive(input.into(), &quote!(::rappel::autodiff::module)).into()
}
