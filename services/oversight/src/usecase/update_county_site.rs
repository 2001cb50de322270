//! A joined county's address or certificate is another.

use jianyi_db::{Begun, Committed, PgConnection, Uow};
use jianyi_kernel::{Call, Division, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::county_site::{self, CountySite, SiteChange};
use crate::events;
use crate::store::county_sites;
use crate::usecase::App;

pub(crate) async fn update_county_site(
    app: &App,
    call: &Call,
    county: &Division,
    change: SiteChange,
    etag: &str,
) -> Result<Committed<pb::CountySite>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let site = belonging(uow.conn(), county).await?;
    county_site::fresh(&site, etag)?;
    let site = amend(&mut uow, site, change).await?;
    uow.commit(site.into()).await
}

/// Something about a county that belongs is another.
pub(crate) async fn amend(
    uow: &mut Uow,
    site: Stored<CountySite>,
    change: SiteChange,
) -> Result<Stored<CountySite>, Fault> {
    let site = Stored {
        version: site.version + 1,
        it: site.it.changed(change),
        ..site
    };
    county_sites::update(uow.conn(), &site).await?;
    uow.emit(events::county_site_updated(&site, uow.now()));
    Ok(site)
}

/// The site of a county that belongs, held until the end of the unit of work.
///
/// # Errors
/// [`Fault::NotFound`] when it does not.
pub(super) async fn belonging(
    conn: &mut PgConnection,
    county: &Division,
) -> Result<Stored<CountySite>, Fault> {
    county_sites::lock(conn, county)
        .await?
        .filter(|site| site.it.left_at.is_none())
        .ok_or_else(|| Fault::NotFound(county_site::name(county)))
}
