//! The city's side of the counties' brokers: what they say comes up, what is theirs to know goes down.
//!
//! In this service because it is the one that must know how far each county's events have come.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::BoxFuture;
use jianyi_bus::federation::keep_city;
use jianyi_kernel::Division;
use jianyi_ops::{Parts, Settings};
use tokio::sync::watch;

/// The list in a file, which changes when a county is added or removed.
const FILE: &str = "JIANYI_FEDERATED_COUNTIES_FILE";
/// How often to look.
const EVERY: Duration = Duration::from_secs(2);

/// Until shutdown; at once over where there is one broker only.
pub(crate) fn keep(parts: Parts) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        // Those that cannot be read have kept the service from starting.
        let counties = parts.settings.federated_counties().unwrap_or_default();
        let Some(bus) = parts.bus else { return };
        let in_a_file = parts.settings.get(FILE).is_some();
        if counties.is_empty() && !in_a_file {
            return;
        }
        let (joined, counties) = watch::channel(counties);
        let keeping = keep_city(bus, counties, parts.shutdown);
        if in_a_file {
            tokio::select! {
                () = keeping => {}
                () = follow(&parts.settings, &joined) => {}
            }
        } else {
            keeping.await;
        }
    })
}

/// Reads the list again and again: a county joins or leaves without a restart. What is wrong with the file is
/// told once, and the counties stay as they were.
async fn follow(settings: &Settings, joined: &watch::Sender<BTreeSet<Division>>) {
    let mut told = String::new();
    loop {
        tokio::time::sleep(EVERY).await;
        let error = match settings.federated_counties() {
            Ok(counties) => {
                joined.send_if_modified(|known| {
                    let changed = *known != counties;
                    *known = counties;
                    changed
                });
                String::new()
            }
            Err(fault) => fault.chain(),
        };
        if error != told && !error.is_empty() {
            tracing::error!(error, "the list of counties is not taken over");
        }
        told = error;
    }
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::Pii;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_county_joins_and_leaves_while_it_runs() {
        let file = std::env::temp_dir().join(format!("jianyi-counties-{}", std::process::id()));
        std::fs::write(&file, "").unwrap();
        let path = Pii::new(file.to_str().unwrap().to_owned());
        let settings = Settings::default().with(FILE, path);
        let (joined, mut seen) = watch::channel(settings.federated_counties().unwrap());
        let following = async {
            for (text, counties) in [
                ("410621,410622\n", 2),
                ("410621", 1),
                // What is no county changes nothing, and the next good list is taken over.
                ("410600", 1),
                ("", 0),
            ] {
                std::fs::write(&file, text).unwrap();
                if counties != seen.borrow().len() {
                    seen.changed().await.unwrap();
                } else {
                    tokio::time::sleep(EVERY * 2).await;
                }
                assert_eq!(seen.borrow_and_update().len(), counties, "{text:?}");
            }
        };
        tokio::select! {
            () = follow(&settings, &joined) => unreachable!("it follows for ever"),
            () = following => {}
        }
        std::fs::remove_file(&file).unwrap();
    }
}
