//! Consents: recorded with purpose and notice, given by whoever may, withdrawn with effect on what comes later.

use jianyi_proto::member::events::v1::ConsentWithdrawn;
use jianyi_proto::member::v1::{
    Consent, CreateConsentRequest, Giver, ListConsentPurposesRequest, ListConsentsRequest, Person,
    WithdrawConsentRequest,
};
use tonic::{Code, Status};

use crate::support::{
    Client, QIBIN, county, hero, new_hero, new_person, person, published, refusal,
};

fn paper(person: &str, purpose: &str, given_by: Giver) -> Consent {
    Consent {
        person: person.into(),
        purpose: purpose.into(),
        notice_version: "2024-1".into(),
        given_on: "2024-05-01".into(),
        given_by: given_by.into(),
        evidence: "档案〔2024〕17号".into(),
        ..Consent::default()
    }
}

async fn given(client: &mut Client, consent: Consent) -> Result<Consent, Status> {
    let request = CreateConsentRequest {
        parent: QIBIN.into(),
        consent: Some(consent),
        request_id: String::new(),
    };
    client
        .create_consent(request)
        .await
        .map(tonic::Response::into_inner)
}

async fn in_force(client: &mut Client, person: &str, as_of: &str) -> usize {
    let request = ListConsentsRequest {
        parent: QIBIN.into(),
        person: person.into(),
        as_of: as_of.into(),
    };
    client
        .list_consents(request)
        .await
        .unwrap()
        .into_inner()
        .consents
        .len()
}

#[tokio::test]
async fn g05_a_withdrawn_consent_counts_no_longer_and_those_who_publish_hear_of_it() {
    let (service, mut client) = county().await;
    let zhang = person(&mut client, new_person("张小明", "41061119900101018X"))
        .await
        .unwrap();
    let known = hero(&mut client, new_hero(&zhang.name, "鹤〔2024〕3号"))
        .await
        .unwrap();
    let consent = given(
        &mut client,
        paper(&zhang.name, "publish_story", Giver::Self_),
    )
    .await
    .unwrap();
    assert_eq!(consent.evidence, "档案〔2024〕17号");
    let withdraw = |on: &str| WithdrawConsentRequest {
        name: consent.name.clone(),
        withdrawn_on: on.into(),
        ..WithdrawConsentRequest::default()
    };
    for (on, why) in [
        ("2024-04-30", "WITHDRAWN_BEFORE_GIVEN"),
        ("2025-01-01", "DATE_IN_FUTURE"),
    ] {
        let refused = client.withdraw_consent(withdraw(on)).await;
        assert_eq!(refusal(refused), (Code::FailedPrecondition, why.into()));
    }
    let withdrawn = client
        .withdraw_consent(withdraw("2024-06-01"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (withdrawn.withdrawn_on.as_str(), withdrawn.etag.as_str()),
        ("2024-06-01", "2")
    );
    assert_eq!(
        refusal(client.withdraw_consent(withdraw("")).await).1,
        "CONSENT_WITHDRAWN"
    );
    for (day, count) in [
        ("", 1),
        ("2024-04-30", 0),
        ("2024-05-31", 1),
        ("2024-06-01", 0),
    ] {
        assert_eq!(
            in_force(&mut client, &zhang.name, day).await,
            count,
            "{day}"
        );
    }
    let (event, _) = published::<ConsentWithdrawn>(&service).await.remove(0);
    assert_eq!(
        (event.purpose.as_str(), event.heroes.as_slice()),
        ("publish_story", &[known.name][..])
    );
    // The person is not named next to the hero.
    assert!(!format!("{event:?}").contains("people/"));
    assert!(!service.dump().await.contains("档案〔2024〕17号"));
}

#[tokio::test]
async fn g05_a_child_under_fourteen_does_not_decide_alone() {
    let (_service, mut client) = county().await;
    let child = |born: &str| Person {
        birth_date: born.into(),
        ..new_person("李小宝", "")
    };
    let thirteen = person(&mut client, child("2010-05-02")).await.unwrap();
    let alone = given(
        &mut client,
        paper(&thirteen.name, "camp_minor", Giver::Self_),
    )
    .await;
    assert_eq!(
        refusal(alone),
        (Code::FailedPrecondition, "GUARDIAN_REQUIRED".into())
    );
    given(
        &mut client,
        paper(&thirteen.name, "camp_minor", Giver::Guardian),
    )
    .await
    .unwrap();
    let fourteen = person(&mut client, child("2010-05-01")).await.unwrap();
    given(
        &mut client,
        paper(&fourteen.name, "camp_minor", Giver::Self_),
    )
    .await
    .unwrap();
    let unheard = given(&mut client, paper(&fourteen.name, "sell", Giver::Self_)).await;
    assert_eq!(refusal(unheard).1, "PURPOSE_NOT_IN_FORCE");
}

#[tokio::test]
async fn purposes_are_listed_as_of_a_day() {
    let (_service, mut client) = county().await;
    for (as_of, count) in [("", 9), ("2021-10-31", 0)] {
        let request = ListConsentPurposesRequest {
            parent: QIBIN.into(),
            as_of: as_of.into(),
        };
        let purposes = client
            .list_consent_purposes(request)
            .await
            .unwrap()
            .into_inner()
            .purposes;
        assert_eq!(purposes.len(), count, "{as_of}");
    }
}
