//! Nothing the user names can get between the generated code and what it means, and no lint speaks about it.
#![deny(warnings, unused_qualifications, missing_docs, unreachable_pub, elided_lifetimes_in_paths, unused_lifetimes)]
#![deny(non_snake_case, missing_debug_implementations, single_use_lifetimes)]
#![forbid(unsafe_code)]
#![allow(dead_code)]

/// As in a crate that calls its own things so.
pub mod core {}
/// As in a crate that calls its own things so.
pub mod module {}
/// As in a crate that calls its own things so.
pub mod rappel_autodiff {}

trait Visitor {
    fn enter(&self) {}
}
impl<T: ?Sized> Visitor for T {}
trait VisitorMut {}

#[derive(Debug, ::rappel_autodiff::Module)]
struct Net<'a, T: ::rappel_autodiff::Float> {
    visitor: ::rappel_autodiff::Param<T>,
    enter: Option<&'a mut ::rappel_autodiff::Param<T>>,
    parts: Vec<(::rappel_autodiff::Buffer,)>,
}

macro_rules! net {
    ($name:ident { $($field:ident: $type:ty),* }) => {
        #[derive(Debug, ::rappel_autodiff::Module)]
        struct $name { $($field: $type),* }
    };
}
net!(Generated { weight: ::rappel_autodiff::Param, parts: Vec<Option<::rappel_autodiff::Param<f64>>> });

fn main() {}
