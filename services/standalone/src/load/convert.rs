//! From what is written to what the contract wants, with every disagreement named.
//!
//! Keys are the contract's own field names and values follow `ProtoJSON`, with three liberties: enum values
//! may be short (`SPRING_GALA`), a count may be a number or `">=20"`, and `"@key"` stands for a record above.

use jianyi_kernel::{Count, Division, FuzzyDate, Modality, Violation};
use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind as FieldKind, MessageDescriptor, Value};

use super::catalogue::GIVEN_BY_SERVICE;
use super::cell::{Cell, Field};
use super::datum::Datum;

const COUNT: &str = "jianyi.api.v1.Count";

/// Something wrong, by the line it stands on.
pub(super) type Fault = (usize, String);

/// Converts values; `resolve` finds the position of a record by its key.
pub(super) struct Converter<'a> {
    pub(super) resolve: &'a dyn Fn(&str) -> Result<usize, String>,
    pub(super) faults: Vec<Fault>,
}

impl Converter<'_> {
    /// The fields of a resource.
    pub(super) fn resource(
        &mut self,
        of: &MessageDescriptor,
        fields: &[Field],
    ) -> Vec<(FieldDescriptor, Datum)> {
        self.fields(of, fields, &GIVEN_BY_SERVICE)
    }

    fn fields(
        &mut self,
        of: &MessageDescriptor,
        fields: &[Field],
        barred: &[&str],
    ) -> Vec<(FieldDescriptor, Datum)> {
        let mut out: Vec<(FieldDescriptor, Datum)> = Vec::new();
        for Field { key, line, value } in fields {
            let known = of
                .get_field_by_name(key)
                .filter(|_| !barred.contains(&key.as_str()));
            let Some(descriptor) = known else {
                let allowed: Vec<String> = of
                    .fields()
                    .map(|field| field.name().to_owned())
                    .filter(|name| !barred.contains(&name.as_str()))
                    .collect();
                let what = format!(
                    "`{key}` is not a field of {}; it has: {}",
                    of.name(),
                    allowed.join(", ")
                );
                self.faults.push((*line, what));
                continue;
            };
            if let Some(other) = out.iter().find(|(other, _)| same_oneof(other, &descriptor)) {
                let what = format!("`{key}` and `{}` exclude each other", other.0.name());
                self.faults.push((*line, what));
                continue;
            }
            match self.field(&descriptor, value) {
                Ok(Some(datum)) => out.push((descriptor, datum)),
                Ok(None) => {}
                Err(what) => self.faults.push((*line, format!("`{key}`: {what}"))),
            }
        }
        out
    }

    /// `None` when the value says that nothing is known.
    fn field(&mut self, field: &FieldDescriptor, cell: &Cell) -> Result<Option<Datum>, String> {
        if field.is_map() {
            return Err("cannot be written in a data file".into());
        }
        if !field.is_list() {
            return self.single(field, cell);
        }
        let Cell::List(cells) = cell else {
            return Err(format!("a list is wanted, not {}", cell.describe()));
        };
        let mut items = Vec::new();
        for cell in cells {
            items.extend(self.single(field, cell)?);
        }
        Ok(Some(Datum::List(items)))
    }

    fn single(&mut self, field: &FieldDescriptor, cell: &Cell) -> Result<Option<Datum>, String> {
        let wanted = |what: &str| format!("{what} is wanted, not {}", cell.describe());
        Ok(Some(match (field.kind(), cell) {
            (FieldKind::String, Cell::Text(text)) => self.text(field.name(), text)?,
            (FieldKind::String, _) => return Err(wanted("text in quotes")),
            (FieldKind::Bool, Cell::Truth(truth)) => Datum::Plain(Value::Bool(*truth)),
            (FieldKind::Bool, _) => return Err(wanted("true or false")),
            (FieldKind::Enum(of), Cell::Text(text)) => Datum::Plain(enum_value(&of, text)?),
            (FieldKind::Enum(of), _) => return Err(wanted(&format!("one of {}", enum_names(&of)))),
            (FieldKind::Message(of), cell) if of.full_name() == COUNT => return count(&of, cell),
            (FieldKind::Message(of), Cell::Table(fields)) => {
                Datum::Message(of.clone(), self.fields(&of, fields, &[]))
            }
            (FieldKind::Message(of), _) => {
                return Err(wanted(&format!("a table with the fields of {}", of.name())));
            }
            (kind, cell) => {
                Datum::Plain(whole(&kind, cell).ok_or_else(|| wanted("a whole number that fits"))?)
            }
        }))
    }

    fn text(&self, name: &str, text: &str) -> Result<Datum, String> {
        match text.strip_prefix('@') {
            Some(escaped) if escaped.starts_with('@') => Ok(Datum::text(escaped)),
            Some(key) => (self.resolve)(key).map(Datum::Reference),
            None => check_notation(name, text).map(|()| Datum::text(text)),
        }
    }
}

