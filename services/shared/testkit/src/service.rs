//! A service under test: its database, its API on loopback, and hand-made deliveries of events.

use std::net::SocketAddr;
use std::sync::Arc;

use jianyi_bus::{Delivery, Origin, Subscription};
use jianyi_db::{Db, NewEvent, OutboxRow};
use jianyi_kernel::{Clock, Division, Fault, Timestamp};
use jianyi_ops::{Parts, ServiceSpec, Settings};
use jianyi_proto::DESCRIPTOR_SET;
use jianyi_rpc::{Edge, Gate, Inside, Policies};
use jianyi_telemetry::{Shutdown, task};
use prost::{Message, Name};
use sqlx::{Connection as _, PgConnection};
use tonic::transport::Channel;
use uuid::Uuid;

use crate::tokens::{Bearer, TestChannel, TestTokens};
use crate::{eventually, fresh_database};

/// The roles of those who do the association's work, and of the program that loads it.
pub const WORKING_ROLES: [&str; 13] = [
    "ROLE_OPERATOR",
    "ROLE_LEADER",
    "ROLE_MEMBER_AFFAIRS",
    "ROLE_CARE",
    "ROLE_FINANCE",
    "ROLE_FINANCE_APPROVER",
    "ROLE_PUBLICITY",
    "ROLE_OVERSIGHT",
    "ROLE_AUDITOR",
    "ROLE_SERVICE",
    "ROLE_SYSTEM_ADMINISTRATOR",
    "ROLE_SECURITY_ADMINISTRATOR",
    "ROLE_AUDIT_ADMINISTRATOR",
];

/// One service, served for one test.
#[derive(Debug)]
pub struct TestService {
    spec: ServiceSpec,
    parts: Parts,
    database_url: String,
    channel: Channel,
    tokens: TestTokens,
}

impl TestService {
    /// Starts the service on a database of its own. The clock stands at the end of 2024.
    pub async fn start(spec: ServiceSpec, division: Option<&str>) -> Self {
        Self::start_with(spec, division, Settings::default()).await
    }

    /// [`TestService::start`] with settings that only this service knows.
    pub async fn start_with(spec: ServiceSpec, division: Option<&str>, settings: Settings) -> Self {
        crate::logs();
        let config = fresh_database(&spec).await;
        let database_url = config
            .database_owner_url
            .as_ref()
            .expect("the owner looks past the service")
            .expose("test looks into its own database")
            .clone();
        let new_year = Timestamp::from_unix(1_735_603_200, 0).expect("2024-12-31T00:00:00Z");
        let db = Db::connect(&config, Clock::fixed(new_year))
            .await
            .expect("test database opens");
        let division =
            division.map(|code| Division::parse("division", code).expect("a division code"));
        let shutdown = Shutdown::new();
        let parts = Parts {
            db: db.clone(),
            bus: None,
            division: division.clone(),
            settings,
            tls: jianyi_rpc::ClientTls::default(),
            shutdown: shutdown.clone(),
        };
        if let Some(prepare) = spec.prepare {
            prepare(parts.clone()).await.expect("service prepares");
        }

        let tokens = TestTokens::generate();
        let policies = Policies::from_descriptors(DESCRIPTOR_SET).expect("policies");
        let verifier = tokens.verifier(db.clock().clone());
        let gate = Gate::new(Arc::new(policies), Arc::new(verifier), division);
        let port = jianyi_provision::free_port();
        let listen = SocketAddr::from(([127, 0, 0, 1], port));
        let routes = (spec.routes)(&parts);
        let egress = spec.egress(&parts).expect("the contracts are read");
        task::spawn("service under test", async move {
            let edge = Edge::plain(listen);
            let inside = Inside::new(gate, &edge.limits).noting(egress);
            jianyi_rpc::serve_inside(routes, inside, edge, shutdown)
                .await
                .expect("serving");
        });
        eventually!(tokio::net::TcpStream::connect(listen).await.is_ok());
        let channel = jianyi_rpc::connect_lazy(&format!("http://{listen}")).expect("channel");
        Self {
            spec,
            parts,
            database_url,
            channel,
            tokens,
        }
    }

    /// Calls as somebody with every working role of the city: what no account may be, but a test of a rule
    /// that is not about roles may.
    #[must_use]
    pub fn channel(&self) -> TestChannel {
        let strong = ["pwd", "otp", "mfa"];
        let token = self
            .tokens
            .sign("test:everybody", &WORKING_ROLES, "410600", &strong);
        TestChannel::new(self.channel.clone(), Bearer::new(token))
    }

    /// Calls as somebody who holds one role within one division.
    #[must_use]
    pub fn channel_as(&self, role: &str, division: &str) -> TestChannel {
        self.channel_of(&format!("test:{role}:{division}"), role, division)
    }

