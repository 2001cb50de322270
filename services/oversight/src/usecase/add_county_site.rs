//! A county joins with a site of its own, or joins again.

use jianyi_db::{Begun, Committed, Uow};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::county_site::{CountySite, Joining};
use crate::events;
use crate::store::{county_sites, county_watches};
use crate::usecase::App;

pub(crate) async fn add_county_site(
    app: &App,
    call: &Call,
    new: Joining,
) -> Result<Committed<pb::CountySite>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let site = join(&mut uow, new).await?;
    uow.commit(site.into()).await
}

/// The county belongs from now on.
///
/// # Errors
/// [`Fault::Exists`] when it does already.
pub(crate) async fn join(uow: &mut Uow, new: Joining) -> Result<Stored<CountySite>, Fault> {
    let now = uow.now();
    let site = match county_sites::lock(uow.conn(), &new.county).await? {
        None => {
            let site = Stored::new(uow.new_id(), now, new.at(now));
            if !county_sites::insert(uow.conn(), &site).await? {
                return Err(Fault::Exists(site.it.name()));
            }
            site
        }
        Some(there) if there.it.left_at.is_none() => {
            return Err(Fault::Exists(there.it.name()));
        }
        Some(left) => {
            let site = Stored {
                version: left.version + 1,
                it: new.at(now),
                ..left
            };
            county_sites::update(uow.conn(), &site).await?;
            site
        }
    };
    // What was known of it before it left is no news of it now.
    county_watches::begin(uow.conn(), &site.it.county, now).await?;
    uow.emit(events::county_site_added(&site));
    Ok(site)
}
