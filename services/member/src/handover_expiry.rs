//! Ends offers that nobody accepted in time, and tells the other county.

use std::time::Duration;

use futures::future::BoxFuture;
use jianyi_kernel::{Call, Fault};
use jianyi_ops::Parts;

use crate::domain::handover::HandoverId;
use crate::usecase::App;
use crate::{events, store};

/// How often it is looked for them: an offer stands for two weeks.
const EVERY: Duration = Duration::from_secs(60);

/// Works until shutdown.
pub(crate) fn run(parts: Parts) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let app = crate::app(&parts);
        loop {
            if let Err(error) = sweep(&app).await {
                tracing::warn!(error = %error.chain(), "offers were not looked through; the next round goes on");
            }
            tokio::select! {
                () = parts.shutdown.wait() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    })
}

/// One round.
pub(crate) async fn sweep(app: &App) -> Result<(), Fault> {
    let call = Call {
        audited: false,
        ..Call::background("member", "look for offers that expired")
    };
    let mut uow = app.db.begin_background(&call).await?;
    let now = uow.now();
    let overdue = store::handovers::overdue(uow.conn(), now).await?;
    drop(uow);
    for id in overdue {
        end(app, id).await?;
    }
    Ok(())
}

async fn end(app: &App, id: HandoverId) -> Result<(), Fault> {
    let call = Call::background("member", "end an offer that expired");
    let mut uow = app.db.begin_background(&call).await?;
    let now = uow.now();
    let handover = store::handovers::lock(uow.conn(), id).await?;
    let Some(expired) = handover.and_then(|handover| handover.expire(now)) else {
        return Ok(());
    };
    store::handovers::save(uow.conn(), &expired, now).await?;
    uow.emit(events::handover_withdrawn(&app.county, &expired));
    uow.commit_background().await
}
