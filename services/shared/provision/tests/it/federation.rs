//! City and county as two real servers: who is let in, what passes, what a reload changes.

use std::path::Path;
use std::time::Duration;

use async_nats::jetstream::context::ContextBuilder;
use async_nats::{Client, ConnectOptions};
use futures::StreamExt;
use jianyi_provision::federation::{
    AUTHORITY_FILE, Authority, CountyCode, LeafUser, TlsFiles, expires,
};
use jianyi_provision::{
    CitySite, CountySite, Ephemeral, Nats, Options, Role, Secrets, Site, free_port, new_password,
};
use time::OffsetDateTime;
use tokio::time::{Instant, sleep, timeout};

const PATIENCE: Duration = Duration::from_secs(20);

#[expect(clippy::disallowed_methods, reason = "certificates hold now")]
fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

fn leaf(code: &str) -> LeafUser {
    LeafUser {
        county: CountyCode::parse(code).unwrap(),
        password: new_password(),
    }
}

fn tls(dir: &Path, name: &str) -> TlsFiles {
    let file = |name: String| dir.join(name).to_str().unwrap().to_owned();
    TlsFiles {
        certificate: file(format!("{name}.pem")),
        key: file(format!("{name}.key")),
        authority: file(AUTHORITY_FILE.into()),
    }
}

struct Sites {
    pki: Ephemeral,
    city_dir: Ephemeral,
    leaf_port: u16,
}

impl Sites {
    fn new() -> Self {
        let pki = Ephemeral::new().unwrap();
        let authority = Authority::load_or_create(pki.path(), now()).unwrap();
        let files = tls(pki.path(), "city");
        let city = authority.certify_city(&["localhost".into()], now());
        let (certificate, key) = (&files.certificate, &files.key);
        city.unwrap()
            .write(certificate.as_ref(), key.as_ref())
            .unwrap();
        Self {
            pki,
            city_dir: Ephemeral::new().unwrap(),
            leaf_port: free_port(),
        }
    }

    async fn city(&self, counties: Vec<LeafUser>) -> Nats {
        let site = Site::City(CitySite {
            leaf_port: self.leaf_port,
            tls: tls(self.pki.path(), "city"),
            counties,
        });
        start(&self.city_dir, site).await
    }

    async fn county(&self, dir: &Ephemeral, leaf: &LeafUser) -> Nats {
        let files = tls(self.pki.path(), &leaf.county.to_string());
        let authority = Authority::load_or_create(self.pki.path(), now()).unwrap();
        let made = authority.certify_county(&leaf.county, now()).unwrap();
        made.write(files.certificate.as_ref(), files.key.as_ref())
            .unwrap();
        let site = Site::County(CountySite {
            city: format!("localhost:{}", self.leaf_port),
            leaf: leaf.clone(),
            tls: files,
        });
        start(dir, site).await
    }
}

async fn start(dir: &Ephemeral, site: Site) -> Nats {
    let secrets = Secrets::load_or_create(dir.layout()).unwrap();
    Nats::start_site(dir.layout(), &Options::default(), &secrets, site)
        .await
        .unwrap()
}

async fn client(nats: &Nats) -> Client {
    let (user, password) = nats.user_password(Role::Jianyi).unwrap();
    ConnectOptions::with_user_and_password(user.to_owned(), password.to_owned())
        .connect(nats.url())
        .await
        .unwrap()
}

