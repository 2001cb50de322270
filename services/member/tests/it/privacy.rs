//! What a thief of the database, its outbox or its idempotency table would find: nothing personal.

use jianyi_proto::member::v1::{
    Confidentiality, CreatePersonRequest, DocumentKind, GetPersonRequest, Hero, Person,
    RevokeHeroRequest, SealHeroRequest,
};

use crate::support::{QIBIN, county, hero, new_hero, new_person, person, source};

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

#[tokio::test]
async fn g22_people_from_before_their_own_keys_are_read_and_moved_under_them() {
    let (service, mut client) = county().await;
    let zhang = person(&mut client, new_person("张小明", "41061119900101018X"))
        .await
        .unwrap();
    let id = zhang.name.rsplit('/').next().unwrap().to_owned();
    // As it was before: sealed by the service, without a key of one's own.
    let cipher = service.db().cipher();
    let mut sql = service.sql().await;
    let place = |column: &str| format!("people/{id}/{column}");
    sqlx::query("update people set full_name = $1, citizen_id = $2, birth_date = $3")
        .bind(
            cipher
                .seal(&place("full_name"), "张小明".as_bytes())
                .unwrap(),
        )
        .bind(
            cipher
                .seal(&place("citizen_id"), b"41061119900101018X")
                .unwrap(),
        )
        .bind(cipher.seal(&place("birth_date"), b"1990-01-01").unwrap())
        .execute(&mut sql)
        .await
        .unwrap();
    sqlx::raw_sql("delete from subject_keys")
        .execute(&mut sql)
        .await
        .unwrap();
    let read = GetPersonRequest { name: zhang.name };
    let old = client.get_person(read.clone()).await.unwrap().into_inner();
    assert_eq!(old.full_name, "张*明");

    let sealed = jianyi_member::spec().sealed;
    let moved = service.db().reseal(sealed).await.unwrap().unwrap();
    assert_eq!((moved.moved, moved.unreadable), (3, 0));
    let now = client.get_person(read.clone()).await.unwrap().into_inner();
    assert_eq!(now, old);
    // From now on it is the person's key that decides.
    sqlx::raw_sql("update subject_keys set wrapped = null, destroyed_at = now()")
        .execute(&mut sql)
        .await
        .unwrap();
    assert!(client.get_person(read).await.is_err());
}
