//! Two sites on brokers of their own: history, what comes up, what goes down, and a broker that dies.

use std::collections::BTreeSet;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::{self, Context};
use jianyi_bus::federation::{keep_city, keep_county};
use jianyi_bus::{Bus, BusConfig, Leaves, reload_server};
use jianyi_kernel::{Division, Pii};
use jianyi_provision::federation::{
    AUTHORITY_FILE, Authority, CountyCode, LeafUser, SiteUsers, TlsFiles,
};
use jianyi_provision::{
    CitySite, CountySite, Ephemeral, Nats, Options, Role, Secret, Secrets, Site, free_port,
    new_password,
};
use jianyi_telemetry::{Shutdown, task};
use time::OffsetDateTime;
use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;

use crate::world::eventually;

const CODE: &str = "410621";

struct Sites {
    city: Nats,
    county: Nats,
    joined: watch::Sender<BTreeSet<Division>>,
    shutdown: Shutdown,
    leaf: LeafUser,
    city_dir: Ephemeral,
    county_dir: Ephemeral,
}

impl Sites {
    async fn start() -> Self {
        let (city_dir, county_dir) = (Ephemeral::new().unwrap(), Ephemeral::new().unwrap());
        let authority = Authority::load_or_create(city_dir.path(), now()).unwrap();
        let files = |name: &str| {
            let file = |end: &str| city_dir.path().join(end).to_str().unwrap().to_owned();
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
        let (city_tls, county_tls) = (files("city"), files(CODE));
        let made = authority
            .certify_city(&["localhost".into()], now())
            .unwrap();
        made.write(city_tls.certificate.as_ref(), city_tls.key.as_ref())
            .unwrap();
        let made = authority.certify_county(&leaf.county, now()).unwrap();
        made.write(county_tls.certificate.as_ref(), county_tls.key.as_ref())
            .unwrap();
        let leaf_port = free_port();
        let city = Site::City(CitySite {
            leaf_port,
            tls: city_tls,
            counties: vec![leaf.clone()],
        });
        let county = Site::County(CountySite {
            city: format!("localhost:{leaf_port}"),
            leaf: leaf.clone(),
            tls: county_tls,
        });
        Self {
            city: nats(&city_dir, city).await,
            county: nats(&county_dir, county).await,
            joined: watch::channel(BTreeSet::new()).0,
            shutdown: Shutdown::new(),
            leaf,
            city_dir,
            county_dir,
        }
    }

    /// Both keepers, as the services run them.
    async fn keep(&self) {
        let (city, county) = (bus(&self.city).await, bus(&self.county).await);
        let kept = keep_city(city, self.joined.subscribe(), self.shutdown.clone());
        task::spawn("city", kept);
        let kept = keep_county(county, code(), self.shutdown.clone());
        task::spawn("county", kept);
    }

    fn write_users(&self, counties: Vec<LeafUser>) {
        let secrets = Secrets::load_or_create(self.city_dir.layout()).unwrap();
        let users = SiteUsers {
            services_password: Secret::new(secrets.nats_password()),
            dashboard_password: Secret::new(secrets.dashboard_password()),
            counties,
        };
        let file = self.city_dir.layout().nats_dir().join("users.conf");
        std::fs::write(file, users.text()).unwrap();
    }

    async fn stop(self) {
        self.shutdown.trigger();
        self.county.stop().await.unwrap();
        self.city.stop().await.unwrap();
    }
}

#[expect(clippy::disallowed_methods, reason = "certificates hold now")]
fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

fn code() -> Division {
    CODE.parse().unwrap()
}

async fn nats(dir: &Ephemeral, site: Site) -> Nats {
    let secrets = Secrets::load_or_create(dir.layout()).unwrap();
    Nats::start_site(dir.layout(), &Options::default(), &secrets, site)
        .await
        .unwrap()
}

fn config(nats: &Nats) -> BusConfig {
    let (user, password) = nats.user_password(Role::Jianyi).unwrap();
    BusConfig {
        nats_url: nats.url(),
        nats_user: Some(user.into()),
        nats_password: Some(Pii::new(password.into())),
    }
}

fn system_account(nats: &Nats, dir: &Ephemeral) -> BusConfig {
    let secrets = Secrets::load_or_create(dir.layout()).unwrap();
    BusConfig {
        nats_url: nats.url(),
        nats_user: Some("system".into()),
        nats_password: Some(Pii::new(secrets.system_password().into())),
    }
}

/// Open leaf connections of a broker.
async fn leafs(system: &BusConfig) -> usize {
    let (user, password) = (system.nats_user.clone(), system.nats_password.clone());
    let password = password.unwrap().expose("log in").clone();
    let client = async_nats::ConnectOptions::with_user_and_password(user.unwrap(), password)
        .connect(&system.nats_url)
        .await
        .unwrap();
    let subject = format!("$SYS.REQ.SERVER.{}.LEAFZ", client.server_info().server_id);
    let answer = client.request(subject, "".into()).await.unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&answer.payload).unwrap();
    answer["data"]["leafnodes"]
        .as_u64()
        .unwrap()
        .try_into()
        .unwrap()
}

