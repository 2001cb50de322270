//! Draft stories: opened by confirmations, withdrawn by revocations, emptied by sealings, in any order.

use jianyi_proto::api::v1 as api;
use jianyi_proto::member::events::v1::{
    ConsentWithdrawn, HeroConfirmed, HeroEnd, HeroEnded, HeroMoved, HeroSealed, SealedHeroConfirmed,
};
use jianyi_proto::publicity::events::v1 as ev;
use jianyi_proto::publicity::v1 as pb;
use jianyi_testkit::TestService;
use tonic::Code;

use crate::support::{Client, client_as, published, reason, start};

const HERO: &str = "counties/410611/heroes/01890000-0000-7000-8000-00000000abcd";

#[expect(clippy::unnecessary_wraps, reason = "message fields are optional")]
fn fact() -> Option<api::Fact> {
    Some(api::Fact {
        division: "410611".into(),
        on: "2024-03-05".into(),
        sources: vec!["T50".into()],
        occurrences: 1,
    })
}

async fn confirmed(service: &TestService, version: i64) {
    let event = HeroConfirmed {
        fact: fact(),
        hero: HERO.into(),
    };
    service
        .deliver(&event, HERO, "410611", version)
        .await
        .unwrap();
}

async fn sealed(service: &TestService, version: i64) {
    let event = HeroSealed {
        fact: None,
        hero: HERO.into(),
    };
    service
        .deliver(&event, HERO, "410611", version)
        .await
        .unwrap();
}

async fn ended(service: &TestService, reason: HeroEnd, version: i64) {
    let event = HeroEnded {
        fact: fact(),
        hero: HERO.into(),
        reason: reason.into(),
    };
    service
        .deliver(&event, HERO, "410611", version)
        .await
        .unwrap();
}

async fn stories(client: &mut Client) -> Vec<pb::Story> {
    client
        .list_stories(pb::ListStoriesRequest::default())
        .await
        .unwrap()
        .into_inner()
        .stories
}

async fn edit(
    client: &mut Client,
    name: &str,
    text: &str,
    etag: &str,
) -> Result<pb::Story, tonic::Status> {
    let request = pb::EditStoryRequest {
        name: name.into(),
        text: text.into(),
        etag: etag.into(),
        ..Default::default()
    };
    client
        .edit_story(request)
        .await
        .map(tonic::Response::into_inner)
}

#[tokio::test]
async fn a_confirmed_hero_gets_one_draft_for_those_who_may_see_drafts() {
    let (service, mut client) = start().await;
    let event = HeroConfirmed {
        fact: fact(),
        hero: HERO.into(),
    };
    let id = service.clock().new_uuid();
    assert!(
        service
            .deliver_as(id, &event, HERO, "410611", 1)
            .await
            .unwrap()
    );
    for _ in 0..9 {
        assert!(
            !service
                .deliver_as(id, &event, HERO, "410611", 1)
                .await
                .unwrap()
        );
        confirmed(&service, 1).await;
    }
    let drafts = stories(&mut client).await;
    assert_eq!(drafts.len(), 1);
    assert_eq!(
        (drafts[0].hero.as_str(), drafts[0].state()),
        (HERO, pb::StoryState::Draft)
    );
    assert_eq!(
        (drafts[0].text.as_str(), drafts[0].division.as_str()),
        ("", "410611")
    );
    let drafted = published::<ev::StoryDrafted>(&service).await;
    assert_eq!(
        (
            drafted.len(),
            drafted[0].hero.as_str(),
            drafted[0].fact.clone()
        ),
        (1, HERO, fact())
    );

    assert_eq!(
        stories(&mut client_as(&service, "ROLE_LEADER")).await,
        drafts
    );
    for role in ["ROLE_OVERSIGHT", "ROLE_AUDITOR", "ROLE_CARE"] {
        let status = client_as(&service, role)
            .list_stories(pb::ListStoriesRequest::default())
            .await
            .unwrap_err();
        assert_eq!(status.code(), Code::PermissionDenied, "{role}");
    }
    let status = edit(
        &mut client_as(&service, "ROLE_LEADER"),
        &drafts[0].name,
        "稿",
        "",
    )
    .await
    .unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
}

