//! A given NATS URL, taken apart: the address may be logged, the credentials may not.

use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::error::{Error, Result};
use crate::secret::Secret;

const DEFAULT_PORT: u16 = 4222;

#[derive(Debug)]
pub(super) struct Given {
    scheme: String,
    host: String,
    port: u16,
    credentials: Option<(Secret, Secret)>,
}

impl Given {
    /// Reaches the first server of the URL; whether it lets us in is the client's to find out.
    pub(super) async fn check(url: &str) -> Result<Self> {
        let refused = |at: &str, why: String| Error::Unreachable {
            what: "NATS",
            at: at.to_owned(),
            why,
        };
        let given = Self::parse(url).ok_or_else(|| {
            refused(
                "the given URL",
                "it is not of the form nats://user:password@host:port".to_owned(),
            )
        })?;
        let at = format!("{}:{}", given.host, given.port);
        match timeout(Duration::from_secs(10), TcpStream::connect(&at)).await {
            Ok(Ok(_)) => Ok(given),
            Ok(Err(error)) => Err(refused(&at, error.to_string())),
            Err(_) => Err(refused(&at, "no answer in 10 s".to_owned())),
        }
    }

    fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("nats", url));
        let authority = rest.trim_end_matches('/');
        let (credentials, address) = match authority.rsplit_once('@') {
            Some((user, address)) => {
                let (user, password) = user.split_once(':').unwrap_or((user, ""));
                (Some((Secret::new(user), Secret::new(password))), address)
            }
            None => (None, authority),
        };
        let (host, port) = match address.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            Some(_) | None => (address, DEFAULT_PORT),
        };
        (!host.is_empty()).then(|| Self {
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            port,
            credentials,
        })
    }

    pub(super) fn url(&self) -> String {
        format!("{}://{}:{}", self.scheme, self.host, self.port)
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn user_password(&self) -> Option<(&str, &str)> {
        self.credentials
            .as_ref()
            .map(|(user, password)| (user.reveal(), password.reveal()))
    }
}

#[cfg(test)]
mod tests {
    use super::Given;

    #[test]
    fn credentials_are_split_from_the_address() {
        let given = Given::parse("nats://me:p@ss@nats.local:4333/").expect("parses");
        assert_eq!(given.url(), "nats://nats.local:4333");
        assert_eq!(given.user_password(), Some(("me", "p@ss")));
        let bare = Given::parse("nats.local").expect("parses");
        assert_eq!(bare.url(), "nats://nats.local:4222");
        assert_eq!(bare.user_password(), None);
        assert!(Given::parse("nats://:x").is_none());
    }
}
