//! What a thief of the database, its outbox or its idempotency table would find: nothing personal.

use jianyi_proto::member::v1::{
    Confidentiality, CreatePersonRequest, DocumentKind, Hero, Person, RevokeHeroRequest,
    SealHeroRequest,
};

use crate::support::{QIBIN, county, hero, new_hero, new_person, source};

const PLANTED: [&str; 8] = [
    "欧阳植入",
    "41061119900101018X",
    "13898765432",
    "1990-01-01",
    "E98765432",
    "植入的弄虚作假",
    "植入的家属来信",
    "尉迟种下",
];

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn m08_nothing_personal_is_readable_at_rest() {
    let (service, mut client) = county().await;
    let request = |id: &str, person: Person| CreatePersonRequest {
        parent: QIBIN.into(),
        person: Some(person),
        request_id: id.into(),
    };
    let first = Person {
        phone: "13898765432".into(),
        provenance: source("S10"),
        ..new_person("欧阳植入", "41061119900101018X")
    };
    let first = client
        .create_person(request("first", first))
        .await
        .unwrap()
        .into_inner();
    let second = Person {
        document_kind: DocumentKind::Passport.into(),
        document_number: "E98765432".into(),
        birth_date: "1990-01-01".into(),
        provenance: source("S10"),
        ..new_person("尉迟种下", "")
    };
    client
        .create_person(request("second", second))
        .await
        .unwrap();
    let hero = hero(
        &mut client,
        Hero {
            ..new_hero(&first.name, "鹤〔2024〕1号")
        },
    )
    .await
    .unwrap();
    let revoke = RevokeHeroRequest {
        name: hero.name.clone(),
        decided_on: "2024-06-01".into(),
        document_no: "撤〔2024〕1号".into(),
        reason: "植入的弄虚作假".into(),
        request_id: "revoke".into(),
        ..RevokeHeroRequest::default()
    };
    client.revoke_hero(revoke).await.unwrap();
    let seal = SealHeroRequest {
        name: hero.name,
        level: Confidentiality::FamilyRequest.into(),
        ground: "植入的家属来信".into(),
        request_id: "seal".into(),
        ..SealHeroRequest::default()
    };
    client.seal_hero(seal).await.unwrap();

    let dump = service.dump().await;
    // The dump is worth something: it shows text as text and bytes as hex.
    assert!(
        dump.contains("撤〔2024〕1号") && dump.contains(&hex("S10")) && dump.contains("revoke")
    );
    for secret in PLANTED {
        assert!(!dump.contains(secret), "{secret}");
        // The codes S10 travel in events, as hex in the dump; nothing personal does.
        assert!(!dump.contains(&hex(secret)), "{secret} in bytes");
    }
    for part in ["欧阳", "植入", "410611199001", "138987", "E98765"] {
        assert!(!dump.contains(part) && !dump.contains(&hex(part)), "{part}");
    }

    // And the search would have found it: the same, left lying about unsealed.
    let leak =
        "create table leak as select convert_to('欧阳植入', 'UTF8') as bytes, '尉迟种下' as words";
    sqlx::raw_sql(leak)
        .execute(&mut service.sql().await)
        .await
        .unwrap();
    let dump = service.dump().await;
    assert!(dump.contains(&hex("欧阳植入")) && dump.contains("尉迟种下"));
}