async fn bus(nats: &Nats) -> Bus {
    Bus::connect(&config(nats), "test").await.unwrap()
}

async fn streams(nats: &Nats) -> Context {
    let (user, password) = nats.user_password(Role::Jianyi).unwrap();
    let options = async_nats::ConnectOptions::with_user_and_password(user.into(), password.into())
        .retry_on_initial_connect();
    jetstream::new(options.connect(nats.url()).await.unwrap())
}

async fn publish(streams: &Context, subject: &str, number: usize) {
    let mut headers = HeaderMap::new();
    headers.insert("Nats-Msg-Id", Uuid::new_v4().to_string());
    let payload = number.to_string().into();
    let sent = streams.publish_with_headers(subject.to_owned(), headers, payload);
    sent.await.unwrap().await.unwrap();
}

/// What a stream holds of a subject, in its order.
async fn numbers(streams: &Context, stream: &str, ending: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let Ok(mut stream) = streams.get_stream(stream).await else {
        return found;
    };
    let Ok(info) = stream.info().await else {
        return found;
    };
    for sequence in 1..=info.state.last_sequence {
        let Ok(message) = stream.get_raw_message(sequence).await else {
            return Vec::new();
        };
        if message.subject.ends_with(ending) {
            found.push(
                std::str::from_utf8(&message.payload)
                    .unwrap()
                    .parse()
                    .unwrap(),
            );
        }
    }
    found
}

fn range(count: usize) -> Vec<usize> {
    (0..count).collect()
}

#[tokio::test]
async fn a_county_with_a_history_joins_and_a_broker_dies() {
    let mut sites = Sites::start().await;
    let county_bus = bus(&sites.county).await;
    county_bus.declare_stream("member").await.unwrap();
    let (city, county) = (streams(&sites.city).await, streams(&sites.county).await);
    let subject = "jianyi.member.410621.joined";
    for number in 0..50 {
        publish(&county, subject, number).await;
    }
    sites.keep().await;
    sites.joined.send_replace(BTreeSet::from([code()]));
    eventually("its history arrives", || async {
        numbers(&city, "JY_MEMBER", "joined").await == range(50)
    })
    .await;

    // A service of the city that declares its stream does not undo what the keeper did.
    let city_bus = bus(&sites.city).await;
    city_bus.declare_stream("member").await.unwrap();

    sites.city.kill9().await;
    for number in 50..100 {
        publish(&county, subject, number).await;
    }
    // Longer than a source may be silent, so that it is the keeper that has it begin again.
    tokio::time::sleep(Duration::from_secs(4)).await;
    sites.city.restart().await.unwrap();
    let back = Instant::now();
    eventually("the rest arrives", || async {
        numbers(&city, "JY_MEMBER", "joined").await == range(100)
    })
    .await;
    assert!(
        back.elapsed() < Duration::from_secs(15),
        "{:?}",
        back.elapsed()
    );

    sites.county.kill9().await;
    for number in 0..30 {
        publish(&city, "jianyi.identity.410600.changed.all", number).await;
    }
    sites.county.restart().await.unwrap();
    eventually("the county publishes again", || async {
        county.get_stream("JY_MEMBER").await.is_ok()
    })
    .await;
    for number in 100..120 {
        publish(&county, subject, number).await;
    }
    eventually("all of it, once and in order", || async {
        numbers(&city, "JY_MEMBER", "joined").await == range(120)
            && numbers(&county, "JY_IDENTITY", "all").await == range(30)
    })
    .await;
    sites.stop().await;
}

