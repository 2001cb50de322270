//! A person moves to another county: exactly one county writes, history stays where it happened, and nothing
//! personal is readable on the way.

use jianyi_kernel::Fault;
use jianyi_proto::member::events::v1::{
    HandoverCompleted, HandoverOffered, HandoverReleased, HandoverReturned, HeroMoved, HeroSealed,
    OrgUnitKind, PersonMoved, PersonSealed, RoleEnded, RoleKind, SealedHeroMoved,
};
use jianyi_proto::member::v1::{
    AcceptHandoverRequest, Confidentiality, Consent, CountVolunteersRequest, CreateConsentRequest,
    CreateHeroRequest, CreateOrgUnitRequest, CreatePersonRequest, CreateRoleAssignmentRequest,
    GetHeroRequest, GetPersonRequest, Giver, Handover, HandoverState, Hero, ListConsentsRequest,
    ListHandoversRequest, ListHeroesRequest, ListPeopleRequest, ListRoleAssignmentsRequest,
    ListSealedHeroesRequest, ListSubjectRequestsRequest, OfferHandoverRequest,
    OpenSubjectRequestRequest, OrgUnit, Person, RefuseHandoverRequest, RevealPersonRequest,
    RevokeHeroRequest, RoleAssignment, SealHeroRequest, SearchPeopleRequest, SubjectRequest,
    SubjectRequestKind, WithdrawHandoverRequest,
};
use jianyi_testkit::TestService;
use prost_types::FieldMask;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::support::{Client, county_of, new_hero, new_person, published, refusal};

pub(crate) const NUMBER: &str = "41061119900101018X";
const NAME: &str = "欧阳见证";

/// A county of a test: its service, its code and everybody's client.
pub(crate) struct County {
    pub(crate) service: TestService,
    pub(crate) client: Client,
    pub(crate) code: &'static str,
}

impl County {
    pub(crate) async fn start(code: &'static str) -> Self {
        let (service, client) = county_of(code).await;
        Self {
            service,
            client,
            code,
        }
    }

    pub(crate) fn parent(&self) -> String {
        format!("counties/{}", self.code)
    }

    /// A name of another county as it reads here.
    pub(crate) fn here(&self, name: &str) -> String {
        let rest = name.splitn(3, '/').nth(2).unwrap();
        format!("counties/{}/{rest}", self.code)
    }

    fn clerk(&self) -> Client {
        Client::new(self.service.channel_as("ROLE_COUNTY_CLERK", self.code))
    }

    pub(crate) async fn person(&mut self, person: Person) -> String {
        let request = CreatePersonRequest {
            parent: self.parent(),
            person: Some(person),
            request_id: String::new(),
        };
        let made = self.client.create_person(request).await.unwrap();
        made.into_inner().name
    }

    pub(crate) async fn hero(&mut self, hero: Hero) -> Hero {
        let request = CreateHeroRequest {
            parent: self.parent(),
            hero: Some(hero),
            request_id: String::new(),
        };
        self.client.create_hero(request).await.unwrap().into_inner()
    }

    pub(crate) async fn consent(&mut self, person: &str, evidence: &str) -> Result<String, Status> {
        let request = CreateConsentRequest {
            parent: self.parent(),
            consent: Some(Consent {
                person: person.into(),
                purpose: "publish_story".into(),
                notice_version: "2024-1".into(),
                given_on: "2024-05-01".into(),
                given_by: Giver::Self_.into(),
                evidence: evidence.into(),
                ..Consent::default()
            }),
            request_id: String::new(),
        };
        let made = self.client.create_consent(request).await?;
        Ok(made.into_inner().name)
    }

    pub(crate) async fn volunteer(&mut self, person: &str, from: &str) -> RoleAssignment {
        let unit = CreateOrgUnitRequest {
            parent: self.parent(),
            org_unit: Some(OrgUnit {
                kind: OrgUnitKind::VolunteerTeam.into(),
                display_name: format!("{from} 志愿服务队 {person}"),
                ..OrgUnit::default()
            }),
            request_id: String::new(),
        };
        let unit = self
            .client
            .create_org_unit(unit)
            .await
            .unwrap()
            .into_inner();
        let request = CreateRoleAssignmentRequest {
            parent: self.parent(),
            role_assignment: Some(RoleAssignment {
                kind: RoleKind::Volunteer.into(),
                person: person.into(),
                org_unit: unit.name,
                from_day: from.into(),
                ..RoleAssignment::default()
            }),
            request_id: String::new(),
        };
        let made = self.client.create_role_assignment(request).await.unwrap();
        made.into_inner()
    }

