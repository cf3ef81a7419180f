//! The table of all importers.

use super::importer::Row;
use super::recipes::{Recipe, recipes};
use super::{fastai, keras, none, optax, timm, torch, transformers};
use crate::Schedule;
use crate::text::{Args, Entry, EntryKind, ParseError, did_you_mean};

const LIBRARIES: [&[Row]; 6] = [torch::ROWS, optax::ROWS, keras::ROWS, transformers::ROWS, timm::ROWS, fastai::ROWS];

fn rows() -> impl Iterator<Item = &'static Row> {
    LIBRARIES.into_iter().flatten()
}

/// What a call to another library's function, or to a recipe, means in the algebra's own words.
pub(crate) fn read(args: &mut Args<'_>) -> Result<Schedule, ParseError> {
    let name = args.call().name();
    if let Some(row) = rows().find(|row| row.name == name) {
        return (row.read)(args);
    }
    if let Some(recipe) = name.strip_prefix("recipe::").and_then(Recipe::find) {
        return recipe.call(args);
    }
    let recipes = recipes().map(|recipe| format!("recipe::{}", recipe.name()));
    let names: Vec<String> = rows().map(|row| row.name.into()).chain(recipes).collect();
    Err(args.wrong(match none::reason(name) {
        Some(reason) => format!("`{name}` {reason}"),
        None => format!("there is no `{name}`{}", did_you_mean(name, names.iter().map(String::as_str))),
    }))
}

/// The names there are.
pub(crate) fn entries() -> impl Iterator<Item = Entry> {
    let importers = rows().map(|row| {
        let signature = format!("{}({})", row.name, (row.signature)());
        // The first paragraph of the documentation.
        let line = row.about.split("\n\n").next().unwrap_or_default().trim().replace('\n', "");
        Entry::new(EntryKind::Importer, row.name.into(), signature.into(), line.into())
    });
    importers.chain(recipes().map(|recipe| {
        let name = format!("recipe::{}", recipe.name());
        Entry::new(EntryKind::Recipe, name.into(), recipe.signature().into(), recipe.about().into())
    }))
}
