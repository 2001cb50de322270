//! A client of a running system: where it is, who we are, and a token that is renewed in time.

use std::net::ToSocketAddrs as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use jianyi_kernel::Clock;
use jianyi_proto::identity::v1::ExchangeAssertionRequest;
use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;
use jianyi_rpc::ClientTls;
use tokio::sync::Mutex;
use tonic::metadata::MetadataValue;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

use crate::program_key::ProgramKey;
use crate::world::Addresses;

/// Why a command could not be carried out; one line, with an exit code.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nothing runs on the data directory.
    #[error(
        "nothing runs on {0}; start it with `jianyi up`, or name a running system with --gateway"
    )]
    NotRunning(PathBuf),
    /// The credentials of the data directory cannot be read.
    #[error("the credentials in {0} cannot be read ({1}); run as the user who started the system")]
    Credentials(PathBuf, std::io::Error),
    /// No token for a gateway elsewhere.
    #[error(
        "--gateway needs a token: --token, or the environment variable JIANYI_TOKEN; or the data directory of its operator"
    )]
    NoToken,
    /// What is to be trusted cannot be read.
    #[error("{0} cannot be read ({1}); name the PEM file of the gateway's authority with --ca")]
    Authority(PathBuf, std::io::Error),
    /// The address is not one.
    #[error("{0} is not an address of a gateway")]
    BadAddress(String),
    /// The answer could not be written.
    #[error("standard output cannot be written: {0}")]
    Output(std::io::Error),
    /// The system said no.
    #[error("{}", explain(.0))]
    Refused(Box<Status>),
}

impl From<Status> for ClientError {
    fn from(status: Status) -> Self {
        Self::Refused(Box::new(status))
    }
}

impl ClientError {
    /// Whether who was asked could not be reached, while others may be.
    #[must_use]
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Refused(status) if status.code() == Code::Unavailable)
    }

    /// Exit code after `sysexits.h`.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NotRunning(_) => 69,
            Self::Output(_) => 74,
            Self::Credentials(..) => 77,
            Self::NoToken | Self::BadAddress(_) => 64,
            Self::Authority(..) => 66,
            Self::Refused(status) if status.code() == Code::Unavailable => 69,
            Self::Refused(status) if status.code() == Code::InvalidArgument => 65,
            Self::Refused(status)
                if matches!(
                    status.code(),
                    Code::Unauthenticated | Code::PermissionDenied
                ) =>
            {
                77
            }
            Self::Refused(_) => 70,
        }
    }
}

/// The Chinese sentence and the machine-readable reason of a status.
#[must_use]
pub fn explain(status: &Status) -> String {
    let details = status.get_error_details();
    let reason = details.error_info().map_or("", |info| info.reason.as_str());
    match details.localized_message() {
        Some(localized) => format!("{} [{reason}]", localized.message),
        None if status.code() == Code::Unavailable && details.error_info().is_none() => {
            format!("the gateway does not answer ({})", status.message())
        }
        None => format!("{} [{:?}]", status.message(), status.code()),
    }
}

/// Hands out a token that is good now.
pub type TokenSource = Arc<dyn Fn() -> BoxFuture<'static, Result<String, Status>> + Send + Sync>;

/// A connection to a gateway with somebody's rights.
#[derive(Clone)]
pub struct Session {
    channel: Channel,
    /// A new token each time.
    login: TokenSource,
    /// The same token as long as it is good.
    token: TokenSource,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session")
    }
}

impl Session {
    /// As the operator, by the key in a data directory on which a system runs.
    ///
    /// # Errors
    /// [`ClientError::NotRunning`] or [`ClientError::Credentials`].
    pub fn of_data_dir(data_dir: &Path) -> Result<Self, ClientError> {
        let addresses =
            Addresses::read(data_dir).map_err(|_| ClientError::NotRunning(data_dir.into()))?;
        // The file of a system that was killed outlives it.
        if !listens(&addresses.gateway.grpc) {
            return Err(ClientError::NotRunning(data_dir.into()));
        }
        let trusted = addresses.gateway.ca.as_deref();
        Self::as_operator(&addresses.gateway.http, trusted, operator_key(data_dir)?)
    }

    /// As the operator, by the key in a data directory, at an address that others use.
    ///
    /// # Errors
    /// [`ClientError::NoToken`] when there is no key; as [`Session::as_operator`].
    pub fn of_data_dir_at(
        data_dir: &Path,
        gateway: &str,
        ca: Option<&Path>,
    ) -> Result<Self, ClientError> {
        let key = match operator_key(data_dir) {
            Err(ClientError::Credentials(_, error))
                if error.kind() == std::io::ErrorKind::NotFound =>
            {
                return Err(ClientError::NoToken);
            }
            other => other?,
        };
        Self::as_operator(gateway, ca, key)
    }

    /// As the operator, by its key; `ca` is the PEM file to trust when the address is `https`.
    ///
    /// # Errors
    /// [`ClientError::BadAddress`] or [`ClientError::Authority`].
    pub fn as_operator(
        gateway: &str,
        ca: Option<&Path>,
        key: ProgramKey,
    ) -> Result<Self, ClientError> {
        Ok(Self::on_channel(connect(gateway, ca)?, key))
    }

