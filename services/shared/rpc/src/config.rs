//! What a server must be told about its edge.

use std::net::SocketAddr;

use crate::{LimitsConfig, MtlsConfig};

/// Address to serve on and where to learn whose tokens to trust.
#[derive(Debug, Clone, clap::Args)]
pub struct RpcConfig {
    /// Address to serve gRPC on.
    #[arg(long, env = "JIANYI_LISTEN", default_value = "127.0.0.1:8650")]
    pub listen: SocketAddr,

    /// The identity service, asked for the public keys of tokens.
    #[arg(
        long,
        env = "JIANYI_IDENTITY_URL",
        default_value = "http://127.0.0.1:8655"
    )]
    pub identity_url: String,

    /// Mutual TLS with the gateway and the other services.
    #[command(flatten)]
    pub mtls: MtlsConfig,

    /// What one caller may ask for.
    #[command(flatten)]
    pub limits: LimitsConfig,
}
