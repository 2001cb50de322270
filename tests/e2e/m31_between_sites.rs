//! A person moves between two counties on sites of their own, while the line of one of them breaks at the two moments
//! that matter: nobody waits for the line, there is one writer at every moment, and what is under way goes on when
//! the line is back.

use jianyi_proto::member::v1 as member;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_testkit::{TestChannel, eventually};
use jianyi_tests::{Lenience, Line, Story};
use tonic_types::StatusExt as _;

use crate::JIANYI;
use crate::people::confirm_hero;

type Members = MemberServiceClient<TestChannel>;

const HERE: &str = "410621";
const THERE: &str = "410622";

/// A write that only the person's county may do; `Err` is the reason for which it is refused.
async fn writes(members: &mut Members, person: &str, purpose: &str) -> Result<(), String> {
    let county = person.split('/').nth(1).unwrap();
    let request = member::CreateConsentRequest {
        parent: format!("counties/{county}"),
        consent: Some(member::Consent {
            person: person.into(),
            purpose: purpose.into(),
            notice_version: "2024-01".into(),
            given_on: "2024-07-06".into(),
            evidence: "S1".into(),
            given_by: member::Giver::Self_.into(),
            ..Default::default()
        }),
        request_id: String::new(),
    };
    let Err(refused) = members.create_consent(request).await else {
        return Ok(());
    };
    let details = refused.get_error_details();
    Err(details.error_info().unwrap().reason.clone())
}

async fn incoming(members: &mut Members) -> Vec<member::Handover> {
    let request = member::ListHandoversRequest {
        parent: format!("counties/{THERE}"),
        ..Default::default()
    };
    let listed = members.list_handovers(request).await.unwrap();
    listed.into_inner().handovers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m31_a_move_between_two_sites_survives_a_broken_line_at_every_step() {
    let story = Story::start(JIANYI).await;
    let system = &story.system;
    let hero = confirm_hero(system.channel().await, HERE, "1", false).await;
    let (old, new) = (hero.person.clone(), hero.person.replace(HERE, THERE));
    let clerk = async |county: &str| {
        MemberServiceClient::new(system.channel_as("ROLE_COUNTY_CLERK", county).await)
    };
    let (mut giving, mut receiving) = (clerk(HERE).await, clerk(THERE).await);

    // Offered while the line is down: it is acknowledged, nobody there hears of it, and the giver goes on writing.
    story.link.set(Line::Silent);
    let request = member::OfferHandoverRequest {
        name: old.clone(),
        to_county: format!("counties/{THERE}"),
        effective_on: "2024-07-05".into(),
        request_id: "offer".into(),
    };
    giving.offer_handover(request).await.unwrap();
    assert_eq!(incoming(&mut receiving).await, []);
    assert_eq!(writes(&mut giving, &old, "share_bus").await, Ok(()));
    story.link.set(Line::Open);
    eventually!(incoming(&mut receiving).await.len() == 1);

    // Accepted while the line is down: the giver does not know and is the one writer until it does.
    story.link.set(Line::Reset);
    let offer = incoming(&mut receiving).await.remove(0);
    assert_eq!(offer.person, old);
    let request = member::AcceptHandoverRequest {
        name: offer.name,
        request_id: "accept".into(),
        ..Default::default()
    };
    receiving.accept_handover(request).await.unwrap();
    assert_eq!(writes(&mut giving, &old, "share_hospital").await, Ok(()));
    assert_eq!(
        writes(&mut receiving, &new, "share_education").await,
        Err("NOT_FOUND".into())
    );
    story.link.set(Line::Open);

    // The record comes over with what was written meanwhile, and from then on the other one writes.
    eventually!(
        writes(&mut receiving, &new, "share_education")
            .await
            .is_ok()
    );
    assert_eq!(
        writes(&mut giving, &old, "publish_story").await,
        Err("PERSON_HANDED_OVER".into())
    );
    let mut members = MemberServiceClient::new(system.channel().await);
    let request = member::ListConsentsRequest {
        parent: format!("counties/{THERE}"),
        person: new.clone(),
        ..Default::default()
    };
    let consents = members.list_consents(request).await.unwrap().into_inner();
    assert_eq!(consents.consents.len(), 3);
    let led = members
        .get_person(member::GetPersonRequest { name: old })
        .await
        .unwrap_err();
    let details = led.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!(
        (info.reason.as_str(), info.metadata["person"].as_str()),
        ("PERSON_HANDED_OVER", new.as_str())
    );
    eventually!(
        system.report_now(2024).await.facts("heroes_total") == [hero.name.replace(HERE, THERE)]
    );
    story.system.finish(Lenience::Strict).await;
}