    /// As the operator on a connection to identity itself, by the operator's key.
    #[must_use]
    pub fn on_channel(channel: Channel, key: ProgramKey) -> Self {
        let logins = exchanges(channel.clone(), key);
        let fresh = Arc::clone(&logins);
        Self {
            channel,
            login: Arc::new(move || {
                let login = fresh();
                Box::pin(async move { login.await.map(|(token, _)| token) })
            }),
            token: kept(logins),
        }
    }

    /// With a token got elsewhere; `ca` is the PEM file to trust when the address is `https`.
    ///
    /// # Errors
    /// [`ClientError::BadAddress`] or [`ClientError::Authority`].
    pub fn with_token(
        gateway: &str,
        ca: Option<&Path>,
        token: String,
    ) -> Result<Self, ClientError> {
        let source: TokenSource = Arc::new(move || {
            let token = token.clone();
            Box::pin(async move { Ok(token) })
        });
        Ok(Self {
            channel: connect(gateway, ca)?,
            login: Arc::clone(&source),
            token: source,
        })
    }

    /// The channel, without credentials.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Where tokens come from: for those who keep theirs and ask again when it is refused, so what was
    /// handed out before is never handed out twice.
    #[must_use]
    pub fn tokens(&self) -> TokenSource {
        Arc::clone(&self.login)
    }

    /// A request that carries a good token.
    ///
    /// # Errors
    /// The status of the login.
    pub async fn request<M>(&self, message: M) -> Result<Request<M>, Status> {
        let token = (self.token)().await?;
        let value = MetadataValue::try_from(format!("Bearer {token}"))
            .map_err(|_| Status::unauthenticated("the token is not ASCII"))?;
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", value);
        Ok(request)
    }
}

fn operator_key(data_dir: &Path) -> Result<ProgramKey, ClientError> {
    let file = data_dir.join("secrets").join("operator-key");
    let key = std::fs::read_to_string(&file)
        .map_err(|error| ClientError::Credentials(file.clone(), error))?;
    ProgramKey::parse(&key)
        .map_err(|fault| ClientError::Credentials(file, std::io::Error::other(fault.chain())))
}

fn listens(address: &str) -> bool {
    // A site of containers names its gateway, a world on one machine has an address.
    address.to_socket_addrs().is_ok_and(|mut found| {
        found.any(|address| {
            std::net::TcpStream::connect_timeout(&address, Duration::from_secs(2)).is_ok()
        })
    })
}

fn connect(gateway: &str, ca: Option<&Path>) -> Result<Channel, ClientError> {
    let url = match gateway {
        url if url.contains("://") => url.to_owned(),
        // Who names what to trust expects TLS.
        bare if ca.is_some() => format!("https://{bare}"),
        bare => format!("http://{bare}"),
    };
    let mut tls = match ca {
        Some(ca) => std::fs::read_to_string(ca)
            .map(ClientTls::trusting)
            .map_err(|error| ClientError::Authority(ca.into(), error))?,
        None => ClientTls::default(),
    };
    // A certificate from elsewhere names the machine; on the machine itself it goes by the local name.
    if ca.is_some() && url.starts_with("https://127.0.0.1:") {
        tls = tls.named("localhost");
    }
    jianyi_rpc::connect_with(&url, &tls).map_err(|_| ClientError::BadAddress(gateway.into()))
}

/// Logs in: a token and how long it may be used, a minute less than it is good.
type Logins = Arc<dyn Fn() -> BoxFuture<'static, Result<(String, Duration), Status>> + Send + Sync>;

fn exchanges(channel: Channel, key: ProgramKey) -> Logins {
    Arc::new(move || {
        let channel = channel.clone();
        let assertion = key.assertion(Clock::system().now().as_offset());
        Box::pin(async move {
            let request = ExchangeAssertionRequest {
                assertion: assertion.map_err(jianyi_rpc::status)?,
                client: String::new(),
            };
            let reply = IdentityServiceClient::new(channel)
                .exchange_assertion(request)
                .await?
                .into_inner();
            let seconds = u64::try_from(reply.expires_in)
                .unwrap_or(0)
                .saturating_sub(60);
            Ok((reply.access_token, Duration::from_secs(seconds)))
        })
    })
}

/// Keeps the token of a login and logs in again when it is used up.
fn kept(logins: Logins) -> TokenSource {
    let kept: Arc<Mutex<Option<(String, Instant)>>> = Arc::default();
    Arc::new(move || {
        let (logins, kept) = (Arc::clone(&logins), Arc::clone(&kept));
        Box::pin(async move {
            let mut kept = kept.lock().await;
            if let Some((token, until)) = kept.as_ref()
                && Instant::now() < *until
            {
                return Ok(token.clone());
            }
            let (token, life) = logins().await?;
            *kept = Some((token.clone(), Instant::now() + life));
            Ok(token)
        })
    })
}