#[tokio::test]
async fn drafts_are_edited_under_their_etag() {
    let (service, mut client) = start().await;
    confirmed(&service, 1).await;
    let draft = stories(&mut client).await.remove(0);
    let edited = edit(&mut client, &draft.name, "一个普通人的早晨", &draft.etag)
        .await
        .unwrap();
    assert_eq!(
        (edited.text.as_str(), edited.etag.as_str()),
        ("一个普通人的早晨", "2")
    );
    let status = edit(&mut client, &draft.name, "别的稿", &draft.etag)
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::Aborted, "ETAG_MISMATCH")
    );
    let read = client
        .get_story(pb::GetStoryRequest { name: draft.name })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(read, edited);
    assert!(!service.dump().await.contains("早晨"));
}

#[tokio::test]
async fn a_revoked_title_withdraws_the_draft_and_a_death_does_not() {
    let (service, mut client) = start().await;
    confirmed(&service, 1).await;
    ended(&service, HeroEnd::Deceased, 2).await;
    assert_eq!(stories(&mut client).await[0].state(), pb::StoryState::Draft);
    ended(&service, HeroEnd::Revoked, 3).await;
    ended(&service, HeroEnd::Revoked, 3).await;
    let story = stories(&mut client).await.remove(0);
    assert_eq!(
        (story.state(), story.hero.as_str()),
        (pb::StoryState::Withdrawn, HERO)
    );
    let withdrawn = published::<ev::StoryWithdrawn>(&service).await;
    assert_eq!(
        (withdrawn.len(), withdrawn[0].story.as_str()),
        (1, story.name.as_str())
    );
    let status = edit(&mut client, &story.name, "稿", "").await.unwrap_err();
    assert_eq!(reason(&status), "STORY_WITHDRAWN");
    // A correction that confirms the hero again opens a new draft.
    confirmed(&service, 4).await;
    assert_eq!(stories(&mut client).await.len(), 2);
}

#[tokio::test]
async fn m29_a_sealed_hero_disappears_from_stories_without_an_event() {
    let (service, mut client) = start().await;
    confirmed(&service, 1).await;
    let draft = stories(&mut client).await.remove(0);
    edit(&mut client, &draft.name, "他跳进河里", "")
        .await
        .unwrap();
    let before = service.outbox().await.len();
    sealed(&service, 2).await;

    let story = stories(&mut client).await.remove(0);
    assert_eq!(
        (story.state(), story.hero.as_str(), story.text.as_str()),
        (pb::StoryState::Withdrawn, "", "")
    );
    assert_eq!(service.outbox().await.len(), before);
    let mut sql = service.sql().await;
    let left: Vec<String> = sqlx::query_scalar("select to_jsonb(s)::text from stories s union all select to_jsonb(s)::text from silences s")
        .fetch_all(&mut sql)
        .await
        .unwrap();
    assert_eq!(left.len(), 2);
    assert!(
        left.iter()
            .all(|row| !row.contains("abcd") && !row.contains("410611/heroes"))
    );
    // Nothing that was told before the sealing brings the hero back.
    confirmed(&service, 1).await;
    assert_eq!(stories(&mut client).await.len(), 1);
    assert_eq!(published::<ev::StoryDrafted>(&service).await.len(), 1);
}

#[tokio::test]
async fn m29_a_repeated_edit_does_not_tell_again_whom_a_story_was_about() {
    let (service, mut client) = start().await;
    confirmed(&service, 1).await;
    let draft = stories(&mut client).await.remove(0);
    let request = pb::EditStoryRequest {
        name: draft.name,
        text: "他跳进河里".into(),
        request_id: "edit-1".into(),
        ..Default::default()
    };
    let first = client.edit_story(request.clone()).await.unwrap();
    let again = client.edit_story(request.clone()).await.unwrap();
    assert_eq!(first.into_inner(), again.into_inner());
    sealed(&service, 2).await;
    let status = client.edit_story(request).await.unwrap_err();
    assert_eq!(reason(&status), "STORY_WITHDRAWN");
    assert!(!format!("{status:?}").contains("heroes/"));
}