#[tokio::test]
async fn the_addressed_goes_down_to_whom_it_names_and_does_not_come_back() {
    let sites = Sites::start().await;
    sites.keep().await;
    sites.joined.send_replace(BTreeSet::from([code()]));
    let (city, county) = (streams(&sites.city).await, streams(&sites.county).await);
    eventually("the county's part is there", || async {
        city.get_stream("JY_DOWN_410621").await.is_ok()
            && county.get_stream("JY_OVERSIGHT").await.is_ok()
            && county.get_stream("JY_AUDIT").await.is_ok()
    })
    .await;
    publish(&city, "jianyi.oversight.410600.said.410622", 0).await;
    publish(&city, "jianyi.oversight.410600.said.410621", 1).await;
    publish(&city, "jianyi.oversight.410600.said", 2).await;
    publish(&city, "jianyi.oversight.410621.said.all", 3).await;
    publish(&city, "jianyi.audit.410600.head", 4).await;
    publish(&city, "jianyi.audit.410622.head", 5).await;
    publish(&county, "jianyi.audit.410621.head", 6).await;
    // A county that speaks to itself or to all: it must not go round.
    publish(&county, "jianyi.member.410621.echo.410621", 7).await;
    publish(&county, "jianyi.member.410621.echo.all", 8).await;
    publish(&county, "jianyi.member.410621.echo.410622", 9).await;
    publish(&county, "jianyi.member.410621.end", 10).await;
    eventually("down", || async {
        let mut said = numbers(&county, "JY_OVERSIGHT", "").await;
        said.sort_unstable();
        let mut heads = numbers(&county, "JY_AUDIT", "head").await;
        heads.sort_unstable();
        said == [1, 3] && heads == [4, 6]
    })
    .await;
    eventually("up", || async {
        numbers(&city, "JY_MEMBER", "end").await == [10]
            && numbers(&city, "JY_AUDIT", "head").await == [4, 5, 6]
    })
    .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    for streams in [&city, &county] {
        let mut echoes = numbers(streams, "JY_MEMBER", "").await;
        echoes.retain(|number| *number < 10);
        assert_eq!(echoes, [7, 8, 9]);
    }
    sites.stop().await;
}

#[tokio::test]
async fn a_county_that_was_removed_is_cut_off_and_what_it_said_stays() {
    let sites = Sites::start().await;
    sites.keep().await;
    sites.joined.send_replace(BTreeSet::from([code()]));
    let (city, county) = (streams(&sites.city).await, streams(&sites.county).await);
    let pid = sites.city.pid();
    eventually("the county speaks", || async {
        county.get_stream("JY_MEMBER").await.is_ok()
    })
    .await;
    publish(&county, "jianyi.member.410621.said", 0).await;
    eventually("and is heard", || async {
        numbers(&city, "JY_MEMBER", "said").await == [0]
    })
    .await;

    let system = system_account(&sites.city, &sites.city_dir);
    let county_system = system_account(&sites.county, &sites.county_dir);
    sites.joined.send_replace(BTreeSet::new());
    sites.write_users(Vec::new());
    assert_eq!(reload_server(&system, Leaves::Drop).await.unwrap(), 1);
    // What was on the line when it ended may still be read at its other end.
    eventually("the county hears that", || async {
        leafs(&county_system).await == 0
    })
    .await;
    publish(&county, "jianyi.member.410621.said", 1).await;
    publish(&city, "jianyi.oversight.410600.told.410621", 2).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(numbers(&city, "JY_MEMBER", "said").await, [0]);
    assert!(numbers(&county, "JY_OVERSIGHT", "").await.is_empty());

    sites.joined.send_replace(BTreeSet::from([code()]));
    sites.write_users(vec![sites.leaf.clone()]);
    assert_eq!(reload_server(&system, Leaves::Stay).await.unwrap(), 0);
    eventually(
        "it is let in again and goes on where it stopped",
        || async { numbers(&city, "JY_MEMBER", "said").await == [0, 1] },
    )
    .await;
    assert_eq!(sites.city.pid(), pid);

    let users = sites.city_dir.layout().nats_dir().join("users.conf");
    std::fs::write(users, "users: [").unwrap();
    assert!(reload_server(&system, Leaves::Stay).await.is_err());
    assert_eq!(sites.city.pid(), pid);
    sites.stop().await;
}
