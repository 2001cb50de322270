//! Looks at hand-overs from and to this county; that somebody looked is recorded.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::member::v1 as pb;
use jianyi_rpc::Page;

use super::App;
use crate::store;
use crate::store::Window;
use crate::store::handovers::Filter;

pub(crate) async fn run(
    app: &App,
    call: &Call,
    filter: &Filter,
    page: &Page,
    window: Window,
) -> Result<Committed<pb::ListHandoversResponse>, Fault> {
    let mut uow = match app.db.begin::<pb::ListHandoversResponse>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let rows = store::handovers::list(uow.conn(), filter, window).await?;
    let (rows, next_page_token) = page.cut(rows, |it| (it.created_at, it.id.as_uuid()));
    let handovers = rows.into_iter().map(|it| app.named(it).into()).collect();
    uow.commit(pb::ListHandoversResponse {
        handovers,
        next_page_token,
    })
    .await
}
