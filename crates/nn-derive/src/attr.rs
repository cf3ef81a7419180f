//! What `#[module(..)]` on a field says.

use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Meta, Result, Token};

/// The attributes of one field.
#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) skip: bool,
}

impl FieldAttrs {
    /// Reads the `#[module(..)]` among a field's attributes; those of others are passed over.
    pub(crate) fn parse(attrs: &[Attribute]) -> Result<FieldAttrs> {
        let mut field = FieldAttrs::default();
        for attr in attrs.iter().filter(|attr| is_ours(attr)) {
            match &attr.meta {
                Meta::List(list) if !list.tokens.is_empty() => field.read(attr)?,
                _ => return Err(Error::new_spanned(attr, "this says nothing: write `#[module(skip)]`")),
            }
        }
        Ok(field)
    }

    fn read(&mut self, attr: &Attribute) -> Result<()> {
        let keys = attr
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .map_err(|error| Error::new(error.span(), "not a key: `#[module(skip)]` is the only form"))?;
        for key in keys {
            if !key.path().is_ident("skip") {
                return Err(Error::new_spanned(key, "unknown key: `#[module(skip)]` is the only form"));
            }
            if !matches!(key, Meta::Path(_)) {
                return Err(Error::new_spanned(key, "`skip` takes no arguments: write `#[module(skip)]`"));
            }
            if self.skip {
                return Err(Error::new_spanned(key, "`skip` is written twice: once is enough"));
            }
            self.skip = true;
        }
        Ok(())
    }
}

/// Refuses `#[module(..)]` on a struct, an enum or a variant: it belongs on a field.
pub(crate) fn refuse(attrs: &[Attribute]) -> Result<()> {
    match attrs.iter().find(|attr| is_ours(attr)) {
        None => Ok(()),
        Some(attr) => Err(Error::new_spanned(
            attr,
            "`#[module(..)]` belongs on a field, where `#[module(skip)]` leaves that field out of training and saving",
        )),
    }
}

fn is_ours(attr: &Attribute) -> bool {
    attr.path().is_ident("module")
}
