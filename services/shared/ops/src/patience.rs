//! Waiting for what a service needs before it can serve.

use std::time::Duration;

use jianyi_kernel::Fault;
use jianyi_telemetry::Shutdown;
use tokio::time::Instant;

/// How long to wait before asking a missing dependency again.
pub(crate) const PAUSE: Duration = Duration::from_millis(500);
/// A database that comes up beside its services on a busy machine takes its time; one that is not there after this
/// is the operator's to see.
const PATIENCE: Duration = Duration::from_mins(1);

/// Takes a step of the start until it succeeds; `None` when told to stop meanwhile. The step may be taken again
/// wherever it failed.
///
/// # Errors
/// What the step says when waiting does not help, and what it said last when patience is at its end.
pub(crate) async fn patiently<T, Step>(
    what: &str,
    shutdown: &Shutdown,
    mut step: impl FnMut() -> Step,
) -> Result<Option<T>, Fault>
where
    Step: Future<Output = Result<T, Fault>>,
{
    let until = Instant::now() + PATIENCE;
    loop {
        let taken = tokio::select! {
            () = shutdown.wait() => return Ok(None),
            taken = step() => taken,
        };
        match taken {
            Ok(there) => return Ok(Some(there)),
            Err(fault @ (Fault::Unavailable(_) | Fault::Busy(_))) if Instant::now() < until => {
                tracing::warn!(%fault, "waiting for the {what}");
            }
            Err(fault) => return Err(fault),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::ready;

    use super::*;

    fn away() -> Fault {
        Fault::Unavailable("database".into())
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_up_late_is_waited_for() {
        let (shutdown, asked) = (Shutdown::new(), Cell::new(0));
        let there = patiently("database", &shutdown, || {
            asked.set(asked.get() + 1);
            ready(if asked.get() < 20 { Err(away()) } else { Ok(7) })
        });
        assert_eq!(there.await.unwrap(), Some(7));
        assert_eq!(asked.get(), 20);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_wrong_is_said_at_once_and_what_stays_away_in_the_end() {
        let (shutdown, begun) = (Shutdown::new(), Instant::now());
        let wrong: Result<Option<()>, _> = patiently("database", &shutdown, || {
            ready(Err(Fault::internal("the database url is malformed")))
        })
        .await;
        assert!(matches!(wrong, Err(Fault::Internal(_))));
        assert_eq!(begun.elapsed(), Duration::ZERO);

        let never: Result<Option<()>, _> =
            patiently("database", &shutdown, || ready(Err(away()))).await;
        assert!(matches!(never, Err(Fault::Unavailable(_))));
        assert_eq!(begun.elapsed(), PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_told_to_stop_does_not_wait() {
        let shutdown = Shutdown::new();
        let stopped: Result<Option<()>, _> = patiently("database", &shutdown, || {
            shutdown.trigger();
            ready(Err(away()))
        })
        .await;
        assert_eq!(stopped.unwrap(), None);
    }
}
