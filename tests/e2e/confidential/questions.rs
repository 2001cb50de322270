//! Requests of a method that might find somebody hidden.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MethodDescriptor, Value};

use super::hidden::Hidden;
use super::names::Names;

/// The plain request, one for every name of the kind that a field expects, and one for everything that names a
/// hidden person where it does.
pub(super) fn questions(
    method: &MethodDescriptor,
    names: &Names,
    hidden: &[Hidden],
) -> Vec<DynamicMessage> {
    let input = method.input();
    let mut base = DynamicMessage::new(input.clone());
    for field in input.fields() {
        let value = match (field.name(), field.kind()) {
            ("year", Kind::Int32) => Value::I32(2024),
            ("page_size", Kind::Int32) => Value::I32(500),
            ("service", _) => Value::String("member/410611".into()),
            ("festival" | "benefit", Kind::Enum(_)) => Value::EnumNumber(1),
            // Where a request hangs, it hangs there always; what it is about changes.
            ("parent", _) => match names.wanted(method, &field).and_then(|names| first(&names)) {
                Some(parent) => Value::String(parent),
                None => continue,
            },
            _ => continue,
        };
        base.set_field(&field, value);
    }
    let mut questions = Vec::new();
    let needs_a_name = input.fields().any(|field| field.name() == "name");
    if !needs_a_name {
        questions.push(base.clone());
    }
    for field in input.fields() {
        let wanted = names.wanted(method, &field).unwrap_or_default();
        // The first of the parents is in the plain request.
        let told_already = usize::from(field.name() == "parent" && !needs_a_name);
        for name in wanted.into_iter().skip(told_already) {
            questions.push(with(&base, &field, &name));
        }
        for somebody in hidden {
            let mut there = base.clone();
            if there
                .get_field_by_name("parent")
                .is_some_and(|parent| parent.as_str() == Some("counties/-"))
            {
                there.set_field_by_name("parent", Value::String(somebody.county()));
            }
            for text in texts(method, &field, names, somebody) {
                questions.push(with(&there, &field, &text));
            }
        }
    }
    questions
}

fn first(names: &[String]) -> Option<String> {
    names.first().cloned()
}

fn with(base: &DynamicMessage, field: &FieldDescriptor, text: &str) -> DynamicMessage {
    let mut question = base.clone();
    let text = Value::String(text.to_owned());
    let value = if field.is_list() {
        Value::List(vec![text])
    } else {
        text
    };
    question.set_field(field, value);
    question
}

/// What of somebody a field may be asked for.
fn texts(
    method: &MethodDescriptor,
    field: &FieldDescriptor,
    names: &Names,
    somebody: &Hidden,
) -> Vec<String> {
    if !matches!(field.kind(), Kind::String) {
        return Vec::new();
    }
    let part: String = somebody.full_name.chars().take(2).collect();
    let of_kind = |collection: &str| {
        names
            .wanted(method, field)
            .and_then(|names| first(&names))
            .is_some_and(|name| name.contains(collection))
    };
    match field.name() {
        "query" => vec![
            somebody.full_name.clone(),
            part,
            somebody.citizen_id.clone(),
            somebody.phone.clone(),
        ],
        "citizen_id" => vec![somebody.citizen_id.clone()],
        "phone" => vec![somebody.phone.clone()],
        "resource" => vec![somebody.hero.clone(), somebody.person.clone()],
        _ if of_kind("/people/") => vec![somebody.person.clone()],
        _ if of_kind("/heroes/") => vec![somebody.hero.clone()],
        _ => Vec::new(),
    }
}