    pub(crate) async fn request(&mut self, person: &str) {
        let request = OpenSubjectRequestRequest {
            parent: self.parent(),
            subject_request: Some(SubjectRequest {
                person: person.into(),
                kind: SubjectRequestKind::Copy.into(),
                requester: Giver::Self_.into(),
                evidence: "来访登记〔2024〕8号".into(),
                ..SubjectRequest::default()
            }),
            request_id: String::new(),
        };
        self.client.open_subject_request(request).await.unwrap();
    }

    pub(crate) async fn offer(
        &mut self,
        person: &str,
        to: &str,
        on: &str,
    ) -> Result<Handover, Status> {
        let request = OfferHandoverRequest {
            name: person.into(),
            to_county: format!("counties/{to}"),
            effective_on: on.into(),
            request_id: String::new(),
        };
        let made = self.client.offer_sealed_handover(request).await?;
        Ok(made.into_inner())
    }

    pub(crate) async fn accept(&mut self, name: &str) -> Result<Handover, Status> {
        let request = AcceptHandoverRequest {
            name: name.into(),
            ..AcceptHandoverRequest::default()
        };
        let made = self.client.accept_sealed_handover(request).await?;
        Ok(made.into_inner())
    }

    pub(crate) async fn refuse(&mut self, name: &str) -> Result<Handover, Status> {
        let request = RefuseHandoverRequest {
            name: name.into(),
            ..RefuseHandoverRequest::default()
        };
        let made = self.client.refuse_sealed_handover(request).await?;
        Ok(made.into_inner())
    }

    pub(crate) async fn withdraw(&mut self, name: &str) -> Result<Handover, Status> {
        let request = WithdrawHandoverRequest {
            name: name.into(),
            ..WithdrawHandoverRequest::default()
        };
        let made = self.client.withdraw_sealed_handover(request).await?;
        Ok(made.into_inner())
    }

    /// Where the consents of a person are kept, as their county reads it, whatever it may not show.
    pub(crate) async fn evidence(&self, person: &str) -> std::collections::BTreeSet<String> {
        let id: uuid::Uuid = person.parse().unwrap();
        let rows: Vec<(uuid::Uuid, Vec<u8>)> =
            sqlx::query_as("select id, evidence from consents where person_id = $1")
                .bind(id)
                .fetch_all(&mut self.service.sql().await)
                .await
                .unwrap();
        let cipher = self.service.db().cipher();
        rows.into_iter()
            .map(|(id, sealed)| {
                cipher
                    .open_text(&format!("consents/{id}/evidence"), &sealed)
                    .unwrap()
            })
            .collect()
    }

    async fn volunteers(&mut self, as_of: &str) -> i64 {
        let request = CountVolunteersRequest {
            parent: self.parent(),
            as_of: as_of.into(),
            tier: 0,
        };
        let counted = self.client.count_volunteers(request).await.unwrap();
        counted.into_inner().recorded_persons
    }

    async fn handovers(&mut self) -> Vec<Handover> {
        let request = ListHandoversRequest {
            parent: self.parent(),
            ..ListHandoversRequest::default()
        };
        let listed = self.client.list_sealed_handovers(request).await.unwrap();
        listed.into_inner().handovers
    }

    async fn state(&mut self, name: &str) -> HandoverState {
        let all = self.handovers().await;
        let found = all.iter().find(|handover| handover.name == name);
        found.expect("known").state()
    }

    async fn people(&mut self) -> Vec<String> {
        let request = ListPeopleRequest {
            parent: self.parent(),
            ..ListPeopleRequest::default()
        };
        let listed = self.client.list_people(request).await.unwrap();
        let people = listed.into_inner().people;
        people.into_iter().map(|person| person.name).collect()
    }

    async fn found(&mut self, typed: &str) -> usize {
        let request = SearchPeopleRequest {
            parent: self.parent(),
            query: typed.into(),
            ..SearchPeopleRequest::default()
        };
        let found = self.client.search_people(request).await.unwrap();
        found.into_inner().people.len()
    }

    async fn revealed(&mut self, person: &str) -> Result<Person, Status> {
        let request = RevealPersonRequest {
            name: person.into(),
            fields: Some(FieldMask {
                paths: ["full_name", "citizen_id", "phone"].map(Into::into).into(),
            }),
            purpose: "核对移交资料".into(),
        };
        let shown = self.client.reveal_sealed_person(request).await?;
        Ok(shown.into_inner())
    }
}