fn same_oneof(one: &FieldDescriptor, other: &FieldDescriptor) -> bool {
    one.containing_oneof()
        .is_some_and(|of| Some(of) == other.containing_oneof())
}

/// The contract calls dates `…_on` and divisions `division`, `…_division` or `destinations`; a slip in one
/// is better found now than after half of the folder.
fn check_notation(name: &str, text: &str) -> Result<(), String> {
    let english = |violation: Violation| violation.message;
    if text.is_empty() {
        return Ok(());
    }
    if name.ends_with("_on")
        || matches!(
            name,
            "as_of"
                | "since"
                | "from_day"
                | "to_day"
                | "valid_from"
                | "valid_to"
                | "window"
                | "sub_windows"
        )
    {
        FuzzyDate::parse(name, text).map_err(english)?;
    }
    if name == "division" || name.ends_with("_division") || name == "destinations" {
        Division::parse(name, text).map_err(english)?;
    }
    Ok(())
}

fn enum_value(of: &EnumDescriptor, text: &str) -> Result<Value, String> {
    of.values()
        .find(|value| value.name() == text || short(of, value.name()) == text)
        .map(|value| Value::EnumNumber(value.number()))
        .ok_or_else(|| format!("{text:?} is not one of {}", enum_names(of)))
}

fn enum_names(of: &EnumDescriptor) -> String {
    let names: Vec<String> = of
        .values()
        .skip(1)
        .map(|value| short(of, value.name()).to_owned())
        .collect();
    names.join(", ")
}

/// `SPRING_GALA` of `EVENT_KIND_SPRING_GALA`: what all values but the enum's own words begin with is the
/// first value without `UNSPECIFIED`.
fn short<'a>(of: &EnumDescriptor, name: &'a str) -> &'a str {
    let first = of.default_value();
    let prefix = first.name().strip_suffix("UNSPECIFIED").unwrap_or_default();
    name.strip_prefix(prefix).unwrap_or(name)
}

fn whole(kind: &FieldKind, cell: &Cell) -> Option<Value> {
    let number = match cell {
        Cell::Whole(number) => *number,
        // ProtoJSON writes 64-bit numbers as text.
        Cell::Text(text) => text.parse().ok()?,
        Cell::Truth(_) | Cell::List(_) | Cell::Table(_) => return None,
    };
    match kind {
        FieldKind::Int32 | FieldKind::Sint32 | FieldKind::Sfixed32 => {
            i32::try_from(number).ok().map(Value::I32)
        }
        FieldKind::Int64 | FieldKind::Sint64 | FieldKind::Sfixed64 => Some(Value::I64(number)),
        FieldKind::Uint32 | FieldKind::Fixed32 => u32::try_from(number).ok().map(Value::U32),
        FieldKind::Uint64 | FieldKind::Fixed64 => u64::try_from(number).ok().map(Value::U64),
        FieldKind::Double
        | FieldKind::Float
        | FieldKind::Bool
        | FieldKind::String
        | FieldKind::Bytes
        | FieldKind::Message(_)
        | FieldKind::Enum(_) => None,
    }
}

/// `20`, `">=20"`, `"~50"`, `"20余"`; an empty text is unknown and is not sent.
fn count(of: &MessageDescriptor, cell: &Cell) -> Result<Option<Datum>, String> {
    let count = match cell {
        Cell::Whole(number) => Count::new("", Some(*number), Modality::Exact),
        Cell::Text(text) => Count::parse("", text),
        Cell::Truth(_) | Cell::List(_) | Cell::Table(_) => {
            return Err(format!(
                "write a count as 20, \">=20\", \"~50\" or \"\", not as {}",
                cell.describe()
            ));
        }
    }
    .map_err(|violation| violation.message)?;
    let Some(value) = count.value() else {
        return Ok(None);
    };
    let modality = jianyi_proto::api::v1::Count::from(count).modality;
    let fields = [
        ("value", Value::I64(value)),
        ("modality", Value::EnumNumber(modality)),
    ];
    let fields = fields
        .into_iter()
        .filter_map(|(name, value)| Some((of.get_field_by_name(name)?, Datum::Plain(value))))
        .collect();
    Ok(Some(Datum::Message(of.clone(), fields)))
}
