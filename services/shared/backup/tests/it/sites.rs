//! A county that is restored while the city remembers a whole import of it that the backup does not know, and is not
//! there to be asked.
//!
//! A broker of 2.12 passes over sequences that it remembers; 2.15 reads a restored stream again.
//! `JIANYI_TEST_NATS_SERVER` names the program of an older one.

use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, Instant};

use jianyi_backup::{Files, Passphrase, Site, Target, back_up, files, restore};
use jianyi_bus::Bus;
use jianyi_bus::federation::{keep_city, keep_county};
use jianyi_db::NewEvent;
use jianyi_kernel::{Call, Clock, Division, Timestamp};
use jianyi_provision::federation::{AUTHORITY_FILE, Authority, CountyCode, LeafUser, TlsFiles};
use jianyi_provision::{
    CitySite, CountySite, Ephemeral, Nats, Options, Ports, Provisioned, Secrets, free_port,
    new_password, up_site,
};
use jianyi_telemetry::{Shutdown, task};
use prost::Message;
use tokio::sync::watch;
use uuid::Uuid;

use crate::{Running, bus_config, config_of, databases, serve, write};

const CODE: &str = "410621";
/// What a county may enter on the day of an import, between two nightly backups.
const IMPORTED: i64 = 12_000;
/// What it enters after the restore while the city is still away: enough to come past what the city remembers.
const AFTERWARDS: i64 = 3_000;

#[derive(Clone, PartialEq, Message)]
struct Said {
    #[prost(int64, tag = "1")]
    number: i64,
}

impl prost::Name for Said {
    const NAME: &'static str = "Said";
    const PACKAGE: &'static str = "jianyi.member.events.v1";
}

fn code() -> Division {
    CODE.parse().unwrap()
}

fn options() -> Options {
    Options {
        nats_server: std::env::var_os("JIANYI_TEST_NATS_SERVER").map(Into::into),
        ..Options::default()
    }
}

/// What both sites are started with.
fn federated(place: &Ephemeral) -> (CitySite, CountySite) {
    let now = Clock::system().now().as_offset();
    let authority = Authority::load_or_create(place.path(), now).unwrap();
    let files = |name: &str| {
        let file = |end: &str| place.path().join(end).to_str().unwrap().to_owned();
        TlsFiles {
            certificate: file(&format!("{name}.pem")),
            key: file(&format!("{name}.key")),
            authority: file(AUTHORITY_FILE),
        }
    };
    let leaf = LeafUser {
        county: CountyCode::parse(CODE).unwrap(),
        password: new_password(),
    };
    let (city, county) = (files("city"), files(CODE));
    authority
        .certify_city(&["localhost".into()], now)
        .unwrap()
        .write(city.certificate.as_ref(), city.key.as_ref())
        .unwrap();
    authority
        .certify_county(&leaf.county, now)
        .unwrap()
        .write(county.certificate.as_ref(), county.key.as_ref())
        .unwrap();
    let leaf_port = free_port();
    let county = CountySite {
        city: format!("localhost:{leaf_port}"),
        leaf: leaf.clone(),
        tls: county,
    };
    let city = CitySite {
        leaf_port,
        tls: city,
        counties: vec![leaf],
    };
    (city, county)
}

async fn county(place: &Ephemeral, site: &CountySite) -> Provisioned {
    let site = jianyi_provision::Site::County(site.clone());
    let servers = Box::pin(up_site(place.path(), &options(), Ports::default(), site))
        .await
        .unwrap();
    servers.postgres.ensure_databases(&["tally"]).await.unwrap();
    servers
}

/// The county's member service, as far as it matters here, and its keeper.
async fn work(servers: Provisioned) -> Running {
    let running = serve(servers).await;
    running.bus.declare_stream("member").await.unwrap();
    let kept = keep_county(running.bus.clone(), code(), running.shutdown.child());
    task::spawn("county", kept);
    running
}

/// Says these in as few commits as an import takes.
async fn say(county: &Running, numbers: std::ops::Range<i64>) {
    let numbers: Vec<i64> = numbers.collect();
    for some in numbers.chunks(1000) {
        let call = Call::background("test", "say");
        let mut uow = county.db.begin_background(&call).await.unwrap();
        for &number in some {
            let name = format!("counties/{CODE}/talks/{number}");
            uow.emit(NewEvent::of(&Said { number }, &name, &code(), 1));
        }
        uow.commit_background().await.unwrap();
    }
}

