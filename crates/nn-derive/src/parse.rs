//! From the written struct or enum to the lists of fields to visit.

use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Error, Fields, Member, Result, Type};

use crate::attr::{self, FieldAttrs};

/// What is visited.
pub(crate) enum Shape<'a> {
    Struct(Vec<Field<'a>>),
    Enum(Vec<Variant<'a>>),
}

/// A variant of an enum.
pub(crate) struct Variant<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) fields: Vec<Field<'a>>,
}

/// A field that is visited.
pub(crate) struct Field<'a> {
    pub(crate) member: Member,
    /// Its part of the dotted path; none for the only field of a variant like `Some(..)`, which adds no name.
    pub(crate) name: Option<String>,
    pub(crate) ty: &'a Type,
}

/// The visited fields in the order of their declaration, or every mistake of the whole at once.
pub(crate) fn shape(input: &DeriveInput) -> Result<Shape<'_>> {
    let mut mistakes = Mistakes(attr::refuse(&input.attrs).err());
    let shape = match &input.data {
        Data::Struct(data) => Shape::Struct(fields(&data.fields, &mut mistakes)),
        Data::Enum(data) => {
            let mut variants = Vec::new();
            for variant in &data.variants {
                mistakes.note_all(attr::refuse(&variant.attrs));
                let mut fields = fields(&variant.fields, &mut mistakes);
                if let (Fields::Unnamed(all), [field]) = (&variant.fields, &mut fields[..])
                    && all.unnamed.len() == 1
                {
                    field.name = None;
                }
                variants.push(Variant { ident: &variant.ident, fields });
            }
            Shape::Enum(variants)
        }
        Data::Union(data) => {
            let name = &input.ident;
            let why =
                format!("`#[derive(Module)]` is for structs and enums, and `{name}` is a union: make it one of these");
            mistakes.note(Error::new(data.union_token.span, why));
            Shape::Struct(Vec::new())
        }
    };
    mistakes.0.map_or(Ok(shape), Err)
}

/// All that is wrong so far.
struct Mistakes(Option<Error>);

impl Mistakes {
    fn note(&mut self, mistake: Error) {
        match &mut self.0 {
            Some(all) => all.combine(mistake),
            None => self.0 = Some(mistake),
        }
    }

    fn note_all(&mut self, result: Result<()>) {
        if let Err(mistake) = result {
            self.note(mistake);
        }
    }
}

fn fields<'a>(fields: &'a Fields, mistakes: &mut Mistakes) -> Vec<Field<'a>> {
    let mut visited = Vec::new();
    for (field, member) in fields.iter().zip(fields.members()) {
        match FieldAttrs::parse(&field.attrs) {
            Err(mistake) => mistakes.note(mistake),
            Ok(FieldAttrs { skip: true }) => {}
            Ok(FieldAttrs { skip: false }) => {
                visited.push(Field { name: Some(name(&member)), member, ty: &field.ty });
            }
        }
    }
    visited
}

fn name(member: &Member) -> String {
    match member {
        Member::Named(ident) => ident.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}