/// Carries everything that was published and not yet carried, until nobody has anything to say.
async fn carry(counties: &[&County], carried: &mut [usize]) {
    loop {
        let mut news = false;
        for (from, county) in counties.iter().enumerate() {
            let outbox = county.service.outbox().await;
            for row in &outbox[carried[from]..] {
                news = true;
                for to in counties {
                    to.service.deliver_row(row, row.event_id).await.unwrap();
                }
            }
            carried[from] = outbox.len();
        }
        if !news {
            return;
        }
    }
}

/// 淇滨区 and 浚县.
async fn neighbours() -> (County, County) {
    (County::start("410611").await, County::start("410621").await)
}

fn meta(status: &Status, key: &str) -> String {
    let details = status.get_error_details();
    let info = details.error_info().expect("details");
    info.metadata.get(key).cloned().unwrap_or_default()
}

#[tokio::test]
async fn m31_a_hero_moves_with_everything_and_only_the_new_county_writes() {
    let (mut a, mut b) = neighbours().await;
    let zhang = a
        .person(Person {
            phone: "13800005678".into(),
            ..new_person(NAME, NUMBER)
        })
        .await;
    let hero = a.hero(new_hero(&zhang, "鹤〔2024〕3号")).await;
    let role = a.volunteer(&zhang, "2024-01-01").await;
    a.volunteer(&zhang, "2024-12-20").await;
    let consent = a.consent(&zhang, "档案〔2024〕17号").await.unwrap();
    a.request(&zhang).await;
    assert_eq!(a.volunteers("2024-06-30").await, 1);

    let mut clerk = a.clerk();
    let request = OfferHandoverRequest {
        name: zhang.clone(),
        to_county: "counties/410621".into(),
        effective_on: "2024-07-05".into(),
        request_id: "move-1".into(),
    };
    let offered = clerk.offer_handover(request).await.unwrap().into_inner();
    assert_eq!(offered.state(), HandoverState::Offered);
    assert_eq!(
        refusal(a.offer(&zhang, "410622", "2024-07-05").await),
        (Code::FailedPrecondition, "HANDOVER_OPEN".into())
    );
    let mut carried = [0, 0];
    carry(&[&a, &b], &mut carried).await;
    // Offered is not given: this county goes on writing, the other does not know the person.
    a.consent(&zhang, "档案〔2024〕18号").await.unwrap();
    let there = b.here(&zhang);
    let asked = GetPersonRequest {
        name: there.clone(),
    };
    assert_eq!(
        b.client.get_person(asked.clone()).await.unwrap_err().code(),
        Code::NotFound
    );
    let incoming = b.handovers().await;
    assert_eq!(
        (incoming.len(), incoming[0].person.as_str()),
        (1, zhang.as_str())
    );

    let accept = AcceptHandoverRequest {
        name: incoming[0].name.clone(),
        etag: "1".into(),
        request_id: "accept-1".into(),
    };
    b.clerk().accept_handover(accept).await.unwrap();
    carry(&[&a, &b], &mut carried).await;

    // Everything is there, readable with the other county's keys, and found by what people type.
    let shown = b.revealed(&there).await.unwrap();
    assert_eq!(
        (
            shown.full_name.as_str(),
            shown.citizen_id.as_str(),
            shown.phone.as_str()
        ),
        (NAME, NUMBER, "13800005678")
    );
    assert_eq!((b.found(NAME).await, a.found(NAME).await), (1, 0));
    assert_eq!((b.people().await.len(), a.people().await.len()), (1, 0));
    let heroes = |parent: String| ListHeroesRequest {
        parent,
        ..ListHeroesRequest::default()
    };
    let listed = b.client.list_heroes(heroes(b.parent())).await.unwrap();
    assert_eq!(listed.into_inner().heroes[0].name, b.here(&hero.name));
    let listed = a.client.list_heroes(heroes(a.parent())).await.unwrap();
    assert!(listed.into_inner().heroes.is_empty());
    let consents = ListConsentsRequest {
        parent: b.parent(),
        person: there.clone(),
        as_of: String::new(),
    };
    let listed = b.client.list_consents(consents).await.unwrap().into_inner();
    assert_eq!(listed.consents.len(), 2);
    let first = listed
        .consents
        .iter()
        .find(|it| it.name == b.here(&consent));
    assert_eq!(first.unwrap().evidence, "档案〔2024〕17号");
    for (county, open) in [(&mut a, 0), (&mut b, 1)] {
        let request = ListSubjectRequestsRequest {
            parent: county.parent(),
            ..ListSubjectRequestsRequest::default()
        };
        let listed = county.client.list_subject_requests(request).await.unwrap();
        assert_eq!(listed.into_inner().subject_requests.len(), open);
    }
    let roles = ListRoleAssignmentsRequest {
        parent: b.parent(),
        person: there.clone(),
        ..ListRoleAssignmentsRequest::default()
    };
    let listed = b.client.list_role_assignments(roles).await.unwrap();
    let listed = listed.into_inner().role_assignments;
    let held = listed.iter().any(|it| it.org_unit == role.org_unit);
    assert!(held && listed.len() == 2, "held where it was held");

    // What was counted stays counted, and nobody is counted twice.
    assert_eq!(
        (
            a.volunteers("2024-06-30").await,
            b.volunteers("2024-06-30").await
        ),
        (1, 0)
    );
    assert_eq!(
        (
            a.volunteers("2024-07-04").await,
            a.volunteers("2024-07-05").await
        ),
        (1, 0)
    );
    assert_eq!(a.volunteers("2024-12-25").await, 0, "was never held");
    b.volunteer(&there, "2024-07-05").await;
    assert_eq!(
        (
            a.volunteers("2024-07-05").await,
            b.volunteers("2024-07-05").await
        ),
        (0, 1)
    );

    // Writing under the old name is refused with the new place, whatever hangs from the person.
    let refused = a.consent(&zhang, "x").await.unwrap_err();
    assert_eq!(
        (refused.code(), meta(&refused, "person")),
        (Code::FailedPrecondition, there.clone())
    );
    assert_eq!(meta(&refused, "county"), "410621");
    let revoke = RevokeHeroRequest {
        name: hero.name.clone(),
        decided_on: "2024-08-01".into(),
        document_no: "鹤〔2024〕9号".into(),
        reason: "撤销".into(),
        ..RevokeHeroRequest::default()
    };
    assert_eq!(
        refusal(a.client.revoke_hero(revoke.clone()).await).1,
        "PERSON_HANDED_OVER"
    );
    assert_eq!(
        refusal(a.offer(&zhang, "410622", "2024-09-01").await).1,
        "PERSON_HANDED_OVER"
    );
    // Reading leads those who may look there, and nobody else.
    let old = GetHeroRequest {
        name: hero.name.clone(),
    };
    let led = a.client.get_hero(old.clone()).await.unwrap_err();
    assert_eq!(meta(&led, "person"), b.here(&hero.name));
    assert_eq!(
        clerk.get_hero(old).await.unwrap_err().code(),
        Code::NotFound
    );
    let old = GetPersonRequest {
        name: zhang.clone(),
    };
    assert_eq!(
        clerk.get_person(old).await.unwrap_err().code(),
        Code::NotFound
    );
    let revoke = RevokeHeroRequest {
        name: b.here(&hero.name),
        ..revoke
    };
    b.client.revoke_hero(revoke).await.unwrap();

    // Both see it done; nothing personal is left behind, nor readable on the way.
    let states = [
        a.handovers().await[0].state(),
        b.handovers().await[0].state(),
    ];
    assert_eq!(states, [HandoverState::Completed; 2]);
    let dump = a.service.dump().await;
    assert!(!dump.contains("档案"));
    let keys: (i64, i64) = sqlx::query_as(
        "select (select count(*) from subject_keys where wrapped is not null),
                (select count(*) from people where length(full_name) > 0 or citizen_index is not null)",
    )
    .fetch_one(&mut a.service.sql().await)
    .await
    .unwrap();
    assert_eq!(keys, (0, 0));
    let kept: i64 =
        sqlx::query_scalar("select count(*) from handovers where private_key is not null")
            .fetch_one(&mut b.service.sql().await)
            .await
            .unwrap();
    assert_eq!(kept, 0, "the key has served and is gone");
    let moved = published::<PersonMoved>(&b.service).await;
    assert_eq!(
        (moved[0].0.person.as_str(), moved[0].0.former.as_str()),
        (there.as_str(), zhang.as_str())
    );
    assert_eq!(
        published::<HeroMoved>(&b.service).await[0].0.former,
        hero.name
    );
    assert_eq!(published::<RoleEnded>(&a.service).await.len(), 2);
    for row in a
        .service
        .outbox()
        .await
        .iter()
        .chain(&b.service.outbox().await)
    {
        for secret in [NAME, NUMBER, "13800005678", "档案"] {
            let found = row
                .data
                .windows(secret.len())
                .any(|it| it == secret.as_bytes());
            assert!(!found, "{} tells {secret}", row.type_name);
        }
        if row.type_name.contains(".Handover") {
            let other = if row.division == "410611" {
                "410621"
            } else {
                "410611"
            };
            assert!(
                row.subject.ends_with(&format!(".{other}")),
                "{}",
                row.subject
            );
        }
    }
}

