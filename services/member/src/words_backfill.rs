//! Gives words to find them by to people who have none, or those of an older generation: in batches, beside
//! serving, however many processes do it at once.

use futures::future::BoxFuture;
use jianyi_db::Db;
use jianyi_kernel::{Call, Fault};
use jianyi_ops::Parts;

use crate::domain::person::Content;
use crate::store::people_words::GENERATION;
use crate::store::{people, people_words};

/// People per transaction.
const BATCH: i64 = 200;

/// Works until nobody is left, or until shutdown.
pub(crate) fn run(parts: Parts) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        loop {
            let done = tokio::select! {
                () = parts.shutdown.wait() => return,
                done = batch(&parts.db) => done,
            };
            match done {
                Ok(0) => return,
                Ok(people) => tracing::info!(people, "gave people words to be found by"),
                Err(error) => {
                    tracing::warn!(error = %error.chain(), "giving words to people failed; the next start goes on");
                    return;
                }
            }
        }
    })
}

/// One batch; how many people were in it.
async fn batch(db: &Db) -> Result<usize, Fault> {
    let call = Call {
        audited: false,
        ..Call::background("member", "give words to people")
    };
    let mut uow = db.begin_background(&call).await?;
    let cipher = uow.cipher().clone();
    let people = people::lock_unindexed(uow.conn(), &cipher, GENERATION, BATCH).await?;
    for person in &people {
        if let Content::Known(profile) = &person.content {
            people_words::write(uow.conn(), &cipher, person.id, profile).await?;
        }
    }
    uow.commit_background().await?;
    Ok(people.len())
}
