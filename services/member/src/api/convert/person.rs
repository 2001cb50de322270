//! People in and out, whole: the layer masks what goes out.

use std::collections::BTreeSet;

use jianyi_kernel::{CitizenId, Division, Fault, Pii, Violation, Violations};
use jianyi_proto::convert;
use jianyi_proto::member::v1 as pb;
use time::Date;

use super::{instant, optional_day, place};
use crate::codes;
use crate::domain::county::County;
use crate::domain::full_name::FullName;
use crate::domain::person::{Content, Document, DocumentKind, Patch, Person, Profile};
use crate::domain::phone::Phone;
use crate::usecase::Named;
use crate::usecase::reveal::FIELDS;

const LAYER: &str = "the layer masks";

/// Reads a person to be registered, with everything that is wrong with them.
/// Without a division they belong to `home`.
pub(crate) fn profile(
    county: &County,
    home: Division,
    wire: Option<pb::Person>,
    today: Date,
) -> Result<Profile, Fault> {
    let wire = wire.ok_or_else(|| Violation::required("person"))?;
    let mut violations = Violations::new();
    let v = &mut violations;
    let full_name = v.take(FullName::parse("person.full_name", &wire.full_name));
    let phone = stated(&wire.phone).map(|text| v.take(Phone::parse("person.phone", text)));
    let sex = pb::Sex::try_from(wire.sex).ok();
    if sex.is_none() {
        v.push(Violation::new(
            "person.sex",
            "ENUM_UNKNOWN",
            "no such sex".into(),
            "该选项不在可选范围内",
        ));
    }
    let born = optional_day(v, "person.birth_date", &wire.birth_date);
    let document = document(v, &wire, today);
    let derived = document
        .as_ref()
        .map(|document| Profile::derive(document, sex.and_then(codes::stated_sex), born, today, v));
    let division =
        stated(&wire.division).map_or(Some(home), |code| place(v, county, "person.division", code));
    let provenance = v.take(convert::provenance(wire.provenance).map_err(|v| v.within("person")));
    let profile = (|| {
        let (sex, birth_date) = derived?;
        Some(Profile {
            full_name: full_name?,
            document: document?,
            phone: phone.flatten(),
            sex,
            birth_date,
            veteran: wire.veteran,
            division: division?,
            provenance: provenance?,
        })
    })();
    violations.finish_with(profile)
}

/// Reads a correction: the values of the fields that are meant.
pub(crate) fn patch(
    county: &County,
    wire: &pb::Person,
    mask: &prost_types::FieldMask,
) -> Result<Patch, Fault> {
    let mut violations = Violations::new();
    let v = &mut violations;
    let mut patch = Patch::default();
    for path in &mask.paths {
        match path.as_str() {
            "full_name" => {
                patch.full_name = v.take(FullName::parse("correction.full_name", &wire.full_name));
            }
            "phone" => {
                patch.phone = match stated(&wire.phone) {
                    Some(text) => v.take(Phone::parse("correction.phone", text)).map(Some),
                    None => Some(None),
                };
            }
            "sex" => {
                let sex = pb::Sex::try_from(wire.sex).unwrap_or_default();
                patch.sex = Some(codes::stated_sex(sex));
            }
            "birth_date" => {
                patch.birth_date = Some(optional_day(v, "correction.birth_date", &wire.birth_date));
            }
            "veteran" => patch.veteran = Some(wire.veteran),
            "division" => {
                patch.division = place(v, county, "correction.division", &wire.division);
            }
            _ => v.push(unknown_field("update_mask")),
        }
    }
    violations.finish()?;
    Ok(patch)
}

/// Reads which fields are to be revealed.
pub(crate) fn fields(
    mask: Option<prost_types::FieldMask>,
) -> Result<BTreeSet<&'static str>, Violation> {
    let paths = mask.unwrap_or_default().paths;
    if paths.is_empty() {
        return Err(Violation::required("fields"));
    }
    paths
        .iter()
        .map(|path| {
            FIELDS
                .into_iter()
                .find(|field| field == path)
                .ok_or_else(|| unknown_field("fields"))
        })
        .collect()
}

fn unknown_field(field: &str) -> Violation {
    Violation::new(
        field,
        "FIELD_UNKNOWN",
        "no such field here".into(),
        "该字段不在可选范围内",
    )
}

/// Kind and numbers; nothing when a number is wrong by itself, which is violation enough.
fn document(violations: &mut Violations, wire: &pb::Person, today: Date) -> Option<Document> {
    let kind: Option<DocumentKind> =
        codes::read(violations, "person.document_kind", wire.document_kind);
    let citizen_id = match stated(&wire.citizen_id) {
        Some(text) => Some(violations.take(CitizenId::parse("person.citizen_id", text, today))?),
        None => None,
    };
    let number = match stated(&wire.document_number) {
        Some(text) => Some(Pii::new(violations.text(
            "person.document_number",
            text,
            40,
        )?)),
        None => None,
    };
    violations.take(Document::assemble(kind, citizen_id, number))
}

fn stated(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

impl From<Named<'_, (Person, Date)>> for pb::Person {
    /// The date is today: it decides the warnings.
    fn from(
        Named {
            app,
            it: (person, today),
        }: Named<'_, (Person, Date)>,
    ) -> Self {
        let warnings = person
            .warnings(today)
            .into_iter()
            .map(|warning| codes::warning(warning).into())
            .collect();
        let wire = Self {
            name: app.name(person.id),
            warnings,
            create_time: instant(person.created_at),
            ..Self::default()
        };
        let profile = match person.content {
            Content::Known(profile) => profile,
            Content::Erased(at) => {
                return Self {
                    erase_time: instant(at),
                    ..wire
                };
            }
        };
        Self {
            full_name: profile.full_name.expose(LAYER).to_owned(),
            document_kind: codes::number(Some(profile.document.kind())),
            citizen_id: profile
                .document
                .citizen_id()
                .map(|id| id.expose(LAYER).to_owned())
                .unwrap_or_default(),
            document_number: profile
                .document
                .number()
                .map(|number| number.expose(LAYER).clone())
                .unwrap_or_default(),
            phone: profile
                .phone
                .as_ref()
                .map(|phone| phone.expose(LAYER).to_owned())
                .unwrap_or_default(),
            sex: codes::sex(profile.sex).into(),
            birth_date: profile
                .birth_date
                .map(|day| day.expose(LAYER).to_string())
                .unwrap_or_default(),
            veteran: profile.veteran,
            division: profile.division.to_string(),
            provenance: Some(profile.provenance.into()),
            ..wire
        }
    }
}
