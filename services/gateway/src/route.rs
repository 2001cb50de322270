//! Which county a request is for, read from its resource names by the contract alone.

use jianyi_kernel::{Division, Fault, Violation};
use prost_reflect::{DynamicMessage, Kind, ReflectMessage as _, Value};

/// Where a request of the member service belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// It names no county: a table that is the same everywhere.
    Anywhere,
    /// It names this county.
    County(Division),
    /// `counties/-`: all of them.
    AllCounties,
}

/// Reads the place from `parent`, else `name`, else the `name` of a resource in the request (updates), else
/// the first text that is a resource name of a county.
pub(crate) fn place(request: &DynamicMessage) -> Result<Place, Fault> {
    for (field, name) in names(request) {
        if let Some(segment) = jianyi_proto::name::county_of(&name) {
            return parse(&field, segment);
        }
    }
    Ok(Place::Anywhere)
}

/// The texts of a request that may be resource names, the telling ones first.
fn names(request: &DynamicMessage) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for field in ["parent", "name"] {
        push(&mut found, field.to_owned(), request, field);
    }
    for field in request.descriptor().fields() {
        if matches!(field.kind(), Kind::Message(_))
            && !field.is_list()
            && !field.is_map()
            && request.has_field(&field)
            && let Some(resource) = request.get_field(&field).as_message()
        {
            push(
                &mut found,
                format!("{}.name", field.name()),
                resource,
                "name",
            );
        }
    }
    for field in request.descriptor().fields() {
        push(&mut found, field.name().to_owned(), request, field.name());
    }
    found
}

fn push(found: &mut Vec<(String, String)>, path: String, message: &DynamicMessage, field: &str) {
    let Some(value) = message.get_field_by_name(field) else {
        return;
    };
    if let Value::String(text) = value.as_ref() {
        found.push((path, text.clone()));
    }
}

fn parse(field: &str, segment: &str) -> Result<Place, Fault> {
    if segment == "-" {
        return Ok(Place::AllCounties);
    }
    match Division::parse(field, segment) {
        Ok(county) if county.county() == county => Ok(Place::County(county)),
        Ok(_) | Err(_) => Err(Violation::new(
            field,
            "NAME_MALFORMED",
            "a county's code has six digits, as in counties/410611".into(),
            "县区代码应为 6 位数字",
        )
        .into()),
    }
}

#[cfg(test)]
mod tests {
    use crate::contracts::Contracts;

    use super::*;

    fn of(method: &str, json: &str) -> Result<Place, Fault> {
        let contracts = Contracts::embedded().unwrap();
        let method = contracts
            .method(&format!("/jianyi.member.v1.MemberService/{method}"))
            .unwrap();
        let mut json = serde_json::Deserializer::from_str(json);
        place(&DynamicMessage::deserialize(method.descriptor.input(), &mut json).unwrap())
    }

    fn county(code: &str) -> Place {
        Place::County(code.parse().unwrap())
    }

    #[test]
    fn the_county_is_read_from_parent_or_name() {
        assert_eq!(
            of("ListPeople", r#"{"parent":"counties/410611"}"#).unwrap(),
            county("410611")
        );
        assert_eq!(
            of("GetPerson", r#"{"name":"counties/410621/people/x"}"#).unwrap(),
            county("410621")
        );
        assert_eq!(
            of("ListPeople", r#"{"parent":"counties/-"}"#).unwrap(),
            Place::AllCounties
        );
        let create = r#"{"parent":"counties/410602","role_assignment":{"person":"counties/410611/people/x"}}"#;
        assert_eq!(
            of("CreateRoleAssignment", create).unwrap(),
            county("410602")
        );
    }

    #[test]
    fn a_resource_in_the_request_tells_when_nothing_else_does() {
        let create = r#"{"person":{"name":"counties/410622/people/x"}}"#;
        assert_eq!(of("CreatePerson", create).unwrap(), county("410622"));
    }

    #[test]
    fn tables_without_county_are_the_same_anywhere() {
        assert_eq!(
            of("ListDivisions", r#"{"parent":"divisions/410600"}"#).unwrap(),
            Place::Anywhere
        );
        assert_eq!(of("ListDivisions", "{}").unwrap(), Place::Anywhere);
    }

    #[test]
    fn malformed_counties_are_refused() {
        for bad in [
            "counties/41",
            "counties/410611102",
            "counties/abcdef",
            "counties/",
        ] {
            assert!(
                of("ListPeople", &format!(r#"{{"parent":"{bad}"}}"#)).is_err(),
                "{bad}"
            );
        }
    }
}