#[tokio::test]
async fn m31_a_move_back_brings_home_what_was_done_meanwhile() {
    let (mut a, mut b) = neighbours().await;
    let zhang = a.person(new_person(NAME, NUMBER)).await;
    a.volunteer(&zhang, "2024-01-01").await;
    let there = b.here(&zhang);
    let mut carried = [0, 0];
    let offer = a.offer(&zhang, "410621", "2024-07-05").await.unwrap();
    carry(&[&a, &b], &mut carried).await;
    b.accept(&b.here(&offer.name)).await.unwrap();
    carry(&[&a, &b], &mut carried).await;
    b.consent(&there, "档案〔2024〕19号").await.unwrap();
    b.volunteer(&there, "2024-07-05").await;
    let back = b.offer(&there, "410611", "2024-10-01").await.unwrap();
    carry(&[&a, &b], &mut carried).await;
    a.accept(&a.here(&back.name)).await.unwrap();
    carry(&[&a, &b], &mut carried).await;

    assert_eq!(a.revealed(&zhang).await.unwrap().full_name, NAME);
    assert_eq!(
        refusal(b.consent(&there, "x").await).1,
        "PERSON_HANDED_OVER"
    );
    a.consent(&zhang, "档案〔2024〕20号").await.unwrap();
    for (day, counts) in [
        ("2024-06-30", (1, 0)),
        ("2024-07-05", (0, 1)),
        ("2024-09-30", (0, 1)),
        ("2024-10-01", (0, 0)),
    ] {
        assert_eq!(
            (a.volunteers(day).await, b.volunteers(day).await),
            counts,
            "{day}"
        );
    }
    let epoch: i64 = sqlx::query_scalar("select epoch from people")
        .fetch_one(&mut a.service.sql().await)
        .await
        .unwrap();
    assert_eq!(epoch, 3);
}

