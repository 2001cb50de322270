//! Has a server read its configuration again, so that a county is added or removed without a restart.
//!
//! Over the system account, because the signal that does it elsewhere does not reach into a container, and because
//! a reload leaves the connections of removed leaf users open, which only that account can end.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use async_nats::{Client, ConnectOptions};
use bytes::Bytes;
use jianyi_kernel::Fault;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::BusConfig;

const ANSWER: Duration = Duration::from_secs(5);
/// From one look at what is open to the next.
const LOOK: Duration = Duration::from_millis(20);

/// What becomes of the leaf connections that are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaves {
    /// They stay: users were added.
    Stay,
    /// All are dropped, and those who still may come back within a second: users were removed. Not only the
    /// removed one, because the name of a connection is what the other side says it is.
    Drop,
}

/// `config` names the server and the user of its system account. Returns the number of dropped connections.
///
/// # Errors
/// [`Fault::Unavailable`] when the server does not answer or does not let that user in; [`Fault::Internal`] when it
/// refuses the configuration: then it goes on with the one it had.
pub async fn reload_server(config: &BusConfig, leaves: Leaves) -> Result<usize, Fault> {
    let server = Server::connect(config).await?;
    server
        .ask::<serde_json::Value>("RELOAD", Bytes::new())
        .await?;
    if leaves == Leaves::Stay {
        return Ok(0);
    }
    let dropped = server.leafs().await?;
    for id in &dropped {
        let wish = json!({ "cid": id }).to_string();
        // One that is gone already is as good as dropped.
        if let Err(fault @ Fault::Unavailable(_)) =
            server.ask::<serde_json::Value>("KICK", wish.into()).await
        {
            return Err(fault);
        }
    }
    // What a removed county says once its side has seen the end does not arrive; what was on the line by then may.
    let until = Instant::now() + ANSWER;
    while !server.leafs().await?.is_disjoint(&dropped) {
        if Instant::now() > until {
            return Err(Fault::Unavailable(
                "nats does not end the connections of counties".into(),
            ));
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(dropped.len())
}

struct Server(Client);

impl Server {
    async fn connect(config: &BusConfig) -> Result<Self, Fault> {
        let mut options = ConnectOptions::new()
            .name("reload")
            .request_timeout(Some(ANSWER));
        if let (Some(user), Some(password)) = (&config.nats_user, &config.nats_password) {
            let password = password.expose("log in to the bus").clone();
            options = options.user_and_password(user.clone(), password);
        }
        let connected = options.connect(config.nats_url.as_str()).await;
        connected
            .map(Self)
            .map_err(|error| Fault::Unavailable(format!("nats: {}", error.kind())))
    }

    /// Ids of the leaf connections that are open.
    async fn leafs(&self) -> Result<BTreeSet<u64>, Fault> {
        let open = self.ask::<Leafz>("LEAFZ", Bytes::new()).await?;
        let leafs = open.map(|open| open.leafs).unwrap_or_default();
        Ok(leafs.into_iter().map(|leaf| leaf.id).collect())
    }

    async fn ask<T: DeserializeOwned>(&self, what: &str, wish: Bytes) -> Result<Option<T>, Fault> {
        let id = self.0.server_info().server_id;
        let subject = format!("$SYS.REQ.SERVER.{id}.{what}");
        let answer = self.0.request(subject, wish).await;
        let answer = answer
            .map_err(|error| Fault::Unavailable(format!("nats does not answer {what}: {error}")))?;
        let answer: Answer<T> = serde_json::from_slice(&answer.payload).map_err(Fault::internal)?;
        match answer.error {
            None => Ok(answer.data),
            Some(error) => Err(Fault::internal(Refused(error.description))),
        }
    }
}

#[derive(Deserialize)]
struct Answer<T> {
    error: Option<Refusal>,
    data: Option<T>,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    description: String,
}

#[derive(Deserialize)]
struct Leafz {
    #[serde(default)]
    leafs: Vec<Leaf>,
}

#[derive(Deserialize)]
struct Leaf {
    id: u64,
}

#[derive(Debug, thiserror::Error)]
#[error("the server refuses: {0}")]
struct Refused(String);
