//! A site loses its machine, databases and message bus, and comes back from the last backup. A county: what it says from
//! then on arrives, none of it taken for something that was said before, and what it forgot stays at the city. The city:
//! it asks its counties for what it forgot.

use std::collections::BTreeSet;
use std::time::Instant;

use jianyi_backup::{Database, Passphrase, Site, Target, back_up, files, restore};
use jianyi_bus::BusConfig;
use jianyi_kernel::Pii;
use jianyi_proto::member::events::v1::OrgUnitKind;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_proto::member::v1::{CreateOrgUnitRequest, ListOrgUnitsRequest, OrgUnit};
use jianyi_provision::{Nats, Options, Role};
use jianyi_testkit::{TestChannel, eventually};
use jianyi_tests::{Lenience, Story};
use sqlx::{Connection as _, PgConnection};

use crate::JIANYI;

const COUNTY: &str = "410621";
const INSTANCE: &str = "member/410621";

fn bus(nats: &Nats) -> BusConfig {
    let (user, password) = nats.user_password(Role::Jianyi).unwrap();
    BusConfig {
        nats_url: nats.url(),
        nats_user: Some(user.into()),
        nats_password: Some(Pii::new(password.into())),
    }
}

/// Enters units; their names.
async fn enter(
    members: &mut MemberServiceClient<TestChannel>,
    numbers: std::ops::Range<u32>,
) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for number in numbers {
        let request = CreateOrgUnitRequest {
            parent: format!("counties/{COUNTY}"),
            org_unit: Some(OrgUnit {
                kind: OrgUnitKind::VolunteerTeam.into(),
                display_name: format!("第{number}中队"),
                ..Default::default()
            }),
            request_id: format!("unit-{number}"),
        };
        let unit = members.create_org_unit(request).await.unwrap();
        names.insert(unit.into_inner().name);
    }
    names
}

/// A database as a new server has it.
async fn empty(url: &str) {
    let mut owner = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql("drop schema public cascade; create schema public")
        .execute(&mut owner)
        .await
        .unwrap();
}

