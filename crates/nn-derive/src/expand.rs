//! From the lists of fields to the impl.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned as _;

use crate::parse::{self, Field, Shape, Variant};

/// The impl of `Module`, whose traits are found under `root`.
///
/// After a mistake the impl is still there, with empty functions: the error stands alone, without "`Net` is not a module" at
/// every use of the type.
pub(crate) fn derive(input: TokenStream, root: &TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let (shape, errors) = match parse::shape(&input) {
        Ok(shape) => (shape, None),
        Err(error) => (Shape::Struct(Vec::new()), Some(error.into_compile_error())),
    };
    let ident = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let visit = body(&shape, root, &quote!(visit), &quote!(&));
    let visit_mut = body(&shape, root, &quote!(visit_mut), &quote!(&mut));
    quote! {
        #errors

        #[automatically_derived]
        impl #impl_generics #root::Module for #ident #ty_generics #where_clause {
            fn visit<'__module>(&'__module self, __visitor: &mut dyn #root::Visitor<'__module>) {
                #visit
            }

            fn visit_mut(&mut self, __visitor: &mut dyn #root::VisitorMut) {
                #visit_mut
            }
        }
    }
}

/// The body of `visit` or `visit_mut`.
fn body(shape: &Shape<'_>, root: &TokenStream, method: &TokenStream, borrow: &TokenStream) -> TokenStream {
    match shape {
        Shape::Struct(fields) => fields
            .iter()
            .map(|field| {
                let member = &field.member;
                visit_field(field, root, method, &quote!(#borrow self.#member))
            })
            .collect(),
        // A reference to an enum without variants still wants a pattern.
        Shape::Enum(variants) if variants.is_empty() => quote!(match *self {}),
        Shape::Enum(variants) => {
            let arms = variants.iter().map(|variant| visit_variant(variant, root, method));
            quote!(match self { #(#arms)* })
        }
    }
}

/// The arm of a variant. Braces with a rest fit variants of every form.
fn visit_variant(variant: &Variant<'_>, root: &TokenStream, method: &TokenStream) -> TokenStream {
    let Variant { ident, fields } = variant;
    let members = fields.iter().map(|field| &field.member);
    let bound: Vec<_> = (0..fields.len()).map(|i| format_ident!("__field{i}")).collect();
    let visits = fields.iter().zip(&bound).map(|(field, bound)| visit_field(field, root, method, &quote!(#bound)));
    quote! {
        Self::#ident { #(#members: #bound,)* .. } => { #(#visits)* }
    }
}

/// One field's part of `visit` or `visit_mut`.
///
/// The call names the field's type, so that a type which is not a module is reported where it is written.
fn visit_field(field: &Field<'_>, root: &TokenStream, method: &TokenStream, value: &TokenStream) -> TokenStream {
    let Field { name, ty, .. } = field;
    let call = quote_spanned!(ty.span()=> <#ty as #root::Module>::#method);
    match name {
        None => quote!(#call(#value, __visitor);),
        Some(name) => quote! {
            __visitor.enter(#name);
            #call(#value, __visitor);
            __visitor.leave();
        },
    }
}