#[tokio::test]
async fn m29_v126_events_that_come_in_the_wrong_order_converge() {
    let (service, mut client) = start().await;
    sealed(&service, 2).await;
    for _ in 0..10 {
        confirmed(&service, 1).await;
        sealed(&service, 2).await;
    }
    assert!(stories(&mut client).await.is_empty());
    assert!(service.outbox().await.is_empty());
    assert!(!service.dump().await.contains("abcd"));

    // Unsealed and confirmed anew, the hero may be told of; a sealing of the past does not undo that.
    confirmed(&service, 3).await;
    sealed(&service, 2).await;
    let drafts = stories(&mut client).await;
    assert_eq!(
        (drafts.len(), drafts[0].state()),
        (1, pb::StoryState::Draft)
    );
}

#[tokio::test]
async fn v126_a_revocation_that_overtakes_its_confirmation_stands() {
    let (service, mut client) = start().await;
    ended(&service, HeroEnd::Revoked, 2).await;
    confirmed(&service, 1).await;
    assert!(stories(&mut client).await.is_empty());
    assert!(service.outbox().await.is_empty());
}

#[tokio::test]
async fn m29_events_of_sealed_heroes_are_not_listened_to_and_nameless_ones_are_refused() {
    let (service, mut client) = start().await;
    let subscriptions = (jianyi_publicity::spec().subscriptions)(service.parts());
    let listening = format!("{subscriptions:?}");
    assert!(
        listening.contains("hero_confirmed") && listening.contains("hero_sealed"),
        "{listening}"
    );
    assert!(!listening.contains("sealed_hero"), "{listening}");
    let secret = SealedHeroConfirmed {
        fact: None,
        hero: HERO.into(),
    };
    let _ = service.deliver(&secret, HERO, "410611", 1).await;
    assert!(stories(&mut client).await.is_empty());

    let nameless = HeroConfirmed {
        fact: fact(),
        hero: String::new(),
    };
    assert!(
        !service
            .deliver(&nameless, HERO, "410611", 1)
            .await
            .unwrap_err()
            .is_transient()
    );
}

#[tokio::test]
async fn g05_a_story_nobody_agrees_to_any_more_is_withdrawn_and_emptied_for_good() {
    let (service, mut client) = start().await;
    confirmed(&service, 1).await;
    let draft = stories(&mut client).await.remove(0);
    edit(&mut client, &draft.name, "他跳入冰河", &draft.etag)
        .await
        .unwrap();
    let withdrawn = |purpose: &str| ConsentWithdrawn {
        fact: fact(),
        consent: "counties/410611/consents/01890000-0000-7000-8000-00000000cccc".into(),
        purpose: purpose.into(),
        heroes: vec![HERO.into()],
    };
    let heard = async |purpose: &str| {
        let event = withdrawn(purpose);
        service
            .deliver(&event, &event.consent, "410611", 2)
            .await
            .unwrap();
    };
    // Another purpose does not concern what is published.
    heard("share_bus").await;
    assert_eq!(stories(&mut client).await[0].text, "他跳入冰河");
    heard("publish_story").await;
    // A confirmation that comes late, or once more, opens nothing.
    confirmed(&service, 1).await;
    let left = stories(&mut client).await;
    assert_eq!(left.len(), 1);
    assert_eq!(
        (left[0].state(), left[0].text.as_str()),
        (pb::StoryState::Withdrawn, "")
    );
    assert_eq!(published::<ev::StoryWithdrawn>(&service).await.len(), 1);
}

#[tokio::test]
async fn m31_a_story_goes_by_its_heros_new_name_and_nothing_late_opens_another() {
    let (service, mut client) = start().await;
    let moved = HERO.replace("410611", "410621");
    confirmed(&service, 1).await;
    let event = HeroMoved {
        fact: fact(),
        hero: moved.clone(),
        former: HERO.into(),
    };
    for _ in 0..2 {
        service.deliver(&event, &moved, "410621", 2).await.unwrap();
    }
    confirmed(&service, 1).await;
    let all = stories(&mut client).await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].hero, moved);
    // Sealed under the new name: forgotten.
    let event = HeroSealed {
        fact: None,
        hero: moved.clone(),
    };
    service.deliver(&event, &moved, "410621", 3).await.unwrap();
    assert_eq!(stories(&mut client).await[0].hero, "");
}
