//! A value that is ready to be sent but for the names of the records it refers to.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use prost_reflect::prost::Message as _;
use prost_reflect::{DynamicMessage, FieldDescriptor, MessageDescriptor, Value};
use uuid::Uuid;

/// A value of a field. References are positions in the plan.
#[derive(Debug, Clone)]
pub(super) enum Datum {
    Plain(Value),
    Reference(usize),
    List(Vec<Datum>),
    Message(MessageDescriptor, Vec<(FieldDescriptor, Datum)>),
}

impl Datum {
    /// A text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Plain(Value::String(text.into()))
    }

    /// A list of texts.
    pub(super) fn texts(texts: &[String]) -> Self {
        Self::List(texts.iter().map(Self::text).collect())
    }

    /// The value to send; `None` when a record it refers to has no name.
    pub(super) fn value(&self, names: &[Option<String>]) -> Option<Value> {
        Some(match self {
            Self::Plain(value) => value.clone(),
            Self::Reference(to) => Value::String(names.get(*to)?.clone()?),
            Self::List(items) => Value::List(
                items
                    .iter()
                    .map(|item| item.value(names))
                    .collect::<Option<_>>()?,
            ),
            Self::Message(descriptor, fields) => {
                let mut message = DynamicMessage::new(descriptor.clone());
                for (field, datum) in fields {
                    message.set_field(field, datum.value(names)?);
                }
                Value::Message(message)
            }
        })
    }

    /// Adds the positions it refers to.
    pub(super) fn references(&self, into: &mut BTreeSet<usize>) {
        match self {
            Self::Plain(_) => {}
            Self::Reference(to) => {
                into.insert(*to);
            }
            Self::List(items) => items.iter().for_each(|item| item.references(into)),
            Self::Message(_, fields) => fields.iter().for_each(|(_, datum)| datum.references(into)),
        }
    }

    /// Writes it so that equal values are written equally, whatever the order of their keys. References are
    /// written as the request ids of what they refer to: these do not change when other records come and go.
    pub(super) fn write(&self, ids: &[Uuid], out: &mut String) {
        match self {
            Self::Plain(value) => write_plain(value, out),
            Self::Reference(to) => {
                let id = ids.get(*to).copied().unwrap_or_default();
                let _ = write!(out, "@{id}");
            }
            Self::List(items) => {
                out.push('[');
                for item in items {
                    item.write(ids, out);
                    out.push(',');
                }
                out.push(']');
            }
            Self::Message(_, fields) => {
                let mut fields: Vec<_> = fields.iter().collect();
                fields.sort_by_key(|(field, _)| field.number());
                out.push('{');
                for (field, datum) in fields {
                    let _ = write!(out, "{}=", field.name());
                    datum.write(ids, out);
                    out.push(';');
                }
                out.push('}');
            }
        }
    }
}

fn write_plain(value: &Value, out: &mut String) {
    let _ = match value {
        Value::Bool(truth) => write!(out, "{truth}"),
        Value::I32(number) | Value::EnumNumber(number) => write!(out, "{number}"),
        Value::I64(number) => write!(out, "{number}"),
        Value::U32(number) => write!(out, "{number}"),
        Value::U64(number) => write!(out, "{number}"),
        Value::String(text) => write!(out, "{text:?}"),
        Value::Message(message) => write!(out, "{:?}", message.encode_to_vec()),
        // The converter makes none of these as plain values.
        Value::F32(_) | Value::F64(_) | Value::Bytes(_) | Value::List(_) | Value::Map(_) => Ok(()),
    };
}
