//! A whole system for one story: real servers, real services, a session, and a check at the end.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jianyi_proto::gateway::v1::ListServiceStatusRequest;
use jianyi_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use jianyi_proto::ops::v1::ServiceStatus;
use jianyi_proto::oversight::v1::GetAnnualReportRequest;
use jianyi_proto::oversight::v1::oversight_service_client::OversightServiceClient;
use jianyi_provision::{Ephemeral, Options};
use jianyi_standalone::client::Session;
use jianyi_standalone::load;
use jianyi_standalone::program_key::ProgramKey;
use jianyi_standalone::world::{EdgeOptions, ExportOptions, Federation, Mode, World, WorldOptions};
use jianyi_testkit::{Bearer, TestChannel, eventually};
use tonic::transport::Channel;

use crate::Figures;
use crate::people::People;

/// What a story may leave behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lenience {
    /// Nothing: every event published and handled, no dead letters.
    Strict,
    /// Dead letters are part of the story.
    DeadLetters,
}

/// A running system, the operator's session with it, and the people who work with it.
#[derive(Debug)]
pub struct System {
    /// The system itself, to be stopped, killed and restarted in parts.
    pub world: World,
    /// The operator's session.
    pub session: Session,
    people: People,
    place: Ephemeral,
}

impl System {
    /// All services as tasks of this process: quick to start, cannot be killed one by one.
    pub async fn start() -> Self {
        Self::start_as(Mode::InProcess, |_| EdgeOptions::default()).await
    }

    /// Each service a process of its own, from the given `jianyi` binary.
    pub async fn start_processes(binary: &str) -> Self {
        let mode = Mode::Processes(PathBuf::from(binary));
        Self::start_as(mode, |_| EdgeOptions::default()).await
    }

    /// With an edge of the story's choice, given the folder of secrets.
    pub async fn start_as(mode: Mode, edge: impl FnOnce(&Path) -> EdgeOptions) -> Self {
        Self::start_sites(mode, edge, None).await
    }

    /// Each service a process of its own that tells a collector what it does.
    pub async fn start_observed(binary: &str, export: ExportOptions) -> Self {
        let mode = Mode::Processes(PathBuf::from(binary));
        Self::start_with(mode, |_| EdgeOptions::default(), None, export).await
    }

    /// With counties on sites of their own.
    pub async fn start_sites(
        mode: Mode,
        edge: impl FnOnce(&Path) -> EdgeOptions,
        federation: Option<Federation>,
    ) -> Self {
        Self::start_with(mode, edge, federation, ExportOptions::default()).await
    }

    async fn start_with(
        mode: Mode,
        edge: impl FnOnce(&Path) -> EdgeOptions,
        federation: Option<Federation>,
        export: ExportOptions,
    ) -> Self {
        jianyi_testkit::logs();
        let place = Ephemeral::new().expect("data directory");
        let edge = edge(&place.path().join("secrets"));
        let options = WorldOptions {
            data_dir: place.path().into(),
            port_base: 0,
            provision: Options::default(),
            mode,
            export,
            log: jianyi_testkit::EVERYTHING.into(),
            log_dir: Some(place.path().join("logs")),
            field_algorithm: Default::default(),
            edge,
            federation,
        };
        let world = World::start(options)
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        let gateway = world.addresses().gateway.clone();
        let key = ProgramKey::parse(world.secrets().operator_key()).expect("operator's key");
        let session =
            Session::as_operator(&gateway.http, gateway.ca.as_deref(), key).expect("session");
        let people = People::new(session.clone());
        Self {
            world,
            session,
            people,
            place,
        }
    }

