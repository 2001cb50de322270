//! One record as written, made into a fact that can be sent.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use jianyi_kernel::{Division, DivisionLevel, Provenance};
use prost_reflect::prost::Message as _;
use prost_reflect::{DynamicMessage, Kind as FieldKind, Value};
use uuid::Uuid;

use super::catalogue::{Kind, Parent};
use super::cell::{Cell, Field};
use super::convert::{Converter, Fault};
use super::datum::Datum;
use super::error::Position;
use super::source::Entry;

/// Keys that are about the record and not fields of the resource.
const OF_RECORD: [&str; 5] = ["key", "source", "location", "parent", "county"];

/// Fields by which people know a record.
const TITLES: [&str; 4] = ["title", "display_name", "subject", "line_no"];

/// A fact: one record, or several that say the same.
pub(super) struct Fact {
    pub(super) kind: Arc<Kind>,
    pub(super) at: Position,
    pub(super) key: Option<String>,
    pub(super) sources: Vec<String>,
    pub(super) locations: Vec<String>,
    pub(super) request_id: Uuid,
    parent: Option<Datum>,
    resource: Datum,
}

/// What a record needs to know of the rest of the folder.
pub(super) struct Surroundings<'a> {
    /// The city of the folder.
    pub(super) city: &'a str,
    /// Position of a fact by the key of one of its records.
    pub(super) resolve: &'a dyn Fn(&str) -> Result<usize, String>,
}

/// Without the fields: they may hold a person's name.
impl fmt::Debug for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fact")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

impl Fact {
    /// Reads a record; all that is wrong with it goes to `faults`.
    pub(super) fn read(
        kind: &Arc<Kind>,
        entry: &Entry,
        around: &Surroundings<'_>,
        faults: &mut Vec<Fault>,
    ) -> Self {
        let (own, fields): (Vec<&Field>, Vec<&Field>) = entry
            .fields
            .iter()
            .partition(|field| OF_RECORD.contains(&field.key.as_str()));
        let fields: Vec<Field> = fields.into_iter().cloned().collect();
        let mut converter = Converter {
            resolve: around.resolve,
            faults: Vec::new(),
        };
        let mut resource = converter.resource(&kind.resource, &fields);
        faults.append(&mut converter.faults);

        let mut fact = Self {
            kind: Arc::clone(kind),
            at: entry.at.clone(),
            key: None,
            sources: Vec::new(),
            locations: Vec::new(),
            request_id: Uuid::nil(),
            parent: None,
            resource: Datum::texts(&[]),
        };
        let mut county = around.city.to_owned();
        for field in own {
            let result = match (field.key.as_str(), &field.value) {
                ("key", Cell::Text(key)) if is_key(key) => {
                    fact.key = Some(key.clone());
                    Ok(())
                }
                ("key", _) => Err("a key is letters, digits and . _ -".into()),
                ("source", cell) => texts(cell).map(|codes| fact.sources = codes),
                ("location", cell) => texts(cell).map(|codes| fact.locations = codes),
                ("parent", cell) => fact.read_parent(cell, around),
                (_, Cell::Text(code)) if kind.parent == Parent::County => {
                    six_digits(code).map(|()| county.clone_from(code))
                }
                (_, cell) => Err(county_problem(kind, cell)),
            };
            if let Err(what) = result {
                faults.push((field.line, format!("`{}`: {what}", field.key)));
            }
        }
        match kind.parent {
            Parent::County => fact.parent = Some(Datum::text(format!("counties/{county}"))),
            Parent::Resource
                if fact.parent.is_none()
                    && !entry.fields.iter().any(|field| field.key == "parent") =>
            {
                faults.push((
                    entry.at.line,
                    format!(
                        "a {} stands under another record; say parent = \"@key\"",
                        kind.name
                    ),
                ));
            }
            Parent::None | Parent::Resource => {}
        }
        if let Err(violation) = Provenance::parse(fact.sources.clone(), fact.locations.clone()) {
            faults.push((
                entry.at.line,
                format!("{}: {}", violation.field, violation.message),
            ));
        }
        // A service that serves one city would take its own for it; a folder says which city it means.
        if kind.parent != Parent::County
            && let Some(division) = kind.resource.get_field_by_name("division")
            && !resource.iter().any(|(field, _)| *field == division)
        {
            resource.push((division, Datum::text(around.city)));
        }
        fact.resource = Datum::Message(kind.resource.clone(), resource);
        fact
    }

