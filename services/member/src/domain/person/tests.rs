//! How people are identified, derived and shown.

use time::macros::date;

use jianyi_kernel::CitizenId;

use super::*;

const TODAY: Date = date!(2024 - 12 - 31);

fn id(text: &str) -> CitizenId {
    CitizenId::parse("citizen_id", text, TODAY).unwrap()
}

#[test]
fn the_kind_of_document_follows_from_the_number() {
    let citizen = Document::assemble(None, Some(id("41061119900101018X")), None).unwrap();
    assert_eq!(citizen.kind(), DocumentKind::CitizenId);
    let legacy = Document::assemble(None, Some(id("410611800229001")), None).unwrap();
    assert_eq!(legacy.kind(), DocumentKind::Legacy);
    assert_eq!(
        Document::assemble(None, None, None).unwrap().kind(),
        DocumentKind::None
    );
    for (kind, citizen_id, number) in [
        (Some(DocumentKind::CitizenId), None, None),
        (
            Some(DocumentKind::Legacy),
            Some(id("41061119900101018X")),
            None,
        ),
        (
            Some(DocumentKind::CitizenId),
            Some(id("410611800229001")),
            None,
        ),
        (
            Some(DocumentKind::None),
            Some(id("41061119900101018X")),
            None,
        ),
        (None, None, Some(Pii::new("A123".into()))),
    ] {
        let refused = Document::assemble(kind, citizen_id, number).unwrap_err();
        assert_eq!(refused.reason, "DOCUMENT_MISMATCH", "{kind:?}");
    }
}

#[test]
fn m06_sex_and_birth_follow_from_the_number_and_contradictions_are_all_named() {
    let document = Document::Citizen(id("41061119900101018X"));
    let mut violations = Violations::new();
    let derived = Profile::derive(&document, None, None, TODAY, &mut violations);
    assert_eq!(
        derived,
        (Some(Sex::Female), Some(Pii::new(date!(1990 - 01 - 01))))
    );
    assert!(violations.finish().is_ok());

    let mut violations = Violations::new();
    Profile::derive(
        &document,
        Some(Sex::Male),
        Some(date!(1991 - 01 - 01)),
        TODAY,
        &mut violations,
    );
    let Fault::Invalid(found) = violations.finish().unwrap_err() else {
        panic!()
    };
    let fields: Vec<_> = found.iter().map(|v| (v.field.as_str(), v.reason)).collect();
    assert_eq!(
        fields,
        [
            ("person.sex", "ID_MISMATCH"),
            ("person.birth_date", "ID_MISMATCH")
        ]
    );
}