#[tokio::test]
async fn m31_every_message_heard_again_under_another_id_changes_nothing() {
    let (mut a, mut b) = neighbours().await;
    let zhang = a.person(new_person(NAME, NUMBER)).await;
    a.consent(&zhang, "档案〔2024〕17号").await.unwrap();
    let mut carried = [0, 0];
    let offer = a.offer(&zhang, "410621", "2024-07-05").await.unwrap();
    carry(&[&a, &b], &mut carried).await;
    b.accept(&b.here(&offer.name)).await.unwrap();
    carry(&[&a, &b], &mut carried).await;
    let before = carried;
    let said = [a.service.outbox().await, b.service.outbox().await].concat();
    for row in said
        .iter()
        .filter(|row| row.type_name.contains(".Handover"))
    {
        for to in [&a, &b] {
            let id = to.service.clock().new_uuid();
            to.service.deliver_row(row, id).await.unwrap();
        }
    }
    carry(&[&a, &b], &mut carried).await;
    assert_eq!(carried, before, "nobody answers what was answered");
    assert_eq!(b.revealed(&b.here(&zhang)).await.unwrap().full_name, NAME);
    assert_eq!(b.evidence(zhang.rsplit('/').next().unwrap()).await.len(), 1);
    assert!(a.people().await.is_empty());
}

