//! The gateway before stand-ins of the services: what it lets through, where it sends it, what it joins.

#![expect(
    clippy::unwrap_used,
    reason = "the exemption for tests does not reach the functions they share"
)]

mod console;
mod edges;
mod http_routes;
mod member;
mod passage;
mod upstream;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use jianyi_bus::BusConfig;
use jianyi_gateway::{Console, GatewayConfig, Tls};
use jianyi_proto::identity::v1::GetJwksResponse;
use jianyi_rpc::{LimitsConfig, MtlsConfig};
use jianyi_telemetry::{Shutdown, TelemetryConfig, task};
use jianyi_testkit::{Bearer, TestChannel, TestTokens, eventually};
use prost::Message as _;
use tonic::Status;
use tonic::transport::Channel;
use tonic_types::StatusExt as _;

use upstream::{Answer, Arrived, Upstream};

/// A gateway before stand-ins.
struct Gateway {
    address: SocketAddr,
    tokens: TestTokens,
    identity: Upstream,
    shutdown: Shutdown,
}

impl Gateway {
    /// Starts a gateway; identity answers with the test's keys, and everything else with nothing.
    async fn start(services: &[(&str, String)], counties: &[(&str, String)]) -> Self {
        Self::start_with(services, counties, |_| ()).await
    }

    /// The same with a configuration of the test's choice.
    async fn start_with(
        services: &[(&str, String)],
        counties: &[(&str, String)],
        change: impl FnOnce(&mut GatewayConfig),
    ) -> Self {
        let tokens = TestTokens::generate();
        let jwks = GetJwksResponse {
            jwks_json: tokens.jwks().to_owned(),
            keys: Vec::new(),
        }
        .encode_to_vec();
        let identity = Upstream::start(move |call| {
            Ok(if call.path.ends_with("/GetJwks") {
                jwks.clone()
            } else {
                Vec::new()
            })
        })
        .await;
        let mut config = config_of(services, counties, identity.url());
        let port = config.listen;
        change(&mut config);
        let shutdown = Shutdown::new();
        let running = jianyi_gateway::run(config, shutdown.clone());
        task::spawn("gateway under test", async move { running.await.unwrap() });
        eventually!(tokio::net::TcpStream::connect(port).await.is_ok());
        Self {
            address: port,
            tokens,
            identity,
            shutdown,
        }
    }

    fn bare(&self) -> Channel {
        jianyi_rpc::connect_lazy(&format!("http://{}", self.address)).unwrap()
    }

    fn channel(&self, role: &str, division: &str) -> TestChannel {
        TestChannel::new(self.bare(), Bearer::new(self.token(role, division)))
    }

    fn token(&self, role: &str, division: &str) -> String {
        self.token_in(&[role], division)
    }

    fn token_in(&self, roles: &[&str], division: &str) -> String {
        self.tokens
            .sign("accounts/1", roles, division, &["pwd", "otp", "mfa"])
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.shutdown.trigger();
    }
}

/// The configuration of a gateway on a free port.
fn config_of(
    services: &[(&str, String)],
    counties: &[(&str, String)],
    identity_url: String,
) -> GatewayConfig {
    let listen = ([127, 0, 0, 1], jianyi_provision::free_port()).into();
    let owned = |pairs: &[(&str, String)]| -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(name, url)| ((*name).to_owned(), url.clone()))
            .collect()
    };
    GatewayConfig {
        listen,
        tls: Tls::Off,
        client_ca: None,
        mtls: MtlsConfig::default(),
        limits: LimitsConfig::default(),
        identity_url,
        services: owned(services),
        counties: owned(counties)
            .into_iter()
            .map(|(code, url)| (code.parse().unwrap(), url))
            .collect(),
        counties_file: None,
        console: Console::default(),
        bus: BusConfig {
            nats_url: "nats://127.0.0.1:1".into(),
            nats_user: None,
            nats_password: None,
        },
        telemetry: TelemetryConfig::default(),
    }
}

/// An address where nobody listens.
fn nowhere() -> String {
    format!("http://127.0.0.1:{}", jianyi_provision::free_port())
}

fn reason(status: &Status) -> String {
    status
        .get_error_details()
        .error_info()
        .unwrap()
        .reason
        .clone()
}