    fn read_parent(&mut self, cell: &Cell, around: &Surroundings<'_>) -> Result<(), String> {
        let Cell::Text(text) = cell else {
            return Err(format!(
                "\"@key\" or a resource name is wanted, not {}",
                cell.describe()
            ));
        };
        match self.kind.parent {
            Parent::Resource => {}
            Parent::County => {
                return Err("this kind stands under a county; say county = \"410611\"".into());
            }
            Parent::None => return Err("this kind stands under nothing".into()),
        }
        self.parent = Some(match text.strip_prefix('@') {
            Some(key) => Datum::Reference((around.resolve)(key)?),
            None if text.contains('/') => Datum::text(text),
            None => {
                return Err(format!(
                    "\"@key\" or a resource name is wanted, not {text:?}"
                ));
            }
        });
        Ok(())
    }

    /// The facts that have to be there before this one.
    pub(super) fn needs(&self) -> BTreeSet<usize> {
        let mut needs = BTreeSet::new();
        self.resource.references(&mut needs);
        if let Some(parent) = &self.parent {
            parent.references(&mut needs);
        }
        needs
    }

    /// What the fact says, in one text; equal for two records that say the same.
    pub(super) fn says(&self, ids: &[Uuid]) -> String {
        let mut text = format!("{} ", self.kind.name);
        if let Some(parent) = &self.parent {
            parent.write(ids, &mut text);
        }
        self.resource.write(ids, &mut text);
        let mut sources = self.sources.clone();
        sources.sort();
        let _ = write!(text, "{sources:?}");
        text
    }

    /// What people call it: the key, or its title, or its kind. Never a field that could hold a person's name.
    pub(super) fn label(&self) -> String {
        let Datum::Message(_, fields) = &self.resource else {
            return String::new();
        };
        let title = fields.iter().find_map(|(field, datum)| match datum {
            Datum::Plain(Value::String(text)) if TITLES.contains(&field.name()) => {
                Some(text.clone())
            }
            Datum::Plain(_) | Datum::Reference(_) | Datum::List(_) | Datum::Message(..) => None,
        });
        let kind = fields
            .iter()
            .find_map(|(field, datum)| match (field.kind(), datum) {
                (FieldKind::Enum(of), Datum::Plain(Value::EnumNumber(number))) => {
                    Some(of.get_value(*number)?.name().to_owned())
                }
                _ => None,
            });
        let place = || format!("{}:{}", self.at.file, self.at.line);
        self.key.clone().or(title).or(kind).unwrap_or_else(place)
    }

    /// The encoded request; `None` when something it refers to has no name.
    pub(super) fn request(&self, names: &[Option<String>]) -> Option<Vec<u8>> {
        let mut request = DynamicMessage::new(self.kind.request.clone());
        if let Some(parent) = &self.parent {
            request.set_field_by_name("parent", parent.value(names)?);
        }
        let Value::Message(mut resource) = self.resource.value(names)? else {
            return None;
        };
        if let Some(Value::Message(provenance)) = resource.get_field_by_name_mut("provenance") {
            for (name, codes) in [("sources", &self.sources), ("locations", &self.locations)] {
                provenance.set_field_by_name(name, Datum::texts(codes).value(names)?);
            }
        }
        request.set_field(&self.kind.body, Value::Message(resource));
        request.set_field_by_name("request_id", Value::String(self.request_id.to_string()));
        Some(request.encode_to_vec())
    }
}

fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

fn texts(cell: &Cell) -> Result<Vec<String>, String> {
    let one = |cell: &Cell| match cell {
        Cell::Text(text) => Ok(text.clone()),
        Cell::Whole(_) | Cell::Truth(_) | Cell::List(_) | Cell::Table(_) => Err(format!(
            "text or a list of texts is wanted, not {}",
            cell.describe()
        )),
    };
    match cell {
        Cell::List(cells) => cells.iter().map(one).collect(),
        Cell::Text(_) | Cell::Whole(_) | Cell::Truth(_) | Cell::Table(_) => Ok(vec![one(cell)?]),
    }
}

fn six_digits(code: &str) -> Result<(), String> {
    match Division::parse("county", code).map(|division| division.level()) {
        Ok(DivisionLevel::City | DivisionLevel::County) => Ok(()),
        Ok(DivisionLevel::Township | DivisionLevel::Village) | Err(_) => {
            Err(format!("six digits in quotes are wanted, not {code:?}"))
        }
    }
}

fn county_problem(kind: &Kind, cell: &Cell) -> String {
    match kind.parent {
        Parent::County => format!("six digits in quotes are wanted, not {}", cell.describe()),
        Parent::None | Parent::Resource => format!("a {} does not stand under a county", kind.name),
    }
}
