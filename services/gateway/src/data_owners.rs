//! Whether the city and each county can be reached, asked again and again while somebody wants to know.
//!
//! One task asks for all readers, so that a hundred open pages ask no more than one.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream;
use jianyi_kernel::{Clock, Division, Timestamp};
use jianyi_telemetry::Shutdown;
use jianyi_tunnel::Link;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::directory::Directory;

/// How often everybody is asked, and how old an answer may be that a new reader is told at once.
const EVERY: Duration = Duration::from_secs(3);
/// Who has not answered by then cannot be reached.
const PATIENCE: Duration = Duration::from_secs(2);
/// So many are asked at a time.
const AT_A_TIME: usize = 64;

/// How one of them stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataOwner {
    pub(crate) division: Division,
    pub(crate) reachable: bool,
    /// When it was seen to become so.
    pub(crate) changed: Option<Timestamp>,
}

/// What was found, and when.
#[derive(Debug, Default)]
struct Known {
    owners: Vec<DataOwner>,
    asked: Option<Instant>,
}

impl Known {
    fn is_young(&self) -> bool {
        self.asked.is_some_and(|asked| asked.elapsed() < 2 * EVERY)
    }
}

/// Tells readers how everybody stands. Clones tell the same.
#[derive(Debug, Clone)]
pub(crate) struct DataOwners(watch::Sender<Known>);

/// One reader.
#[derive(Debug)]
pub(crate) struct Watched(watch::Receiver<Known>);

impl DataOwners {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(Known::default()))
    }

    pub(crate) fn watch(&self) -> Watched {
        Watched(self.0.subscribe())
    }

    /// Asks while there are readers, until shutdown; then the readers are told that it is over.
    pub(crate) async fn ask(self, directory: Directory, clock: Clock, shutdown: Shutdown) {
        let asking = async {
            loop {
                if self.0.receiver_count() > 0 {
                    let reachable = everybody(&directory).await;
                    self.learn(reachable, clock.now());
                }
                tokio::time::sleep(EVERY).await;
            }
        };
        tokio::select! {
            () = asking => (),
            () = shutdown.wait() => (),
        }
    }

    fn learn(&self, reachable: Vec<(Division, bool)>, now: Timestamp) {
        self.0.send_if_modified(|known| {
            // Whoever came when it was too long ago waits for this, even when nothing is different.
            let waited_for = !known.is_young();
            known.asked = Some(Instant::now());
            let owners: Vec<DataOwner> = reachable
                .into_iter()
                .map(|(division, reachable)| {
                    let before = known.owners.iter().find(|one| one.division == division);
                    DataOwner {
                        changed: match before {
                            Some(before) if before.reachable == reachable => before.changed,
                            Some(_) => Some(now),
                            None => None,
                        },
                        division,
                        reachable,
                    }
                })
                .collect();
            let differs = owners != known.owners;
            known.owners = owners;
            waited_for || differs
        });
    }
}

impl Watched {
    /// What is known, unless it is from before somebody began to look.
    pub(crate) async fn first(&mut self) -> Option<Vec<DataOwner>> {
        let found = self.0.wait_for(Known::is_young).await.ok()?;
        Some(found.owners.clone())
    }

    /// What is known once it is something else; `None` when nothing more is told.
    pub(crate) async fn changed(&mut self) -> Option<Vec<DataOwner>> {
        self.0.changed().await.ok()?;
        Some(self.known())
    }

    pub(crate) fn known(&mut self) -> Vec<DataOwner> {
        self.0.borrow_and_update().owners.clone()
    }
}

/// Everybody with whether they answered, by division.
async fn everybody(directory: &Directory) -> Vec<(Division, bool)> {
    let counties = directory.counties();
    let links: Vec<(Division, Option<Link>)> = counties
        .codes()
        .map(|code| (code.clone(), counties.link(code).ok()))
        .collect();
    stream::iter(links)
        .map(|(code, link)| async move {
            let answered = match link {
                Some(link) => answers(link).await,
                None => false,
            };
            (code, answered)
        })
        .buffered(AT_A_TIME)
        .collect()
        .await
}

async fn answers(link: Link) -> bool {
    let mut client = HealthClient::new(link);
    let asked = timeout(PATIENCE, client.check(HealthCheckRequest::default())).await;
    matches!(asked, Ok(Ok(answer)) if answer.get_ref().status() == ServingStatus::Serving)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn readers_are_told_what_changed_and_since_when() {
        let owners = DataOwners::new();
        let mut reader = owners.watch();
        let (early, late) = (
            Timestamp::from_unix(1, 0).unwrap(),
            Timestamp::from_unix(2, 0).unwrap(),
        );
        let code: Division = "410621".parse().unwrap();
        let told = |reachable: bool, changed: Option<Timestamp>| {
            vec![DataOwner {
                division: "410621".parse().unwrap(),
                reachable,
                changed,
            }]
        };
        owners.learn(vec![(code.clone(), true)], early);
        assert_eq!(reader.first().await.unwrap(), told(true, None));
        owners.learn(vec![(code.clone(), true)], late);
        owners.learn(vec![(code.clone(), false)], late);
        assert_eq!(reader.changed().await.unwrap(), told(false, Some(late)));
        owners.learn(vec![(code.clone(), false)], early);
        let nothing = timeout(Duration::from_secs(60), reader.changed()).await;
        assert!(nothing.is_err(), "{nothing:?}");
        // Who begins to look later is not told what was found long ago, but what is found next.
        let mut another = owners.watch();
        let first = another.first();
        tokio::pin!(first);
        let nothing = timeout(Duration::from_secs(60), &mut first).await;
        assert!(nothing.is_err(), "{nothing:?}");
        owners.learn(vec![(code, false)], early);
        let soon = timeout(Duration::from_secs(60), first).await;
        assert_eq!(soon.unwrap().unwrap(), told(false, Some(late)));
    }
}
