//! Heroes for stories: invented people with valid numbers, confirmed through the gateway.

use jianyi_proto::member::v1 as pb;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_testkit::TestChannel;

pub(crate) const PLANTED_NAME: &str = "欧阳见证";

/// Registers a person and records the committee's confirmation.
pub(crate) async fn confirm_hero(
    channel: TestChannel,
    county: &str,
    key: &str,
    sealed: bool,
) -> pb::Hero {
    let mut member = MemberServiceClient::new(channel);
    let parent = format!("counties/{county}");
    let person = pb::Person {
        full_name: PLANTED_NAME.into(),
        document_kind: pb::DocumentKind::None.into(),
        ..Default::default()
    };
    let request = pb::CreatePersonRequest {
        parent: parent.clone(),
        person: Some(person),
        request_id: format!("person-{key}"),
    };
    let person = member.create_person(request).await.unwrap().into_inner();
    let level = if sealed {
        pb::Confidentiality::Safety
    } else {
        pb::Confidentiality::Unspecified
    };
    let hero = pb::Hero {
        person: person.name,
        confirmed_on: "2024-04-01".into(),
        document_no: format!("鹤见评〔2024〕{key}号"),
        authority: "评定委员会".into(),
        honour_level: pb::HonourLevel::CountyAdvanced.into(),
        confidentiality: level.into(),
        confidentiality_ground: if sealed {
            "安全".into()
        } else {
            String::new()
        },
        ..Default::default()
    };
    let request = pb::CreateHeroRequest {
        parent,
        hero: Some(hero),
        request_id: format!("hero-{key}"),
    };
    member.create_hero(request).await.unwrap().into_inner()
}