/// What was said of somebody's leaving must not destroy the key of one who has come back.
#[tokio::test]
async fn m31_who_is_back_before_the_first_arrival_was_heard_of_keeps_everything() {
    let (mut a, mut b) = neighbours().await;
    let zhang = a.person(new_person(NAME, NUMBER)).await;
    a.volunteer(&zhang, "2024-01-01").await;
    let there = b.here(&zhang);
    let mut carried = [0, 0];
    let offer = a.offer(&zhang, "410621", "2024-07-05").await.unwrap();
    carry(&[&a, &b], &mut carried).await;
    b.accept(&b.here(&offer.name)).await.unwrap();
    // Everything but the news that it has arrived, which is kept back.
    let mut late = None;
    let back = loop {
        let mut news = false;
        for (from, county) in [&a, &b].into_iter().enumerate() {
            let outbox = county.service.outbox().await;
            for row in &outbox[carried[from]..] {
                news = true;
                if row.type_name.ends_with("HandoverCompleted") {
                    late = Some(row.clone());
                    continue;
                }
                for to in [&a, &b] {
                    to.service.deliver_row(row, row.event_id).await.unwrap();
                }
            }
            carried[from] = outbox.len();
        }
        if !news {
            break b.offer(&there, "410611", "2024-10-01").await.unwrap();
        }
    };
    carry(&[&a, &b], &mut carried).await;
    a.accept(&a.here(&back.name)).await.unwrap();
    carry(&[&a, &b], &mut carried).await;
    a.consent(&zhang, "档案〔2024〕17号").await.unwrap();
    let late = late.unwrap();
    a.service.deliver_row(&late, late.event_id).await.unwrap();

    assert_eq!(a.revealed(&zhang).await.unwrap().full_name, NAME);
    assert_eq!(a.evidence(zhang.rsplit('/').next().unwrap()).await.len(), 1);
    assert_eq!(a.state(&offer.name).await, HandoverState::Completed);
    assert_eq!(published::<RoleEnded>(&a.service).await.len(), 1);
    assert_eq!(a.volunteers("2024-06-30").await, 1);
}

#[tokio::test]
async fn m31_who_is_registered_there_already_comes_back_and_the_first_county_writes_again() {
    let (mut a, mut b) = neighbours().await;
    let zhang = a.person(new_person(NAME, NUMBER)).await;
    let consent = a.consent(&zhang, "档案〔2024〕17号").await.unwrap();
    b.person(new_person(NAME, NUMBER)).await;
    let mut carried = [0, 0];
    let offer = a.offer(&zhang, "410621", "2024-07-05").await.unwrap();
    carry(&[&a, &b], &mut carried).await;
    b.accept(&b.here(&offer.name)).await.unwrap();
    carry(&[&a, &b], &mut carried).await;

    let back = &a.handovers().await[0];
    assert_eq!(
        (back.state(), back.reason.as_str()),
        (HandoverState::Returned, "ALREADY_REGISTERED")
    );
    a.consent(&zhang, "档案〔2024〕18号").await.unwrap();
    assert_eq!(b.people().await.len(), 1, "nothing of it was left there");
    assert!(published::<PersonMoved>(&b.service).await.is_empty());
    let returned = published::<HandoverReturned>(&b.service).await;
    assert_eq!(returned[0].0.epoch, 2);
    let (epoch, consents): (i64, i64) =
        sqlx::query_as("select (select epoch from people), (select count(*) from consents)")
            .fetch_one(&mut a.service.sql().await)
            .await
            .unwrap();
    assert_eq!((epoch, consents), (3, 2));
    assert!(consent.starts_with("counties/410611/consents/"));
}

#[tokio::test]
async fn m31_an_offer_is_refused_withdrawn_or_expires_and_nothing_moves() {
    let (mut a, mut b) = neighbours().await;
    let zhang = a.person(new_person(NAME, NUMBER)).await;
    let mut carried = [0, 0];
    assert_eq!(
        refusal(a.offer(&zhang, "410611", "2024-07-05").await).1,
        "HANDOVER_SAME_COUNTY"
    );
    assert_eq!(
        refusal(a.offer(&zhang, "410621", "2027-07-05").await).1,
        "HANDOVER_DAY_TOO_FAR"
    );
    assert_eq!(
        refusal(a.offer(&zhang, "419999", "2024-07-05").await).0,
        Code::InvalidArgument
    );

    let refused = a.offer(&zhang, "410621", "2024-07-05").await.unwrap();
    carry(&[&a, &b], &mut carried).await;
    b.refuse(&b.here(&refused.name)).await.unwrap();
    assert_eq!(
        refusal(b.accept(&b.here(&refused.name)).await).1,
        "HANDOVER_CLOSED"
    );
    carry(&[&a, &b], &mut carried).await;

    // Withdrawn while the acceptance is on its way: the acceptance comes too late.
    let withdrawn = a.offer(&zhang, "410621", "2024-07-05").await.unwrap();
    carry(&[&a, &b], &mut carried).await;
    b.accept(&b.here(&withdrawn.name)).await.unwrap();
    a.withdraw(&withdrawn.name).await.unwrap();
    carry(&[&a, &b], &mut carried).await;

    let expired = a.offer(&zhang, "410621", "2024-07-05").await.unwrap();
    carry(&[&a, &b], &mut carried).await;
    let fortnight = std::time::Duration::from_hours(14 * 24);
    b.accept(&b.here(&expired.name)).await.unwrap();
    a.service.clock().advance(fortnight);
    carry(&[&a, &b], &mut carried).await;

    for (offer, here, there) in [
        (&refused, HandoverState::Refused, HandoverState::Refused),
        (
            &withdrawn,
            HandoverState::Withdrawn,
            HandoverState::Withdrawn,
        ),
        (&expired, HandoverState::Expired, HandoverState::Withdrawn),
    ] {
        assert_eq!(a.state(&offer.name).await, here);
        assert_eq!(b.state(&b.here(&offer.name)).await, there);
    }
    a.consent(&zhang, "档案〔2024〕17号").await.unwrap();
    assert!(
        published::<HandoverReleased>(&a.service).await.is_empty() && b.people().await.is_empty()
    );
}

