//! A county leaves; what came from it stays.

use jianyi_db::{Begun, Committed, Uow};
use jianyi_kernel::{Call, Division, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::county_site::{self, CountySite};
use crate::events;
use crate::store::{county_sites, county_watches};
use crate::usecase::App;
use crate::usecase::update_county_site::belonging;

pub(crate) async fn remove_county_site(
    app: &App,
    call: &Call,
    county: &Division,
    etag: &str,
) -> Result<Committed<pb::CountySite>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let site = belonging(uow.conn(), county).await?;
    county_site::fresh(&site, etag)?;
    let site = leave(&mut uow, site).await?;
    uow.commit(site.into()).await
}

/// A county that belongs does not any more.
pub(crate) async fn leave(
    uow: &mut Uow,
    site: Stored<CountySite>,
) -> Result<Stored<CountySite>, Fault> {
    let site = Stored {
        version: site.version + 1,
        it: site.it.left(uow.now()),
        ..site
    };
    county_sites::update(uow.conn(), &site).await?;
    county_watches::end(uow.conn(), &site.it.county).await?;
    uow.emit(events::county_site_removed(&site, uow.now()));
    Ok(site)
}
