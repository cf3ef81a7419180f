//! From the list of fields to the impl.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned as _;

use crate::parse::{self, Field};

/// The impl of `Module`, whose traits are found under `root`.
///
/// After a mistake the impl is still there, with empty functions: the error stands alone, without "`Net` is not a module" at
/// every use of the struct.
pub(crate) fn derive(input: TokenStream, root: &TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let (fields, errors) = match parse::fields(&input) {
        Ok(fields) => (fields, None),
        Err(error) => (Vec::new(), Some(error.into_compile_error())),
    };
    let ident = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let visit = fields.iter().map(|field| visit_field(field, root, &quote!(visit), &quote!(&)));
    let visit_mut = fields.iter().map(|field| visit_field(field, root, &quote!(visit_mut), &quote!(&mut)));
    quote! {
        #errors

        #[automatically_derived]
        impl #impl_generics #root::Module for #ident #ty_generics #where_clause {
            fn visit<'__module>(&'__module self, __visitor: &mut dyn #root::Visitor<'__module>) {
                #(#visit)*
            }

            fn visit_mut(&mut self, __visitor: &mut dyn #root::VisitorMut) {
                #(#visit_mut)*
            }
        }
    }
}

/// One field's part of `visit` or `visit_mut`.
///
/// The call names the field's type, so that a type which is not a module is reported where it is written.
fn visit_field(field: &Field<'_>, root: &TokenStream, method: &TokenStream, borrow: &TokenStream) -> TokenStream {
    let Field { member, name, ty } = field;
    let call = quote_spanned!(ty.span()=> <#ty as #root::Module>::#method);
    quote! {
        __visitor.enter(#name);
        #call(#borrow self.#member, __visitor);
        __visitor.leave();
    }
}
