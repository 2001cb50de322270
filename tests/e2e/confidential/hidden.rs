//! The people nobody may hear of, and everything that would tell that they are there.

use jianyi_proto::member::v1 as member;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_tests::{PLANTED_NAMES, System};

pub(super) const COUNTIES: [&str; 3] = ["410611", "410621", "410602"];
const NUMBERS: [&str; 6] = [
    "11010519491231002X",
    "410611198002290019",
    "410602198402290038",
    "41061119900101018X",
    "410603200108150014",
    "410602199003070016",
];

/// Somebody nobody may hear of, with everything that would tell.
#[derive(Debug)]
pub(super) struct Hidden {
    pub(super) person: String,
    pub(super) hero: String,
    pub(super) full_name: String,
    pub(super) citizen_id: String,
    pub(super) phone: String,
    from_the_start: bool,
}

impl Hidden {
    /// What may not come out: ids instead of resource names, for a list may show them in another form.
    pub(super) fn secrets(&self) -> [&str; 5] {
        let id = |name: &'_ str| name.rfind('/').map_or(0, |at| at + 1);
        [
            &self.person[id(&self.person)..],
            &self.hero[id(&self.hero)..],
            &self.full_name,
            &self.citizen_id,
            &self.phone,
        ]
    }

    pub(super) fn county(&self) -> String {
        let (county, _) = self.person.split_once("/people").unwrap();
        county.to_owned()
    }
}

/// What bytes tell of somebody hidden.
pub(super) fn told<'a>(bytes: &[u8], hidden: &'a [Hidden]) -> Vec<&'a str> {
    let holds = |text: &&str| {
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    hidden
        .iter()
        .flat_map(Hidden::secrets)
        .filter(holds)
        .collect()
}

/// Enters them: half of them sealed from the beginning, half of them known to everybody first. Returns when
/// stories are drafted, facts counted and events published.
pub(super) async fn enter(system: &System) -> Vec<Hidden> {
    let mut client = MemberServiceClient::new(system.channel().await);
    let mut hidden = Vec::new();
    for (at, number) in NUMBERS.iter().enumerate() {
        let parent = format!("counties/{}", COUNTIES[at % COUNTIES.len()]);
        let full_name = PLANTED_NAMES[at % PLANTED_NAMES.len()].to_owned();
        let phone = format!("1390000{:04}", 1200 + at);
        let person = member::Person {
            full_name: full_name.clone(),
            citizen_id: (*number).into(),
            phone: phone.clone(),
            ..Default::default()
        };
        let request = member::CreatePersonRequest {
            parent: parent.clone(),
            person: Some(person),
            ..Default::default()
        };
        let person = client
            .create_person(request)
            .await
            .unwrap()
            .into_inner()
            .name;
        let sealed = at % 2 == 0;
        let hero = member::Hero {
            person: person.clone(),
            confirmed_on: "2024-04-01".into(),
            document_no: format!("鹤见评〔2024〕{}号", 100 + at),
            authority: "评定委员会".into(),
            honour_level: member::HonourLevel::CountyAdvanced.into(),
            confidentiality: if sealed {
                member::Confidentiality::Safety.into()
            } else {
                member::Confidentiality::Unspecified.into()
            },
            confidentiality_ground: if sealed {
                "安全".into()
            } else {
                String::new()
            },
            ..Default::default()
        };
        let request = member::CreateHeroRequest {
            parent,
            hero: Some(hero),
            ..Default::default()
        };
        let hero = client.create_hero(request).await.unwrap().into_inner().name;
        hidden.push(Hidden {
            person,
            hero,
            full_name,
            citizen_id: (*number).into(),
            phone,
            from_the_start: sealed,
        });
    }
    system.settle().await;
    hidden
}

/// Seals those who were not sealed from the beginning.
pub(super) async fn seal(system: &System, hidden: &[Hidden]) {
    let mut client = MemberServiceClient::new(system.channel().await);
    for somebody in hidden.iter().filter(|somebody| !somebody.from_the_start) {
        let request = member::SealHeroRequest {
            name: somebody.hero.clone(),
            level: member::Confidentiality::FamilyRequest.into(),
            ground: "家属要求".into(),
            ..Default::default()
        };
        client.seal_hero(request).await.unwrap();
    }
    system.settle().await;
}