async fn heard(city: &Bus) -> HashSet<Uuid> {
    let long_ago = Timestamp::from_unix(0, 0).unwrap();
    let heard = city.event_ids_since("JY_MEMBER", long_ago).await;
    heard.unwrap_or_default()
}

async fn hears(city: &Bus, count: usize, why: &str) -> HashSet<Uuid> {
    let give_up = Instant::now() + Duration::from_secs(60);
    loop {
        let heard = heard(city).await;
        if heard.len() >= count {
            return heard;
        }
        assert!(
            Instant::now() < give_up,
            "{why}: the city has {} of {count}",
            heard.len()
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_county_is_heard_although_the_city_remembers_a_whole_import_of_it() {
    let (city_place, old_place, new_place, elsewhere) = (
        Ephemeral::new().unwrap(),
        Ephemeral::new().unwrap(),
        Ephemeral::new().unwrap(),
        Ephemeral::new().unwrap(),
    );
    let passphrase = Passphrase::new("correct horse battery").unwrap();
    let file = elsewhere.path().join("410621.jybackup");
    let (city_site, county_site) = federated(&elsewhere);
    let secrets = Secrets::load_or_create(city_place.layout()).unwrap();
    let mut nats = Nats::start_site(
        city_place.layout(),
        &options(),
        &secrets,
        jianyi_provision::Site::City(city_site),
    )
    .await
    .unwrap();
    let city = Bus::connect(&config_of(&nats), "test").await.unwrap();
    let (shutdown, joined) = (Shutdown::new(), watch::channel(BTreeSet::from([code()])).1);
    task::spawn(
        "city",
        keep_city(city.clone(), joined.clone(), shutdown.clone()),
    );

    let site = work(county(&old_place, &county_site).await).await;
    say(&site, 0..50).await;
    hears(&city, 50, "before the backup").await;
    let described = Site {
        name: CODE.into(),
        databases: databases(&site.servers),
        bus: bus_config(&site.servers),
        files: Some(Files {
            root: old_place.path().into(),
            names: vec!["secrets".into(), "VERSION".into()],
        }),
        tools: Options::default(),
    };
    back_up(&described, &passphrase, &file, |_| {})
        .await
        .unwrap();
    say(&site, 50..50 + IMPORTED).await;
    let all = 50 + usize::try_from(IMPORTED).unwrap();
    let remembered = hears(&city, all, "what the backup does not know").await;

    // The county burns down, and the city is away while it is rebuilt and works again.
    site.stop().await;
    drop(old_place);
    nats.kill9().await;
    let began = Instant::now();
    let (manifest, secrets) = files(&file, &passphrase).unwrap();
    write(&secrets, new_place.path());
    let servers = county(&new_place, &county_site).await;
    let target = Target {
        databases: databases(&servers),
        bus: bus_config(&servers),
        tools: Options::default(),
        overwrite: false,
    };
    let outcome = restore(&file, &passphrase, &manifest, &target, |_| {})
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    println!(
        "restored in {:.1?}, goes on at {:?}",
        began.elapsed(),
        outcome.next_sequences
    );
    assert!(
        outcome.next_sequences["JY_MEMBER"] > u64::try_from(all).unwrap(),
        "new events get sequences that the city remembers"
    );
    let site = work(servers).await;
    say(&site, 1_000_000..1_000_000 + AFTERWARDS).await;
    let afterwards = usize::try_from(AFTERWARDS).unwrap();
    let last = outcome.next_sequences["JY_MEMBER"] + u64::try_from(AFTERWARDS).unwrap() - 1;
    let give_up = Instant::now() + Duration::from_secs(60);
    while site.bus.stream_last_sequence("member").await.unwrap() < last {
        assert!(Instant::now() < give_up, "not published");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    nats.restart().await.unwrap();
    let heard = hears(&city, all + afterwards, "after the restore").await;
    assert!(remembered.is_subset(&heard));
    // None twice: an id counts once, a place in the stream as often as it is taken.
    assert_eq!(
        city.stream_last_sequence("member").await.unwrap(),
        u64::try_from(heard.len()).unwrap()
    );
    shutdown.trigger();
    site.stop().await;
    nats.stop().await.unwrap();
}