#[tokio::test]
async fn m29_a_confidential_hero_moves_without_a_word_and_stays_confidential() {
    let (mut a, mut b) = neighbours().await;
    let zhang = a.person(new_person(NAME, NUMBER)).await;
    let hero = a
        .hero(Hero {
            confidentiality: Confidentiality::Safety.into(),
            confidentiality_ground: "线索保护".into(),
            ..new_hero(&zhang, "鹤〔2024〕3号")
        })
        .await;
    let request = OfferHandoverRequest {
        name: zhang.clone(),
        to_county: "counties/410621".into(),
        effective_on: "2024-07-05".into(),
        request_id: String::new(),
    };
    // For whoever may not see them they do not exist, on either side and at every step.
    assert_eq!(
        a.clerk().offer_handover(request).await.unwrap_err().code(),
        Code::NotFound
    );
    let mut carried = [0, 0];
    let offer = a.offer(&zhang, "410621", "2024-07-05").await.unwrap();
    carry(&[&a, &b], &mut carried).await;
    let incoming = b.here(&offer.name);
    for step in 0..2 {
        for county in [&a, &b] {
            let request = ListHandoversRequest {
                parent: county.parent(),
                ..ListHandoversRequest::default()
            };
            let listed = county.clerk().list_handovers(request).await.unwrap();
            assert!(listed.into_inner().handovers.is_empty(), "step {step}");
        }
        if step == 0 {
            let accept = AcceptHandoverRequest {
                name: incoming.clone(),
                ..AcceptHandoverRequest::default()
            };
            assert_eq!(
                b.clerk().accept_handover(accept).await.unwrap_err().code(),
                Code::NotFound
            );
            b.accept(&incoming).await.unwrap();
            carry(&[&a, &b], &mut carried).await;
        }
    }
    let asked = GetHeroRequest {
        name: b.here(&hero.name),
    };
    assert_eq!(
        b.client.get_hero(asked.clone()).await.unwrap_err().code(),
        Code::NotFound
    );
    let old = GetHeroRequest {
        name: hero.name.clone(),
    };
    assert_eq!(
        a.client.get_hero(old).await.unwrap_err().code(),
        Code::NotFound
    );
    let sealed = ListSealedHeroesRequest {
        parent: b.parent(),
        ..ListSealedHeroesRequest::default()
    };
    let listed = b.client.list_sealed_heroes(sealed).await.unwrap();
    assert_eq!(listed.into_inner().heroes[0].name, b.here(&hero.name));
    assert!(published::<PersonMoved>(&b.service).await.is_empty());
    assert!(published::<HeroMoved>(&b.service).await.is_empty());
    assert_eq!(published::<SealedHeroMoved>(&b.service).await.len(), 1);
    assert_eq!(published::<HandoverOffered>(&a.service).await.len(), 1);
}

