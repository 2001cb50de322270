//! What is masked is shown for a purpose only, and that it was shown is on record.

use jianyi_db::AuditFilter;
use jianyi_proto::member::v1::{Person, RevealPersonRequest};
use jianyi_testkit::TestService;
use prost_types::FieldMask;
use tonic::Code;

use crate::support::{as_role, county, new_person, person, refusal, violations};

fn reveal(name: &str, purpose: &str, fields: &[&str]) -> RevealPersonRequest {
    RevealPersonRequest {
        name: name.into(),
        purpose: purpose.into(),
        fields: Some(FieldMask {
            paths: fields.iter().map(|&field| field.into()).collect(),
        }),
    }
}

async fn reveals_on_record(service: &TestService) -> i64 {
    sqlx::query_scalar("select count(*) from audit where method like '%/RevealPerson'")
        .fetch_one(&mut service.sql().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn g05_personal_data_is_shown_for_a_purpose_only() {
    let (service, mut client) = county().await;
    let zhang = Person {
        phone: "13812345678".into(),
        ..new_person("张小明", "41061119900101018X")
    };
    let name = person(&mut client, zhang).await.unwrap().name;
    let mut clerk = as_role(&service, "ROLE_COUNTY_CLERK");
    for purpose in ["", " ", "看"] {
        let refused = clerk
            .reveal_person(reveal(&name, purpose, &["phone"]))
            .await;
        assert_eq!(
            violations(refused),
            [("purpose".to_owned(), "PURPOSE_REQUIRED".to_owned())]
        );
    }
    assert_eq!(reveals_on_record(&service).await, 0);
    let shown = clerk
        .reveal_person(reveal(&name, "电话通知领取证书", &["phone", "full_name"]))
        .await
        .unwrap()
        .into_inner();
    // What was asked for, and nothing more.
    assert_eq!(
        (shown.full_name.as_str(), shown.phone.as_str()),
        ("张小明", "13812345678")
    );
    assert_eq!(
        (shown.citizen_id.as_str(), shown.birth_date.as_str()),
        ("410***********018X", "1990")
    );
    assert_eq!(reveals_on_record(&service).await, 1);
    // The record says who, whose and what for; in the table what for is sealed.
    let entries = service
        .db()
        .audit_entries(&AuditFilter::default(), None, 1)
        .await
        .unwrap();
    assert_eq!(entries[0].purpose.as_deref(), Some("电话通知领取证书"));
    assert_eq!(entries[0].resources, [name.as_str()]);
    assert!(!service.dump().await.contains("领取证书"));

    let unknown = clerk
        .reveal_person(reveal(&name, "核对", &["address"]))
        .await;
    assert_eq!(violations(unknown)[0].1, "FIELD_UNKNOWN");
    let nothing = clerk.reveal_person(reveal(&name, "核对", &[])).await;
    assert_eq!(violations(nothing)[0].1, "REQUIRED");
    for role in ["ROLE_LEADER", "ROLE_AUDITOR", "ROLE_TOWNSHIP_STATION"] {
        let refused = as_role(&service, role)
            .reveal_person(reveal(&name, "随便看看", &["phone"]))
            .await;
        assert_eq!(refusal(refused).0, Code::PermissionDenied, "{role}");
    }
    // Nothing of it is in events, or remembered for a repeat.
    let dump = service.dump().await;
    assert!(!dump.contains("13812345678") && !dump.contains("张小明"));
}
