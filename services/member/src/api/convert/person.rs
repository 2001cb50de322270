//! People in, whole; and out, masked.

use jianyi_kernel::{CitizenId, Fault, Pii, Violation, Violations};
use jianyi_proto::convert;
use jianyi_proto::member::v1 as pb;
use time::Date;

use super::{instant, optional_day};
use crate::codes;
use crate::domain::full_name::FullName;
use crate::domain::person::{Document, DocumentKind, Person, Profile, mask_number};
use crate::domain::phone::Phone;
use crate::usecase::Named;

/// Reads a person to be registered, with everything that is wrong with them.
pub(crate) fn profile(wire: Option<pb::Person>, today: Date) -> Result<Profile, Fault> {
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
            provenance: provenance?,
        })
    })();
    violations.finish_with(profile)
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
        let profile = person.profile;
        Self {
            name: app.name(person.id),
            full_name: profile.full_name.expose("the layer masks").to_owned(),
            document_kind: codes::number(Some(profile.document.kind())),
            citizen_id: profile
                .document
                .citizen_id()
                .map(CitizenId::masked)
                .unwrap_or_default(),
            document_number: profile
                .document
                .number()
                .map(mask_number)
                .unwrap_or_default(),
            phone: profile
                .phone
                .as_ref()
                .map(Phone::masked)
                .unwrap_or_default(),
            sex: codes::sex(profile.sex).into(),
            birth_date: profile
                .birth_date
                .map(|day| day.expose("year").year().to_string())
                .unwrap_or_default(),
            veteran: profile.veteran,
            provenance: Some(profile.provenance.into()),
            warnings,
            create_time: instant(person.created_at),
        }
    }
}
