//! Exchanges on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, Pii};
use jianyi_proto::name;
use jianyi_proto::publicity::v1 as pb;
use tonic::Request;

use super::App;
use super::form::Form;
use super::wire;
use crate::domain::{Exchange, Recorded};
use crate::word::Word as _;
use crate::{store, usecase};

fn read(form: &mut Form, wire: pb::Exchange) -> Option<Exchange> {
    let kind = form.word("kind", wire.kind);
    let title = form.title(&wire.title);
    let held_on = form.fuzzy("held_on", &wire.held_on);
    let partner = form.text("partner", &wire.partner, 200);
    let partner_division = form.optional_division("partner_division", &wire.partner_division);
    let place = form.text("place", &wire.place, 200);
    let leader = form.text("leader", &wire.leader, 64);
    let findings = form.text("findings", &wire.findings, 4000);
    let origin = form.origin(&wire.division, wire.provenance);
    Some(Exchange {
        kind: kind?,
        title: title?,
        held_on: held_on?,
        partner: partner?,
        partner_division: partner_division?,
        place: place?,
        leader: leader.map(|leader| (!leader.is_empty()).then(|| Pii::new(leader)))?,
        findings: findings?,
        origin: origin?,
    })
}

impl From<Recorded<Exchange>> for pb::Exchange {
    fn from(record: Recorded<Exchange>) -> Self {
        let name = record.name();
        let Exchange {
            kind,
            title,
            held_on,
            partner,
            partner_division,
            place,
            leader,
            findings,
            origin,
        } = record.fact;
        Self {
            name,
            kind: kind.to_wire(),
            title: title.as_str().into(),
            held_on: held_on.to_string(),
            partner,
            partner_division: partner_division.map(String::from).unwrap_or_default(),
            place,
            leader: leader.as_ref().map(wire::person).unwrap_or_default(),
            findings,
            division: origin.division.to_string(),
            provenance: wire::provenance(origin.provenance),
            create_time: wire::time(record.created_at),
        }
    }
}

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateExchangeRequest>,
) -> Result<Committed<pb::Exchange>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let exchange = Form::read("exchange", request.into_inner().exchange, read)?;
    usecase::create_exchange(app, &call, exchange).await
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetExchangeRequest>,
) -> Result<pb::Exchange, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    let exchange = store::exchanges::get(&mut conn, id, app.db.cipher()).await?;
    Ok(exchange.into())
}

pub(crate) async fn reveal(
    app: &App,
    request: Request<pb::RevealExchangeRequest>,
) -> Result<Committed<pb::Exchange>, Fault> {
    let call = jianyi_rpc::reveal_call(&request, &request.get_ref().purpose)?;
    let id = name::parse("name", &request.get_ref().name)?;
    usecase::reveal_exchange(app, &call, id).await
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListExchangesRequest>,
) -> Result<pb::ListExchangesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.get_ref();
    let year = wire::year(request.year)?;
    let kind = wire::kind(request.kind)?;
    let page = wire::page(
        app,
        request.page_size,
        &request.page_token,
        &format!("{} {}", request.year, request.kind),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::exchanges::list(&mut conn, &page, app.db.cipher(), year, kind).await?;
    let (exchanges, next_page_token) = wire::cut(&page, rows);
    Ok(pb::ListExchangesResponse {
        exchanges,
        next_page_token,
    })
}
