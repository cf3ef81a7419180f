//! Points and initial weights, read from JSON.

use std::path::{Path, PathBuf};
use std::{fs, io};

use rappel::prelude::*;
use serde_json::Value;

/// Labelled points of the plane, and the layers of a net that gives each a score.
#[derive(Debug)]
pub struct Fixture {
    /// `[n, 2]`.
    pub x: Tensor<f64>,
    /// `[n, 1]`, each -1 or 1.
    pub y: Tensor<f64>,
    /// From 2 numbers to 1.
    pub layers: Vec<Linear<f64>>,
}

/// Why a file is no fixture.
#[derive(Debug, thiserror::Error)]
pub enum FixtureError {
    /// There is no such file, or it may not be read.
    #[error("{}: cannot be read: {}; expected a fixture as JSON", file.display(), why.kind())]
    Read {
        /// The file.
        file: PathBuf,
        /// The system's reason.
        why: io::Error,
    },

    /// The text is no JSON, which NaN and infinities are not either.
    #[error("{}: is not JSON: {why}", file.display())]
    Json {
        /// The file.
        file: PathBuf,
        /// The parser's reason, with line and column.
        why: serde_json::Error,
    },

    /// Something is missing, of another kind, or does not fit the rest.
    #[error("{}: `{place}` {found}; expected {expected}", file.display())]
    Content {
        /// The file.
        file: PathBuf,
        /// Where in the file: `weights[1][3]`.
        place: String,
        /// What is there, in words.
        found: String,
        /// What should be there.
        expected: String,
    },
}

impl Fixture {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read or is no fixture; the message names the place.
    pub fn read(file: impl AsRef<Path>) -> Result<Self, FixtureError> {
        let file = file.as_ref();
        let bytes = fs::read(file).map_err(|why| FixtureError::Read { file: file.to_owned(), why })?;
        Fixture::parse(file, &bytes)
    }

    /// Reads the content of a file, which messages call by its name.
    ///
    /// # Errors
    /// When it is no fixture; the message names the place.
    pub fn parse(file: impl AsRef<Path>, bytes: &[u8]) -> Result<Self, FixtureError> {
        let file = file.as_ref().to_owned();
        let root = match serde_json::from_slice(bytes) {
            Ok(root) => root,
            Err(why) => return Err(FixtureError::Json { file, why }),
        };
        let content = |Misfit { place, found, expected }| FixtureError::Content { file, place, found, expected };
        Fixture::of(&root).map_err(content)
    }

    fn of(root: &Value) -> Result<Self, Misfit> {
        let key = |name: &str| Place { value: root.get(name), path: name.to_owned() };
        let x = key("x").matrix(2, "[n, 2]")?;
        let points = x.shape()[0];
        let mut y = Vec::with_capacity(points);
        for label in key("y").list(Some(points), "a label for each point in `x`")? {
            match label.number()? {
                sign @ (-1.0 | 1.0) => y.push(sign),
                other => return Err(label.is(format!("is {other}"), "-1 or 1")),
            }
        }
        let mut layers = Vec::new();
        let weights = key("weights").list(None, "a matrix [out, in] per layer")?;
        let biases = key("biases").list(Some(weights.len()), "a list for each layer in `weights`")?;
        let mut inputs = 2;
        for (weight, bias) in weights.iter().zip(&biases) {
            let matrix = weight.matrix(inputs, "[out, in], where `in` is what the layer before gives, 2 at first")?;
            inputs = matrix.shape()[0];
            let bias = bias.list(Some(inputs), "a number for each row of the layer's weights")?;
            let bias = bias.iter().map(Place::number).collect::<Result<Vec<f64>, _>>()?;
            layers.push(Linear { weight: Param::new(matrix), bias: Some(Param::new(Tensor::from(bias))) });
        }
        if let (Some(last), 2..) = (weights.last(), inputs) {
            return Err(last.is(format!("has {inputs} rows"), "1: the last layer gives the score"));
        }
        Ok(Fixture { x, y: Tensor::new(y, &[points, 1]), layers })
    }
}

/// What does not fit, without the name of the file.
struct Misfit {
    place: String,
    found: String,
    expected: String,
}

/// A value in the file, none if it is missing, and the way to it.
struct Place<'a> {
    value: Option<&'a Value>,
    path: String,
}

impl<'a> Place<'a> {
    fn is(&self, found: impl Into<String>, expected: impl Into<String>) -> Misfit {
        Misfit { place: self.path.clone(), found: found.into(), expected: expected.into() }
    }

    /// Something else than it should be.
    fn is_not(&self, expected: impl Into<String>) -> Misfit {
        let found = match self.value {
            None => "is missing",
            Some(Value::Null) => "is null",
            Some(Value::Bool(_)) => "is a truth value",
            Some(Value::Number(_)) => "is a number",
            Some(Value::String(_)) => "is a string",
            Some(Value::Array(_)) => "is a list",
            Some(Value::Object(_)) => "is an object",
        };
        self.is(found, expected)
    }

    fn number(&self) -> Result<f64, Misfit> {
        self.value.and_then(Value::as_f64).ok_or_else(|| self.is_not("a number"))
    }

    /// The elements of a list, which is not empty, and as long as it should be.
    fn list(&self, len: Option<usize>, of: &str) -> Result<Vec<Place<'a>>, Misfit> {
        let Some(Value::Array(all)) = self.value else { return Err(self.is_not(format!("a list: {of}"))) };
        match len {
            _ if all.is_empty() => Err(self.is("is empty", of)),
            Some(len) if len != all.len() => Err(self.is(format!("has length {}", all.len()), format!("{len}: {of}"))),
            _ => {
                let place = |(i, value)| Place { value: Some(value), path: format!("{}[{i}]", self.path) };
                Ok(all.iter().enumerate().map(place).collect())
            }
        }
    }

    /// Rows of so many numbers.
    fn matrix(&self, columns: usize, shape: &str) -> Result<Tensor<f64>, Misfit> {
        let rows = self.list(None, shape)?;
        let mut values = Vec::with_capacity(rows.len() * columns);
        for row in &rows {
            for entry in row.list(Some(columns), shape)? {
                values.push(entry.number()?);
            }
        }
        Ok(Tensor::new(values, &[rows.len(), columns]))
    }
}
