//! Reservations on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, Pii, Violations};
use jianyi_proto::donation::v1 as pb;
use jianyi_proto::{convert, name};
use jianyi_rpc::Page;
use tonic::Request;

use super::wire;
use crate::domain::fund::FundId;
use crate::domain::posting::EntryId;
use crate::domain::reservation::{Refusal, Reservation, ReservationState};
use crate::kinds::Kind as _;
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetReservationRequest>,
) -> Result<pb::Reservation, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(pb::Reservation::from(
        &store::reservations::get(&mut conn, app.db.cipher(), id).await?,
    ))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListReservationsRequest>,
) -> Result<pb::ListReservationsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let asked = request.into_inner();
    let mut v = Violations::new();
    let fund: Option<Option<FundId>> = wire::optional_reference(&mut v, "fund", &asked.fund);
    let state = v.take(ReservationState::read("state", asked.state));
    v.finish()?;
    let filters = format!("reservations/{}/{}", asked.fund, asked.state);
    let page = Page::parse(
        asked.page_size,
        &asked.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let (fund, state) = (fund.flatten().map(FundId::as_uuid), state.flatten());
    let rows = store::reservations::list(&mut conn, app.db.cipher(), fund, state, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    Ok(pb::ListReservationsResponse {
        reservations: rows.iter().map(Into::into).collect(),
        next_page_token,
    })
}

pub(super) async fn pay(
    app: &App,
    request: Request<pb::PayReservationRequest>,
) -> Result<Committed<pb::Reservation>, Fault> {
    jianyi_rpc::require_request_id(&request.get_ref().request_id)?;
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let asked = request.into_inner();
    let mut v = Violations::new();
    let id = wire::reference(&mut v, "name", &asked.name);
    let on = wire::day(&mut v, "paid_on", &asked.paid_on);
    let note = v
        .optional_text("approver_note", &asked.approver_note, 500)
        .map(Pii::new);
    let ((id, on), note) = v.finish_with(id.zip(on).zip(note))?;
    usecase::pay_reservation::pay(app, &call, id, on, note).await
}

pub(super) async fn release(
    app: &App,
    request: Request<pb::ReleaseReservationRequest>,
) -> Result<Committed<pb::Reservation>, Fault> {
    jianyi_rpc::require_request_id(&request.get_ref().request_id)?;
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let id = name::parse("name", &request.get_ref().name)?;
    usecase::release_reservation::release(app, &call, id).await
}

impl From<&Reservation> for pb::Reservation {
    fn from(of: &Reservation) -> Self {
        Self {
            name: of.id.name(),
            request: of.request.clone(),
            activity: of.activity.clone(),
            fund: of.fund_asked.clone(),
            amount_fen: of.amount.get(),
            state: pb::ReservationState::from(of.state).into(),
            refusal_reason: of.refusal.map(Refusal::code).unwrap_or_default().into(),
            paid_on: wire::day_text(of.paid_on),
            approver_note: of
                .note
                .expose("answer those who may read reservations")
                .clone(),
            journal_entry: of.entry.map(EntryId::name).unwrap_or_default(),
            division: of.division.to_string(),
            create_time: Some(convert::timestamp(of.created_at)),
            etag: of.version.to_string(),
        }
    }
}
