//! What a process must be told about its message bus.

use jianyi_kernel::Pii;

/// Bus settings, flattened into each process's own configuration.
#[derive(Debug, Clone, clap::Args)]
pub struct BusConfig {
    /// Address of the NATS server, `nats://host:port`; several may be given, separated by commas.
    #[arg(long, env = "JIANYI_NATS_URL", default_value = "nats://127.0.0.1:4222")]
    pub nats_url: String,

    /// The user to log in as; nobody when absent.
    #[arg(long, env = "JIANYI_NATS_USER")]
    pub nats_user: Option<String>,

    /// That user's password.
    #[arg(long, env = "JIANYI_NATS_PASSWORD", hide_env_values = true)]
    pub nats_password: Option<Pii<String>>,
}
