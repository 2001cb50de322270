//! A county on a site of its own that goes on writing while it is cut off, and what the city has afterwards.
//!
//! Telling it is in the stories; this is how it is done and what is counted.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_nats::jetstream::consumer::pull::OrderedConfig;
use async_nats::jetstream::{self, Context};
use futures::StreamExt as _;
use jianyi_proto::member::events::v1::OrgUnitKind;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_proto::member::v1::{CreateOrgUnitRequest, OrgUnit};
use jianyi_provision::{Nats, Role, free_port};
use jianyi_standalone::client::Session;
use jianyi_standalone::world::{EdgeOptions, Federation, Mode};
use sqlx::{Connection as _, PgConnection};
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior, interval, sleep};
use tonic::Code;
use tonic::transport::Channel;

use crate::{Line, Link, System};

const COUNTY: &str = "410621";
/// Its neighbour, on a site of its own as well, to whom nothing of this happens.
const NEIGHBOUR: &str = "410622";
const WRITERS: usize = 16;

/// What happens to the county's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The line resets whoever uses it.
    Reset,
    /// The line is silent.
    Silent,
    /// The city's broker dies.
    CityDies,
    /// The county's broker dies.
    CountyDies,
}

/// What a cut came to.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// Writes that the county's service acknowledged, before, during and after the cut.
    pub acknowledged: usize,
    /// Those of them during the cut.
    pub during: usize,
    /// How long it lasted.
    pub cut: Duration,
    /// From the line's return until the city's stream had something new.
    pub resumed: Duration,
    /// From the line's return until the city's projection had all that was acknowledged before it.
    pub caught_up: Duration,
}

/// A system with two counties on sites of their own.
#[derive(Debug)]
pub struct Story {
    /// All of it.
    pub system: System,
    /// The line of the county that is cut off.
    pub link: Link,
    units: usize,
}

impl Story {
    /// Each service is a process of its own, from this executable.
    pub async fn start(executable: &str) -> Self {
        let leaf_port = free_port();
        let link = Link::to(leaf_port).await;
        let federation = Federation {
            leaf_port,
            counties: BTreeMap::from([
                (COUNTY.into(), format!("127.0.0.1:{}", link.port())),
                (NEIGHBOUR.into(), format!("127.0.0.1:{leaf_port}")),
            ]),
        };
        let mode = Mode::Processes(PathBuf::from(executable));
        let system = System::start_sites(mode, |_| EdgeOptions::default(), Some(federation)).await;
        Self {
            system,
            link,
            units: 0,
        }
    }

    /// Writes go on at this rate before, during and after the cut; then everything must have arrived, once and in
    /// order.
    pub async fn cut(&mut self, cut: Cut, length: Duration, per_second: u32) -> Figures {
        let writing = Writing::begin(
            &self.system.session,
            &self.system.channel_to(&format!("member/{COUNTY}")),
            per_second,
            self.units,
        );
        sleep(Duration::from_secs(2)).await;
        self.sever(cut).await;
        let (began, before) = (Instant::now(), writing.count().await);
        // What was on its way has arrived by then; from there on nothing may pass.
        sleep(Duration::from_secs(1)).await;
        let city = streams(self.system.world.nats()).await;
        let early = self.said_while(cut, &city).await;
        sleep(length.saturating_sub(began.elapsed())).await;
        let had = self.said_while(cut, &city).await;
        assert_eq!(early, had, "{cut:?} cuts nothing");
        let (lasted, during) = (began.elapsed(), writing.count().await - before);
        self.heal(cut).await;
        let healed = Instant::now();
        let known = writing.count().await;
        let had = match had {
            Some(had) => had,
            None => said(&city).await,
        };
        while said(&city).await <= had {
            assert!(
                healed.elapsed() < Duration::from_secs(60),
                "{cut:?}: silence"
            );
            sleep(Duration::from_millis(20)).await;
        }
        let resumed = healed.elapsed();
        let mut projection = self.projection().await;
        while arrived(&mut projection).await < self.units + known {
            let waited = healed.elapsed();
            assert!(
                waited < length + Duration::from_secs(120),
                "{cut:?}: not all came"
            );
            sleep(Duration::from_millis(50)).await;
        }
        let caught_up = healed.elapsed();
        sleep(Duration::from_secs(1)).await;
        let acknowledged = writing.end().await;
        self.units += acknowledged;
        self.all_arrived_once_and_in_order(&city).await;
        Figures {
            acknowledged,
            during,
            cut: lasted,
            resumed,
            caught_up,
        }
    }

    /// `None` while the city's broker is the one that is away.
    async fn said_while(&self, cut: Cut, city: &Context) -> Option<usize> {
        if cut == Cut::CityDies {
            return None;
        }
        Some(said(city).await)
    }

    async fn sever(&mut self, cut: Cut) {
        match cut {
            Cut::Reset => self.link.set(Line::Reset),
            Cut::Silent => self.link.set(Line::Silent),
            Cut::CityDies => self.system.world.nats().kill9().await,
            Cut::CountyDies => self.county().kill9().await,
        }
    }

    async fn heal(&mut self, cut: Cut) {
        match cut {
            Cut::Reset | Cut::Silent => self.link.set(Line::Open),
            Cut::CityDies => self.system.world.nats().restart().await.expect("NATS"),
            Cut::CountyDies => self.county().restart().await.expect("NATS"),
        }
    }

    fn county(&mut self) -> &mut Nats {
        self.system.world.county_nats(COUNTY).expect("a site")
    }

