//! Donors on the wire: names come in, and go out as their kind lets others see them.

use jianyi_db::Committed;
use jianyi_kernel::{Clock, Fault, Pii, Uscc, Violations};
use jianyi_proto::donation::{events::v1 as ev, v1 as pb};
use jianyi_proto::{convert, name};
use jianyi_rpc::Page;
use tonic::Request;

use super::wire;
use crate::domain::donor::{Donor, DonorKind, identify};
use crate::kinds::Kind as _;
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateDonorRequest>,
) -> Result<Committed<pb::Donor>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = read(app.clock(), request.into_inner().donor.unwrap_or_default())?;
    usecase::register_donor::register(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetDonorRequest>,
) -> Result<pb::Donor, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(pb::Donor::from(
        &store::donors::get(&mut conn, app.db.cipher(), id).await?,
    ))
}

pub(super) async fn reveal(
    app: &App,
    request: Request<pb::RevealDonorRequest>,
) -> Result<Committed<pb::Donor>, Fault> {
    let call = jianyi_rpc::reveal_call(&request, &request.get_ref().purpose)?;
    let id = name::parse("name", &request.get_ref().name)?;
    usecase::reveal_donor::reveal(app, &call, id).await
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListDonorsRequest>,
) -> Result<pb::ListDonorsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let asked = request.into_inner();
    let kind = DonorKind::read("kind", asked.kind)?;
    let filters = format!("donors/{}", asked.kind);
    let page = Page::parse(
        asked.page_size,
        &asked.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::donors::list(&mut conn, app.db.cipher(), kind, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    Ok(pb::ListDonorsResponse {
        donors: rows.iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn read(clock: &Clock, given: pb::Donor) -> Result<Donor, Fault> {
    let mut v = Violations::new();
    let kind = v.take(DonorKind::require("donor.kind", given.kind));
    // Somebody who gives anonymously need not have told us a name.
    let display_name = if given.anonymous {
        v.optional_text("donor.display_name", &given.display_name, 100)
    } else {
        v.text("donor.display_name", &given.display_name, 100)
    };
    let uscc = if given.uscc.is_empty() {
        Some(None)
    } else {
        v.take(Uscc::parse("donor.uscc", &given.uscc)).map(Some)
    };
    let reason = wire::optional_code(
        &mut v,
        "donor.uscc_absent_reason",
        &given.uscc_absent_reason,
    );
    if let (Some(kind), Some(uscc), Some(reason)) = (kind, &uscc, &reason) {
        v.take(identify(kind, uscc.as_ref(), reason));
    }
    let division = wire::division(&mut v, "donor.division", &given.division);
    let provenance = wire::provenance(&mut v, "donor", given.provenance);
    let parsed = (|| {
        let (sources, locations) = provenance?;
        Some(Donor {
            id: clock.new_id(),
            version: 1,
            created_at: clock.now(),
            division: division?,
            kind: kind?,
            display_name: Pii::new(display_name?),
            anonymous: given.anonymous,
            uscc: uscc?,
            uscc_absent_reason: reason?,
            sources,
            locations,
        })
    })();
    v.finish_with(parsed)
}

impl From<&Donor> for pb::Donor {
    fn from(of: &Donor) -> Self {
        Self {
            name: of.id.name(),
            kind: ev::DonorKind::from(of.kind).into(),
            display_name: of.shown_name(),
            anonymous: of.anonymous,
            // The code would name whom `anonymous` hides.
            uscc: if of.anonymous {
                String::new()
            } else {
                of.uscc
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default()
            },
            uscc_absent_reason: of.uscc_absent_reason.clone(),
            division: of.division.to_string(),
            provenance: wire::stated(&of.sources, &of.locations),
            create_time: Some(convert::timestamp(of.created_at)),
        }
    }
}