    /// The data directory.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        self.place.path()
    }

    /// The gateway's URL.
    #[must_use]
    pub fn http(&self) -> String {
        self.world.addresses().gateway.http.clone()
    }

    /// A channel to the gateway on which every method is called by somebody who may: the operator where the
    /// contract lists it, otherwise the first of the demonstration accounts that it lists.
    pub async fn channel(&self) -> TestChannel {
        TestChannel::new(self.session.channel(), self.people.everybody().await)
    }

    /// A channel to the gateway for one role within one division.
    pub async fn channel_as(&self, role: &str, division: &str) -> TestChannel {
        let token = self.token_as(role, division).await;
        TestChannel::new(self.session.channel(), Bearer::new(token))
    }

    /// The operator's token.
    pub async fn token(&self) -> String {
        (self.session.tokens())().await.expect("login")
    }

    /// The token of somebody who logged in as people do: a demonstration account where there is one for the
    /// role and the division, otherwise one that the administrators make for the purpose.
    pub async fn token_as(&self, role: &str, division: &str) -> String {
        self.people.token_as(role, division).await
    }

    /// A channel to the gateway for a program of an agency, registered for these methods (G20).
    pub async fn agency(&self, methods: &[&str]) -> TestChannel {
        let token = self.people.agency(methods).await;
        TestChannel::new(self.session.channel(), Bearer::new(token))
    }

    /// Loads a folder of records.
    ///
    /// # Errors
    /// What the loader says.
    pub async fn load(&self, folder: &Path) -> Result<load::Summary, load::LoadError> {
        let tokens = self.session.tokens();
        let source: load::TokenSource = Arc::new(move || {
            let token = tokens();
            Box::pin(async move { token.await.map_err(Into::into) })
        });
        load::run(folder, self.session.channel(), source).await
    }

    /// A channel to one instance, past the gateway, on which everything is called by the operator.
    pub fn channel_to(&self, instance: &str) -> Channel {
        let at = &self.world.addresses().services[instance];
        jianyi_rpc::connect_lazy(&format!("http://{at}")).expect("an address")
    }

    /// The status of every service.
    pub async fn statuses(&self) -> Vec<ServiceStatus> {
        let request = self
            .session
            .request(ListServiceStatusRequest {})
            .await
            .expect("login");
        let reply = GatewayServiceClient::new(self.session.channel())
            .list_service_status(request)
            .await;
        reply.expect("status").into_inner().services
    }

    /// Waits until nothing is on its way any more.
    pub async fn settle(&self) {
        let mut quiet = 0;
        eventually!({
            let statuses = self.statuses().await;
            let waiting = statuses.iter().any(|service| {
                !service.healthy
                    || service.outbox_pending > 0
                    || service
                        .consumers
                        .iter()
                        .any(|consumer| consumer.pending > 0 || consumer.in_flight > 0)
            });
            quiet = if waiting { 0 } else { quiet + 1 };
            quiet >= 3
        });
    }

    /// The year's report, after everything has settled.
    pub async fn report(&self, year: i32) -> Figures {
        self.settle().await;
        self.report_now(year).await
    }

    /// The year's report as it is at this moment.
    pub async fn report_now(&self, year: i32) -> Figures {
        let request = self
            .session
            .request(GetAnnualReportRequest { year })
            .await
            .expect("login");
        let reply = OversightServiceClient::new(self.session.channel())
            .get_annual_report(request)
            .await;
        Figures(jianyi_standalone::report_json(
            &reply.expect("report").into_inner(),
        ))
    }

    /// Ends the story: everything handled, nothing set aside, nothing personal where it must not be,
    /// everything stops.
    pub async fn finish(self, lenience: Lenience) {
        self.settle().await;
        let leaks = crate::scan(&self).await.expect("everything is readable");
        assert!(leaks.is_empty(), "{}", leaks.join("\n"));
        for service in self.statuses().await {
            if lenience == Lenience::Strict {
                assert_eq!(
                    service.dead_letters, 0,
                    "{} set events aside",
                    service.service
                );
            }
        }
        self.world
            .stop()
            .await
            .unwrap_or_else(|error| panic!("{error}"));
    }
}
