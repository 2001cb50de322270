//! Shows who a donor is.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::donation::v1 as pb;

use crate::domain::donor::{Donor, DonorId};
use crate::store;
use crate::usecase::App;

/// Reads the donor and records, in one transaction, who asked and what for.
pub(crate) async fn reveal(
    app: &App,
    call: &Call,
    id: DonorId,
) -> Result<Committed<pb::Donor>, Fault> {
    let mut uow = match app.db.begin::<pb::Donor>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let cipher = uow.cipher().clone();
    let donor = store::donors::get(uow.conn(), &cipher, id).await?;
    uow.commit(revealed(&donor)).await
}

/// The donor as registered, whatever others may see.
fn revealed(donor: &Donor) -> pb::Donor {
    let code = donor.uscc.as_ref().map(ToString::to_string);
    pb::Donor {
        display_name: donor.display_name.expose("reveal for a purpose").clone(),
        uscc: code.unwrap_or_default(),
        ..pb::Donor::from(donor)
    }
}
