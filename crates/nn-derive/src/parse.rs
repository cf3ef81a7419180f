//! From the written struct to the list of fields to visit.

use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Error, Fields, Member, Result, Type};

use crate::attr::{self, FieldAttrs};

/// A field that is visited.
pub(crate) struct Field<'a> {
    pub(crate) member: Member,
    /// Its part of the dotted path.
    pub(crate) name: String,
    pub(crate) ty: &'a Type,
}

/// The visited fields in the order of their declaration, or every mistake of the whole struct at once.
pub(crate) fn fields(input: &DeriveInput) -> Result<Vec<Field<'_>>> {
    let mut mistakes = attr::refuse_on_struct(&input.attrs).err();
    let mut note = |mistake: Error| match &mut mistakes {
        Some(all) => all.combine(mistake),
        None => mistakes = Some(mistake),
    };
    let mut visited = Vec::new();
    match struct_fields(input) {
        Err(mistake) => note(mistake),
        Ok(fields) => {
            for (field, member) in fields.iter().zip(fields.members()) {
                match FieldAttrs::parse(&field.attrs) {
                    Err(mistake) => note(mistake),
                    Ok(FieldAttrs { skip: true }) => {}
                    Ok(FieldAttrs { skip: false }) => {
                        visited.push(Field { name: name(&member), member, ty: &field.ty });
                    }
                }
            }
        }
    }
    mistakes.map_or(Ok(visited), Err)
}

fn struct_fields(input: &DeriveInput) -> Result<&Fields> {
    let name = &input.ident;
    match &input.data {
        Data::Struct(data) => Ok(&data.fields),
        Data::Enum(data) => Err(Error::new(
            data.enum_token.span,
            format!(
                "`#[derive(Module)]` is for structs and `{name}` is an enum: write `impl Module for {name}` by hand, with a \
                 `match self` in `visit` and `visit_mut` that visits what each variant holds"
            ),
        )),
        Data::Union(data) => Err(Error::new(
            data.union_token.span,
            format!("`#[derive(Module)]` is for structs and `{name}` is a union: make it a struct"),
        )),
    }
}

fn name(member: &Member) -> String {
    match member {
        Member::Named(ident) => ident.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}
