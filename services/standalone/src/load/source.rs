//! The files of a folder as records in the order in which they are written, each with its line.
//!
//! TOML tables have no order; what is above what decides which record may refer to which, so the order
//! is taken from the places in the text.

use std::fs;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::cell::{Cell, Field};
use super::error::{LoadError, Position, Problem};

/// The table that says what the folder is.
const HEADER: &str = "record";

/// One record as written.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) at: Position,
    pub(super) kind: String,
    pub(super) fields: Vec<Field>,
}

/// Everything in a folder.
#[derive(Debug, Default)]
pub(super) struct Folder {
    pub(super) headers: Vec<(Position, Vec<Field>)>,
    pub(super) entries: Vec<Entry>,
    pub(super) problems: Vec<Problem>,
}

/// Reads the `.toml` files of a folder in the order of their names.
pub(super) fn read(dir: &Path) -> Result<Folder, LoadError> {
    let unreadable = |path: &Path| {
        let path = path.to_path_buf();
        move |source| LoadError::Io { path, source }
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(unreadable(dir))? {
        let path = entry.map_err(unreadable(dir))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            paths.push(path);
        }
    }
    paths.sort();
    let mut folder = Folder::default();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(unreadable(&path))?;
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        folder.add(&file, &text);
    }
    if folder.entries.is_empty() && folder.problems.is_empty() {
        return Err(LoadError::Empty(dir.to_path_buf()));
    }
    Ok(folder)
}

impl Folder {
    /// Adds the records of one file.
    pub(super) fn add(&mut self, file: &str, text: &str) {
        // WPS and Notepad put a byte order mark in front.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = Lines::of(file, text);
        let document = match DeTable::parse(text) {
            Ok(document) => document.into_inner(),
            Err(error) => {
                let at = lines.position(error.span().map_or(0, |span| span.start));
                self.problems.push(Problem {
                    at,
                    what: format!("not TOML: {}", error.message()),
                });
                return;
            }
        };
        let mut found: Vec<(usize, String, DeTable<'_>)> = Vec::new();
        for (context, value) in document {
            let at = lines.position(context.span().start);
            match (context.get_ref().as_ref(), value.into_inner()) {
                (HEADER, DeValue::Table(header)) => {
                    let fields = self.fields(&lines, &at, header);
                    self.headers.push((at, fields));
                }
                (context, DeValue::Table(kinds)) => {
                    for (kind, records) in kinds {
                        let at = lines.position(kind.span().start);
                        let name = format!("{context}.{}", kind.get_ref());
                        let DeValue::Array(records) = records.into_inner() else {
                            self.problems.push(not_a_record(at, &name));
                            continue;
                        };
                        for record in records {
                            let start = record.span().start;
                            let DeValue::Table(table) = record.into_inner() else {
                                self.problems
                                    .push(not_a_record(lines.position(start), &name));
                                continue;
                            };
                            found.push((start, name.clone(), table));
                        }
                    }
                }
                (context, _) => self.problems.push(not_a_record(at, context)),
            }
        }
        found.sort_by_key(|(start, ..)| *start);
        for (index, (start, kind, table)) in found.into_iter().enumerate() {
            let at = Position {
                record: index + 1,
                label: kind.clone(),
                ..lines.position(start)
            };
            let fields = self.fields(&lines, &at, table);
            let key = fields.iter().find(|field| field.key == "key");
            let key = key
                .and_then(|field| field.value.text())
                .map(|key| format!("{kind} {key:?}"));
            let at = Position {
                label: key.unwrap_or(at.label),
                ..at
            };
            self.entries.push(Entry { at, kind, fields });
        }
    }

    fn fields(&mut self, lines: &Lines<'_>, at: &Position, table: DeTable<'_>) -> Vec<Field> {
        let mut fields = Vec::new();
        for (key, value) in table {
            let line = lines.line(key.span().start);
            let key = key.into_inner().into_owned();
            match self.cell(lines, at, value.into_inner()) {
                Ok(value) => fields.push(Field { key, line, value }),
                Err(what) => {
                    let at = Position { line, ..at.clone() };
                    self.problems.push(Problem {
                        at,
                        what: format!("`{key}`: {what}"),
                    });
                }
            }
        }
        fields.sort_by_key(|field| field.line);
        fields
    }

    fn cell(
        &mut self,
        lines: &Lines<'_>,
        at: &Position,
        value: DeValue<'_>,
    ) -> Result<Cell, String> {
        Ok(match value {
            DeValue::String(text) => Cell::Text(text.into_owned()),
            DeValue::Boolean(truth) => Cell::Truth(truth),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map(Cell::Whole)
                .map_err(|_| format!("{number} is too large"))?,
            // Dates may be written without quotes; times of day may not, they need a zone and a reason.
            DeValue::Datetime(date) if date.time.is_none() && date.offset.is_none() => {
                Cell::Text(date.to_string())
            }
            DeValue::Datetime(_) => {
                return Err("a time of day has no place here; write a date".into());
            }
            DeValue::Float(number) => {
                return Err(format!(
                    "{} has decimals; counts are whole, and amounts are in fen",
                    number.as_str()
                ));
            }
            DeValue::Array(values) => Cell::List(
                values
                    .into_iter()
                    .map(|value| self.cell(lines, at, value.into_inner()))
                    .collect::<Result<_, _>>()?,
            ),
            DeValue::Table(table) => Cell::Table(self.fields(lines, at, table)),
        })
    }
}

fn not_a_record(at: Position, name: &str) -> Problem {
    let what = format!(
        "`{name}` is not a record; records are written [[context.Kind]], e.g. [[publicity.Event]]"
    );
    Problem { at, what }
}

/// Lines of a text by byte offset.
struct Lines<'a> {
    file: &'a str,
    text: &'a str,
}

impl<'a> Lines<'a> {
    const fn of(file: &'a str, text: &'a str) -> Self {
        Self { file, text }
    }

    fn line(&self, offset: usize) -> usize {
        self.text
            .bytes()
            .take(offset)
            .filter(|byte| *byte == b'\n')
            .count()
            + 1
    }

    fn position(&self, offset: usize) -> Position {
        Position {
            file: self.file.into(),
            line: self.line(offset),
            record: 0,
            label: String::new(),
        }
    }
}