    async fn projection(&self) -> PgConnection {
        let url = self
            .system
            .world
            .database_url("oversight")
            .expect("a database");
        PgConnection::connect(&url).await.expect("connected")
    }

    /// What the county's service acknowledged is in the city's projection, and the city's stream holds the county's
    /// own as the county's does.
    async fn all_arrived_once_and_in_order(&mut self, city: &Context) {
        let mut projection = self.projection().await;
        let deadline = Instant::now() + Duration::from_secs(120);
        while arrived(&mut projection).await < self.units {
            assert!(Instant::now() < deadline, "acknowledged, but not arrived");
            sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(arrived(&mut projection).await, self.units);
        let county = streams(self.county()).await;
        let (here, there) = (ids(&county).await, ids(city).await);
        assert_eq!(here.len(), self.units, "the county says each once");
        assert!(here == there, "the city has other events, or another order");
    }
}

/// Writers that go on until they are told to stop.
struct Writing {
    done: Arc<Mutex<usize>>,
    stop: Arc<AtomicBool>,
    writers: JoinSet<()>,
}

impl Writing {
    fn begin(session: &Session, channel: &Channel, per_second: u32, from: usize) -> Self {
        let mut pace = interval(Duration::from_secs(1) / per_second);
        pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let (pace, next) = (Arc::new(Mutex::new(pace)), Arc::new(Mutex::new(from)));
        let (done, stop) = (Arc::default(), Arc::<AtomicBool>::default());
        let mut writers = JoinSet::new();
        for _ in 0..WRITERS {
            let writer = Writer {
                session: session.clone(),
                client: MemberServiceClient::new(channel.clone()),
                pace: Arc::clone(&pace),
                next: Arc::clone(&next),
                done: Arc::clone(&done),
                stop: Arc::clone(&stop),
            };
            writers.spawn(writer.run());
        }
        Self {
            done,
            stop,
            writers,
        }
    }

    async fn count(&self) -> usize {
        *self.done.lock().await
    }

    async fn end(self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        self.writers.join_all().await;
        *self.done.lock().await
    }
}

struct Writer {
    session: Session,
    client: MemberServiceClient<Channel>,
    pace: Arc<Mutex<Interval>>,
    next: Arc<Mutex<usize>>,
    done: Arc<Mutex<usize>>,
    stop: Arc<AtomicBool>,
}

impl Writer {
    async fn run(mut self) {
        while !self.stop.load(Ordering::Relaxed) {
            self.pace.lock().await.tick().await;
            let number = {
                let mut next = self.next.lock().await;
                *next += 1;
                *next
            };
            self.enter(number).await;
            *self.done.lock().await += 1;
        }
    }

    /// Until it is acknowledged; nothing of the county may wait for the city.
    async fn enter(&mut self, number: usize) {
        loop {
            let request = CreateOrgUnitRequest {
                parent: format!("counties/{COUNTY}"),
                org_unit: Some(OrgUnit {
                    kind: OrgUnitKind::VolunteerTeam.into(),
                    display_name: format!("义警第{number}队"),
                    ..OrgUnit::default()
                }),
                request_id: format!("unit-{number}"),
            };
            let request = self.session.request(request).await.expect("login");
            match self.client.create_org_unit(request).await {
                Ok(_) => return,
                Err(status) if status.code() == Code::Unavailable => {
                    sleep(Duration::from_millis(50)).await;
                }
                Err(status) => panic!("{status:?}"),
            }
        }
    }
}

/// Facts of the county in the city's projection.
async fn arrived(projection: &mut PgConnection) -> usize {
    let count: i64 = sqlx::query_scalar(
        "select count(*) from facts where context = 'member' and division like '410621%'",
    )
    .fetch_one(projection)
    .await
    .expect("facts");
    usize::try_from(count).expect("a count")
}

async fn streams(nats: &Nats) -> Context {
    let (user, password) = nats.user_password(Role::Jianyi).expect("a login");
    let options = async_nats::ConnectOptions::with_user_and_password(user.into(), password.into())
        .reconnect_delay_callback(|_| Duration::from_millis(50))
        .retry_on_initial_connect();
    jetstream::new(options.connect(nats.url()).await.expect("NATS"))
}

/// How much the city has of the county.
async fn said(city: &Context) -> usize {
    loop {
        if let Ok(stream) = city.get_stream("JY_MEMBER").await {
            let info = stream
                .info_with_subjects(format!("jianyi.member.{COUNTY}.>"))
                .await;
            if let Ok(subjects) = info {
                let counts = subjects
                    .filter_map(|it| async { it.ok() })
                    .map(|(_, count)| count);
                return counts
                    .fold(0, |sum, count| async move { sum + count })
                    .await;
            }
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// The ids of the county's events in a stream, in its order.
async fn ids(streams: &Context) -> Vec<String> {
    let stream = streams.get_stream("JY_MEMBER").await.expect("a stream");
    let config = OrderedConfig {
        filter_subject: format!("jianyi.member.{COUNTY}.>"),
        ..OrderedConfig::default()
    };
    let mut consumer = stream.create_consumer(config).await.expect("a consumer");
    let pending = consumer.info().await.expect("its state").num_pending;
    let mut messages = consumer.messages().await.expect("messages");
    let mut ids = Vec::new();
    for _ in 0..pending {
        let message = messages.next().await.expect("a message").expect("whole");
        let headers = message.headers.as_ref().expect("headers");
        ids.push(headers.get("ce-id").expect("an id").to_string());
    }
    ids
}