/// What the city's figures are made of, of this county.
async fn facts(city: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar(
        "select resource from facts where context = 'member' and division like '410621%'",
    )
    .fetch_all(city)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_county_that_lost_everything_comes_back_and_the_city_takes_up_from_there() {
    let mut story = Story::start(JIANYI).await;
    let url = story.system.world.database_url("oversight").unwrap();
    let mut city = PgConnection::connect(&url).await.unwrap();
    let mut members = MemberServiceClient::new(story.system.channel().await);
    let kept = enter(&mut members, 0..30).await;

    // The site of the county: its database and its bus.
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("410621.jybackup");
    let passphrase = Passphrase::new("correct horse battery").unwrap();
    let own = story.system.world.database_url(INSTANCE).unwrap();
    let databases = || {
        vec![Database {
            name: INSTANCE.into(),
            url: Pii::new(own.clone()),
        }]
    };
    let config = bus(story.system.world.county_nats(COUNTY).unwrap());
    let site = Site {
        name: COUNTY.into(),
        databases: databases(),
        bus: config.clone(),
        files: None,
        tools: Options::default(),
    };
    let began = Instant::now();
    back_up(&site, &passphrase, &file, |_| {}).await.unwrap();
    println!("backed up in {:.1?}", began.elapsed());

    // The city hears of these, and the backup does not know them.
    let forgotten = enter(&mut members, 30..40).await;
    eventually!(facts(&mut city).await.len() == 40);

    // Everything is gone.
    let lost = Instant::now();
    story.system.world.stop_service(INSTANCE).await.unwrap();
    empty(&own).await;
    let store = story
        .system
        .data_dir()
        .join("sites")
        .join(COUNTY)
        .join("nats")
        .join("store");
    let nats = story.system.world.county_nats(COUNTY).unwrap();
    nats.kill9().await;
    std::fs::remove_dir_all(&store).unwrap();
    nats.restart().await.unwrap();

    let (manifest, _) = files(&file, &passphrase).unwrap();
    let target = Target {
        databases: databases(),
        bus: config,
        tools: Options::default(),
        overwrite: false,
    };
    restore(&file, &passphrase, &manifest, &target, |_| {})
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    println!("restored in {:.1?}", lost.elapsed());
    story.system.world.restart(INSTANCE).await.unwrap();
    let new = enter(&mut members, 100..105).await;
    println!("written again {:.1?} after the loss", lost.elapsed());

    // At the county: what the backup knew, and what is new.
    let request = ListOrgUnitsRequest {
        parent: format!("counties/{COUNTY}"),
        page_size: 500,
        ..Default::default()
    };
    let listed = members.list_org_units(request).await.unwrap().into_inner();
    let listed: BTreeSet<String> = listed.org_units.into_iter().map(|it| it.name).collect();
    assert_eq!(listed, kept.union(&new).cloned().collect());
    // At the city: that and what the county forgot, each once.
    let all: BTreeSet<String> = kept.iter().chain(&forgotten).chain(&new).cloned().collect();
    eventually!({
        let facts = facts(&mut city).await;
        facts.len() == all.len() && facts.into_iter().collect::<BTreeSet<_>>() == all
    });
    println!("caught up {:.1?} after the loss", lost.elapsed());
    story.system.finish(Lenience::Strict).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_city_that_lost_everything_asks_its_counties_for_what_it_forgot() {
    let mut story = Story::start(JIANYI).await;
    let system = &mut story.system;
    let of_the_city = |name: &String| !name.contains("410621") && !name.contains("410622");
    let instances: Vec<String> = system
        .world
        .names()
        .into_iter()
        .filter(of_the_city)
        .collect();
    let urls: Vec<(String, String)> = instances
        .iter()
        .filter(|name| *name != "gateway")
        .map(|name| (name.clone(), system.world.database_url(name).unwrap()))
        .collect();
    let databases = || {
        let databases = urls.iter().map(|(name, url)| Database {
            name: name.clone(),
            url: Pii::new(url.clone()),
        });
        databases.collect::<Vec<_>>()
    };
    let oversight = system.world.database_url("oversight").unwrap();
    let mut members = MemberServiceClient::new(system.channel().await);
    let kept = enter(&mut members, 0..30).await;

    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("410600.jybackup");
    let passphrase = Passphrase::new("correct horse battery").unwrap();
    let config = bus(system.world.nats());
    let site = Site {
        name: "410600".into(),
        databases: databases(),
        bus: config.clone(),
        files: None,
        tools: Options::default(),
    };
    back_up(&site, &passphrase, &file, |_| {}).await.unwrap();

    // A county said these to a city that will not remember them.
    let told = enter(&mut members, 30..40).await;
    let mut city = PgConnection::connect(&oversight).await.unwrap();
    eventually!(facts(&mut city).await.len() == 40);
    city.close().await.unwrap();

    let lost = Instant::now();
    for name in instances.iter().rev() {
        system.world.stop_service(name).await.unwrap();
    }
    for (_, url) in &urls {
        empty(url).await;
    }
    let store = system.data_dir().join("nats").join("store");
    let nats = system.world.nats();
    nats.kill9().await;
    std::fs::remove_dir_all(&store).unwrap();
    nats.restart().await.unwrap();
    let (manifest, _) = files(&file, &passphrase).unwrap();
    let target = Target {
        databases: databases(),
        bus: config,
        tools: Options::default(),
        overwrite: false,
    };
    restore(&file, &passphrase, &manifest, &target, |_| {})
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    for name in &instances {
        system.world.restart(name).await.unwrap();
    }
    println!("the city is back {:.1?} after the loss", lost.elapsed());
    let new = enter(&mut members, 100..105).await;
    let all: BTreeSet<String> = kept.iter().chain(&told).chain(&new).cloned().collect();
    let mut city = PgConnection::connect(&oversight).await.unwrap();
    eventually!({
        let facts = facts(&mut city).await;
        facts.len() == all.len() && facts.into_iter().collect::<BTreeSet<_>>() == all
    });
    println!("and has everything {:.1?} after the loss", lost.elapsed());
    story.system.finish(Lenience::Strict).await;
}
