//! Who may log in at a site and what each may say and hear: the part of the configuration that changes while the
//! server runs.

use serde_json::{Value, json};

use super::words::quoted;
use super::{CITY_DOMAIN, CountyCode, SERVICES_USER};
use crate::nats::config::SEALED;
use crate::secret::Secret;

/// A county's leaf connection.
#[derive(Debug, Clone)]
pub struct LeafUser {
    /// Whose.
    pub county: CountyCode,
    /// Its password; letters and digits, because it travels in a URL.
    pub password: Secret,
}

/// The users of a site's services, its dashboards, and at the city the counties that joined.
#[derive(Debug, Clone)]
pub struct SiteUsers {
    /// Of the user `jianyi`.
    pub services_password: Secret,
    /// Of the user `dashboard`.
    pub dashboard_password: Secret,
    /// The counties that joined; none at a county.
    pub counties: Vec<LeafUser>,
}

impl SiteUsers {
    /// The text of the file of users; all of it is passwords.
    #[must_use]
    pub fn text(&self) -> String {
        let mut users = vec![
            json!({ "user": SERVICES_USER, "password": self.services_password.reveal() }),
            json!({
                "user": "dashboard",
                "password": self.dashboard_password.reveal(),
                "permissions": {
                    "publish": { "deny": [">"] },
                    "subscribe": { "allow": ["jianyi.>"], "deny": SEALED },
                },
            }),
        ];
        users.extend(self.counties.iter().map(leaf));
        let lines: Vec<String> = users
            .into_iter()
            .map(|user| format!("  {}", quoted(user)))
            .collect();
        format!("users: [\n{}\n]\n", lines.join("\n"))
    }
}

/// The least that lets the city source a county's streams, the county its own part of the city's, and calls go
/// down. What is not here does not pass: above all `jianyi.>`, which both sides' streams listen to, and which
/// would then be stored twice; and the inboxes of others, in which answers about other counties lie.
fn leaf(user: &LeafUser) -> Value {
    let code = &user.county;
    let down = format!("JY_DOWN_{code}");
    let city_api = |call: &str| format!("$JS.{CITY_DOMAIN}.API.CONSUMER.{call}.{down}.>");
    json!({
        "user": code.leaf_user(),
        "password": user.password.reveal(),
        "allowed_connection_types": ["LEAFNODE"],
        "permissions": {
            "publish": { "allow": [
                // Its events, as the city's sources have them delivered.
                format!("sync.{code}.>"),
                // Answers to what the city asks.
                "_INBOX.>",
                "_R_.>",
                "$JSC.R.>",
                // The pace of its events, and how far it is with what comes down.
                "$JS.FC.JY_MEMBER.>",
                "$JS.FC.JY_AUDIT.>",
                format!("$JS.FC.{down}.>"),
                format!("$JS.ACK.{down}.>"),
                // Reading its own stream of the city's.
                city_api("CREATE"),
                city_api("INFO"),
                city_api("DELETE"),
            ] },
            "subscribe": { "allow": [
                // The city asks its streams for what is new.
                format!("$JS.{}.API.>", code.domain()),
                "$JS.FC.JY_MEMBER.>",
                "$JS.FC.JY_AUDIT.>",
                "$JS.ACK.JY_MEMBER.>",
                "$JS.ACK.JY_AUDIT.>",
                format!("$JS.FC.{down}.>"),
                // The city's answers to the county's server.
                "$JSC.R.>",
                "_R_.>",
                // What comes down: events, and calls.
                format!("sync.down.{code}.>"),
                format!("rpc.{code}.>"),
            ] },
        },
    })
}