#[tokio::test]
async fn m29_who_is_sealed_after_a_move_is_forgotten_under_the_old_name_too() {
    let (mut a, mut b) = neighbours().await;
    let zhang = a.person(new_person(NAME, NUMBER)).await;
    let hero = a.hero(new_hero(&zhang, "鹤〔2024〕3号")).await;
    let role = a.volunteer(&zhang, "2024-01-01").await;
    let mut carried = [0, 0];
    let offer = a.offer(&zhang, "410621", "2024-07-05").await.unwrap();
    carry(&[&a, &b], &mut carried).await;
    b.accept(&b.here(&offer.name)).await.unwrap();
    carry(&[&a, &b], &mut carried).await;
    let seal = SealHeroRequest {
        name: b.here(&hero.name),
        level: Confidentiality::Safety.into(),
        ground: "来信".into(),
        ..SealHeroRequest::default()
    };
    b.client.seal_hero(seal).await.unwrap();

    let heroes = published::<HeroSealed>(&b.service).await;
    let mut named: Vec<_> = heroes.into_iter().map(|(event, _)| event.hero).collect();
    named.sort();
    assert_eq!(named, [hero.name.clone(), b.here(&hero.name)]);
    let people = published::<PersonSealed>(&b.service).await;
    let mut named: Vec<_> = people.into_iter().map(|(event, _)| event.person).collect();
    named.sort();
    assert_eq!(named, [zhang.clone(), b.here(&zhang)]);
    let roles = published::<jianyi_proto::member::events::v1::RoleSealed>(&b.service).await;
    assert_eq!(roles[0].0.role, role.name, "as it was told of");
    let rows = b.service.outbox().await;
    assert!(rows.iter().all(|row| row.division == "410621"));
}

#[tokio::test]
async fn m31_what_is_not_for_this_county_or_not_from_the_other_changes_nothing() {
    let (mut a, b) = neighbours().await;
    let stranger = County::start("410622").await;
    let zhang = a.person(new_person(NAME, NUMBER)).await;
    let offer = a.offer(&zhang, "410621", "2024-07-05").await.unwrap();
    let outbox = a.service.outbox().await;
    let row = outbox.last().unwrap();
    stranger
        .service
        .deliver_row(row, row.event_id)
        .await
        .unwrap();
    let count = "select count(*) from handovers";
    let known: i64 = sqlx::query_scalar(count)
        .fetch_one(&mut stranger.service.sql().await)
        .await
        .unwrap();
    assert_eq!(known, 0);

    // A third county says that the record has arrived, or that it does not want it.
    let completed = HandoverCompleted {
        handover: offer.name.clone(),
        recipient: "410611".into(),
        epoch: 2,
        ..HandoverCompleted::default()
    };
    let refused = a
        .service
        .deliver(&completed, &offer.name, "410622", 1)
        .await
        .unwrap_err();
    assert!(matches!(refused, Fault::Denied), "{refused:?}");
    // A message that comes before its cause waits, and is not lost.
    let unknown = offer.name.replace(
        offer.name.rsplit('/').next().unwrap(),
        &a.service.clock().new_uuid().to_string(),
    );
    let early = HandoverCompleted {
        handover: unknown.clone(),
        ..completed
    };
    let parked = a
        .service
        .deliver(&early, &unknown, "410621", 1)
        .await
        .unwrap_err();
    assert!(matches!(parked, Fault::Unavailable(_)), "{parked:?}");
    a.consent(&zhang, "档案〔2024〕17号").await.unwrap();
    drop(b);
}

/// Whoever adds a column to one of these tables decides here whether it travels: rows travel whole, roles are put in
/// column by column.
#[tokio::test]
async fn m31_every_column_of_a_record_travels() {
    let a = County::start("410611").await;
    let columns: Vec<String> = sqlx::query_scalar(
        "select column_name::text from information_schema.columns
         where table_name = 'roles' and is_generated = 'NEVER' order by ordinal_position",
    )
    .fetch_all(&mut a.service.sql().await)
    .await
    .unwrap();
    assert_eq!(
        columns.join(", "),
        "id, version, created_at, updated_at, person_id, kind, domain, tier, title, org_unit_id, from_day, to_day, \
         sources, locations, held_in"
    );
    // What refers to people or to what hangs from them is a table that travels, or one that is known not to.
    let referring: Vec<String> = sqlx::query_scalar(
        "select distinct conrelid::regclass::text from pg_constraint
         where contype = 'f' and confrelid in ('people'::regclass, 'heroes'::regclass, 'roles'::regclass,
               'consents'::regclass, 'subject_requests'::regclass) order by 1",
    )
    .fetch_all(&mut a.service.sql().await)
    .await
    .unwrap();
    assert_eq!(
        referring,
        [
            "consents",
            "departed",
            "heroes",
            "people_words",
            "roles",
            "seal_releases",
            "subject_requests"
        ]
    );
}