async fn eventually_reaches(city: &Client, domain: &str, wanted: bool) {
    let far = ContextBuilder::new()
        .timeout(Duration::from_secs(1))
        .domain(domain)
        .build(city.clone());
    let give_up = Instant::now() + PATIENCE;
    while far.query_account().await.is_ok() != wanted {
        assert!(Instant::now() < give_up, "{domain} reached: not {wanted}");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_county_is_let_in_without_a_restart() {
    let sites = Sites::new();
    let (first, second) = (leaf("410621"), leaf("410622"));
    let mut city = sites.city(vec![first.clone()]).await;
    let (pid, asking) = (city.pid(), client(&city).await);
    let (dir1, dir2) = (Ephemeral::new().unwrap(), Ephemeral::new().unwrap());
    let county1 = sites.county(&dir1, &first).await;
    eventually_reaches(&asking, "county-410621", true).await;

    let county2 = sites.county(&dir2, &second).await;
    sleep(Duration::from_secs(2)).await;
    eventually_reaches(&asking, "county-410622", false).await;
    city.admit(vec![first.clone(), second.clone()]).unwrap();
    eventually_reaches(&asking, "county-410622", true).await;
    eventually_reaches(&asking, "county-410621", true).await;
    assert_eq!(city.pid(), pid);
    for nats in [county1, county2, city] {
        nats.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_county_neither_says_nor_hears_what_is_not_its_own() {
    let sites = Sites::new();
    let one = leaf("410621");
    let city = sites.city(vec![one.clone()]).await;
    let dir = Ephemeral::new().unwrap();
    let county = sites.county(&dir, &one).await;
    let (up, down) = (client(&city).await, client(&county).await);
    eventually_reaches(&up, "county-410621", true).await;

    let forbidden = [
        "jianyi.member.410621.joined",
        "rpc.410622.Service.Method",
        "sync.410622.x",
        "_INBOX.somebody.else",
        "$JS.city.API.STREAM.NAMES",
    ];
    // What passes is asked last, so that what was said before has had its chance.
    let mut calls = down.subscribe("rpc.410621.>").await.unwrap();
    let mut heard = down.subscribe(">").await.unwrap();
    down.flush().await.unwrap();
    let give_up = Instant::now() + PATIENCE;
    loop {
        for subject in forbidden {
            if subject.starts_with('$') {
                continue;
            }
            up.publish(subject, "city".into()).await.unwrap();
        }
        up.publish("rpc.410621.Service.Method", "city".into())
            .await
            .unwrap();
        if timeout(Duration::from_millis(200), calls.next())
            .await
            .is_ok()
        {
            break;
        }
        assert!(Instant::now() < give_up, "no call came down");
    }
    while let Ok(Some(message)) = timeout(Duration::from_millis(300), heard.next()).await {
        let subject = message.subject.as_str();
        assert!(
            !forbidden.contains(&subject) || message.payload != "city",
            "{subject} came down"
        );
    }

    let mut all = up.subscribe(">").await.unwrap();
    up.flush().await.unwrap();
    sleep(Duration::from_millis(500)).await;
    for subject in [
        "jianyi.member.410621.joined",
        "rpc.410622.Service.Method",
        "sync.410622.x",
    ] {
        down.publish(subject, "county".into()).await.unwrap();
    }
    for round in 0..20 {
        let subject = format!("sync.410621.{round}");
        down.publish(subject, "county".into()).await.unwrap();
        sleep(Duration::from_millis(20)).await;
    }
    let mut passed = 0;
    while let Ok(Some(message)) = timeout(Duration::from_millis(500), all.next()).await {
        if message.payload == "county" {
            assert!(
                message.subject.starts_with("sync.410621."),
                "{}",
                message.subject
            );
            passed += 1;
        }
    }
    assert_eq!(passed, 20);
    let city_api = ContextBuilder::new()
        .timeout(Duration::from_millis(500))
        .domain("city")
        .build(down);
    assert!(city_api.query_account().await.is_err());
    for nats in [county, city] {
        nats.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_county_of_another_authority_is_not_let_in() {
    let (sites, strangers) = (Sites::new(), Sites::new());
    let one = leaf("410621");
    let city = sites.city(vec![one.clone()]).await;
    let files = tls(strangers.pki.path(), "410621");
    let authority = Authority::load_or_create(strangers.pki.path(), now()).unwrap();
    let made = authority.certify_county(&one.county, now()).unwrap();
    made.write(files.certificate.as_ref(), files.key.as_ref())
        .unwrap();
    let dir = Ephemeral::new().unwrap();
    let site = Site::County(CountySite {
        city: format!("localhost:{}", sites.leaf_port),
        leaf: one,
        // It trusts the city; the city does not trust it.
        tls: TlsFiles {
            authority: tls(sites.pki.path(), "city").authority,
            ..files
        },
    });
    let county = start(&dir, site).await;
    let give_up = Instant::now() + PATIENCE;
    let log = || std::fs::read_to_string(sites.city_dir.layout().nats_log()).unwrap();
    while !log().contains("TLS leafnode handshake error") {
        assert!(Instant::now() < give_up, "nobody turned away: {}", log());
        sleep(Duration::from_millis(50)).await;
    }
    eventually_reaches(&client(&city).await, "county-410621", false).await;
    for nats in [county, city] {
        nats.stop().await.unwrap();
    }
}

#[test]
fn a_certificate_says_when_it_ends_and_only_its_owner_reads_the_key() {
    use std::os::unix::fs::PermissionsExt;
    let dir = Ephemeral::new().unwrap();
    let made = now();
    let authority = Authority::load_or_create(dir.path(), made).unwrap();
    let again = Authority::load_or_create(dir.path(), made).unwrap();
    assert_eq!(authority.certificate(), again.certificate());
    let files = tls(dir.path(), "410621");
    let county = CountyCode::parse("410621").unwrap();
    let certificate = again.certify_county(&county, made).unwrap();
    certificate
        .write(files.certificate.as_ref(), files.key.as_ref())
        .unwrap();
    let days = (expires(files.certificate.as_ref()).unwrap() - made).whole_days();
    assert!((395..=397).contains(&days), "{days}");
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert!(expires(files.key.as_ref()).is_err());
    let bad = ["鹤壁".to_owned()];
    assert!(authority.certify_city(&bad, made).is_err());
}
