//! The service under test, and the words the stories are told in.

use jianyi_proto::api::v1::{Count, Fact, Modality, Provenance};
use jianyi_proto::care::events::v1::{ActivityKind, BenefitKind, Festival};
use jianyi_proto::care::v1::care_service_client::CareServiceClient;
use jianyi_proto::care::v1::{
    Activity, ActivityParticipant, Beneficiary, CreateActivityParticipantRequest,
    CreateActivityRequest, CreateEntitlementGrantRequest, CreateEntitlementPolicyRequest,
    CreateFestivalRoundRequest, EntitlementGrant, EntitlementPolicy, FestivalRound,
    ParticipantRole,
};
use jianyi_proto::member::events::v1::{
    HeroConfirmed, HeroEnd, HeroEnded, HeroSealed, SealedHeroConfirmed,
};
use jianyi_testkit::{TestChannel, TestService};
use tonic::Status;
use tonic_types::StatusExt as _;
use uuid::Uuid;

pub(crate) type Client = CareServiceClient<TestChannel>;

/// Care, alone.
pub(crate) struct World {
    pub(crate) t: TestService,
    pub(crate) care: Client,
}

impl World {
    pub(crate) async fn start() -> Self {
        let t = TestService::start(jianyi_care::spec(), None).await;
        let care = CareServiceClient::new(t.channel());
        Self { t, care }
    }

    /// The API as seen by somebody of one role.
    pub(crate) fn as_role(&self, role: &str) -> Client {
        CareServiceClient::new(self.t.channel_as(role, "410600"))
    }

    /// A confirmed hero, by the member service's event.
    pub(crate) async fn hero(&self, n: u128) -> String {
        let hero = hero_name(n);
        self.t
            .deliver(&confirmed(&hero), &hero, "410611", 1)
            .await
            .unwrap();
        hero
    }

    /// A confirmed hero who must stay unknown.
    pub(crate) async fn sealed_hero(&self, n: u128) -> String {
        let hero = hero_name(n);
        let event = SealedHeroConfirmed {
            fact: fact(""),
            hero: hero.clone(),
        };
        self.t.deliver(&event, &hero, "410611", 1).await.unwrap();
        hero
    }

    /// A hero's end, as the second thing heard of them.
    pub(crate) async fn end(&self, hero: &str, on: &str, reason: HeroEnd) {
        self.t
            .deliver(&ended(hero, on, reason), hero, "410611", 2)
            .await
            .unwrap();
    }

    /// A known hero's confidentiality.
    pub(crate) async fn seal(&self, hero: &str) {
        let event = HeroSealed {
            fact: fact(""),
            hero: hero.into(),
        };
        self.t.deliver(&event, hero, "410611", 2).await.unwrap();
    }

    pub(crate) async fn activity(&mut self, activity: Activity) -> Result<Activity, Status> {
        let request = CreateActivityRequest {
            activity: Some(activity),
            request_id: String::new(),
        };
        Ok(self.care.create_activity(request).await?.into_inner())
    }

    pub(crate) async fn round(
        &mut self,
        festival: Festival,
        year: i32,
    ) -> Result<FestivalRound, Status> {
        let round = FestivalRound {
            festival: festival.into(),
            year,
            ..FestivalRound::default()
        };
        let request = CreateFestivalRoundRequest {
            festival_round: Some(round),
            request_id: String::new(),
        };
        Ok(self.care.create_festival_round(request).await?.into_inner())
    }

    pub(crate) async fn policy(&mut self, benefit: BenefitKind, from: &str, to: &str) -> String {
        let policy = EntitlementPolicy {
            benefit: benefit.into(),
            authority: "市交通运输局".into(),
            valid_from: from.into(),
            valid_to: to.into(),
            ..EntitlementPolicy::default()
        };
        let request = CreateEntitlementPolicyRequest {
            entitlement_policy: Some(policy),
            request_id: String::new(),
        };
        self.care
            .create_entitlement_policy(request)
            .await
            .unwrap()
            .into_inner()
            .name
    }

    pub(crate) async fn grant(
        &mut self,
        grant: EntitlementGrant,
    ) -> Result<EntitlementGrant, Status> {
        let request = CreateEntitlementGrantRequest {
            entitlement_grant: Some(grant),
            request_id: String::new(),
        };
        Ok(self
            .care
            .create_entitlement_grant(request)
            .await?
            .into_inner())
    }

    /// Names of everything published, in order.
    pub(crate) async fn published(&self) -> Vec<String> {
        let rows = self.t.outbox().await;
        rows.into_iter()
            .filter_map(|row| row.type_name.rsplit('.').next().map(str::to_owned))
            .collect()
    }
}

pub(crate) fn hero_name(n: u128) -> String {
    format!("counties/410611/heroes/{}", Uuid::from_u128(n))
}

#[expect(clippy::unnecessary_wraps, reason = "message fields are optional")]
pub(crate) fn fact(on: &str) -> Option<Fact> {
    Some(Fact {
        division: "410611".into(),
        on: on.into(),
        sources: vec!["S13".into()],
        occurrences: 1,
    })
}

pub(crate) fn confirmed(hero: &str) -> HeroConfirmed {
    HeroConfirmed {
        fact: fact("2020-01-01"),
        hero: hero.into(),
    }
}

pub(crate) fn ended(hero: &str, on: &str, reason: HeroEnd) -> HeroEnded {
    HeroEnded {
        fact: fact(on),
        hero: hero.into(),
        reason: reason.into(),
    }
}

pub(crate) fn exact(value: i64) -> Count {
    Count {
        value: Some(value),
        modality: Modality::Exact.into(),
    }
}

pub(crate) fn from_source(code: &str) -> Option<Provenance> {
    Some(Provenance {
        sources: vec![code.into()],
        locations: vec![],
    })
}

/// A recuperation trip, to be changed where a story needs it.
pub(crate) fn trip(held_on: &str) -> Activity {
    Activity {
        kind: ActivityKind::Recuperation.into(),
        title: "英模健康休养".into(),
        held_on: held_on.into(),
        destinations: vec!["210200".into(), "370600".into()],
        provenance: from_source("S25"),
        ..Activity::default()
    }
}

/// Asks that a hero takes part.
pub(crate) fn joins(
    activity: &str,
    hero: &str,
    role: ParticipantRole,
) -> CreateActivityParticipantRequest {
    CreateActivityParticipantRequest {
        parent: activity.into(),
        activity_participant: Some(ActivityParticipant {
            hero: hero.into(),
            role: role.into(),
            ..ActivityParticipant::default()
        }),
        request_id: String::new(),
    }
}

/// A bus card from the beginning of 2024.
pub(crate) fn bus_card(policy: &str, hero: &str, card: &str) -> EntitlementGrant {
    EntitlementGrant {
        policy: policy.into(),
        hero: hero.into(),
        beneficiary: Beneficiary::Hero.into(),
        from_day: "2024-01-01".into(),
        credential_no: card.into(),
        ..EntitlementGrant::default()
    }
}

/// The reason in a refusal's details.
pub(crate) fn reason(status: &Status) -> String {
    status
        .get_error_details()
        .error_info()
        .map(|info| info.reason.clone())
        .unwrap_or_default()
}

/// The reason of a result that must be a refusal.
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Status>) -> String {
    reason(&result.unwrap_err())
}