    /// [`TestService::channel_as`] for a given account, where two people must differ.
    #[must_use]
    pub fn channel_of(&self, subject: &str, role: &str, division: &str) -> TestChannel {
        let token = self.tokens.token(subject, role, division);
        TestChannel::new(self.channel.clone(), Bearer::new(token))
    }

    /// [`TestService::channel_of`] within a login session, for what concerns the session itself.
    #[must_use]
    pub fn channel_in(&self, subject: &str, role: &str, session: &str) -> TestChannel {
        let token = self.tokens.token_in(subject, role, session);
        TestChannel::new(self.channel.clone(), Bearer::new(token))
    }

    /// Calls without any token.
    #[must_use]
    pub fn bare_channel(&self) -> Channel {
        self.channel.clone()
    }

    /// The service's database handle.
    #[must_use]
    pub const fn db(&self) -> &Db {
        &self.parts.db
    }

    /// What the service was built from.
    #[must_use]
    pub const fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The clock the service reads; tests move it.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        self.parts.db.clock()
    }

    /// A connection past the service, to look at what is really stored.
    pub async fn sql(&self) -> PgConnection {
        PgConnection::connect(&self.database_url)
            .await
            .expect("test database answers")
    }

    /// Everything the service has published, in order.
    pub async fn outbox(&self) -> Vec<OutboxRow> {
        sqlx::query_as(
            "select seq, event_id, type, subject, resource, division, version, occurred_at, traceparent, data
             from outbox order by seq",
        )
        .fetch_all(&mut self.sql().await)
        .await
        .expect("outbox reads")
    }

    /// Everything readable in a database, as one text: what a thief of a dump would grep.
    pub async fn dump(&self) -> String {
        let mut conn = self.sql().await;
        let tables: Vec<String> = sqlx::query_scalar(
            "select table_name::text from information_schema.tables where table_schema = 'public'",
        )
        .fetch_all(&mut conn)
        .await
        .expect("tables list");
        let mut dump = String::new();
        for table in tables {
            // bytea prints as hex; escape shows what is text inside it.
            let rows = format!(
                "select t::text || encode(convert_to(t::text, 'UTF8'), 'escape') from \"{table}\" t"
            );
            let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(rows))
                .fetch_all(&mut conn)
                .await
                .expect("table reads");
            dump.extend(rows);
        }
        dump
    }

    /// Delivers an event once, under a fresh id.
    ///
    /// # Errors
    /// What the service's handler answered.
    pub async fn deliver<E: Message + Name>(
        &self,
        event: &E,
        resource: &str,
        division: &str,
        version: i64,
    ) -> Result<(), Fault> {
        let id = self.clock().new_uuid();
        self.deliver_as(id, event, resource, division, version)
            .await
            .map(|_| ())
    }

    /// Delivers an event under a given id; `false` when the inbox knew it.
    ///
    /// # Errors
    /// What the service's handler answered.
    pub async fn deliver_as<E: Message + Name>(
        &self,
        event_id: Uuid,
        event: &E,
        resource: &str,
        division: &str,
        version: i64,
    ) -> Result<bool, Fault> {
        let division = Division::parse("division", division).expect("a division code");
        let type_name = NewEvent::of(event, resource, &division, version)
            .type_name()
            .to_owned();
        let context = E::PACKAGE.split('.').nth(1).unwrap_or_default();
        let delivery = Delivery {
            event_id,
            type_name,
            resource: resource.into(),
            division,
            version,
            occurred_at: self.clock().now(),
            stream_sequence: 1,
            origin: Origin::Here,
            data: event.encode_to_vec().into(),
        };
        let subscriptions = (self.spec.subscriptions)(&self.parts);
        let mut listening = subscriptions
            .iter()
            .filter(|subscription: &&Subscription| subscription.context() == context);
        let subscription = listening
            .next()
            .unwrap_or_else(|| panic!("nothing listens to {context}"));
        subscription.deliver(self.db(), delivery).await
    }

    /// Delivers what a service has published, as a stream would carry it, under a given id; `false` when the
    /// inbox knew it, or it is nothing that is listened to.
    ///
    /// # Errors
    /// What the service's handler answered.
    pub async fn deliver_row(&self, row: &OutboxRow, event_id: Uuid) -> Result<bool, Fault> {
        let context = row.subject.split('.').nth(1).unwrap_or_default();
        let delivery = Delivery {
            event_id,
            type_name: row.type_name.clone(),
            resource: row.resource.clone(),
            division: Division::parse("division", &row.division).expect("a division code"),
            version: row.version,
            occurred_at: row.occurred_at,
            stream_sequence: u64::try_from(row.seq).unwrap_or_default(),
            origin: Origin::Here,
            data: row.data.clone().into(),
        };
        for subscription in (self.spec.subscriptions)(&self.parts) {
            if subscription.context() == context {
                return subscription.deliver(self.db(), delivery).await;
            }
        }
        Ok(false)
    }
}

impl Drop for TestService {
    fn drop(&mut self) {
        self.parts.shutdown.trigger();
    }
}
