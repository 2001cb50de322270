//! Funds on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Clock, Fault, Fen, Violation, Violations};
use jianyi_proto::donation::v1 as pb;
use jianyi_proto::{convert, name};
use jianyi_rpc::Page;
use tonic::Request;

use super::wire;
use crate::domain::fund::{Fund, restrict};
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateFundRequest>,
) -> Result<Committed<pb::Fund>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = read(app.clock(), request.into_inner().fund.unwrap_or_default())?;
    usecase::open_fund::open(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetFundRequest>,
) -> Result<pb::Fund, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(pb::Fund::from(&store::funds::get(&mut conn, id).await?))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListFundsRequest>,
) -> Result<pb::ListFundsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let asked = request.into_inner();
    let filters = format!("funds/{}", asked.division);
    let page = Page::parse(
        asked.page_size,
        &asked.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::funds::list(&mut conn, wire::filter(&asked.division), &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    Ok(pb::ListFundsResponse {
        funds: rows.iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn read(clock: &Clock, given: pb::Fund) -> Result<Fund, Fault> {
    let mut v = Violations::new();
    let title = v.text("fund.title", &given.title, 100);
    if given.purposes.len() > 64 {
        let zh = "用途不超过 64 项";
        v.push(Violation::new(
            "fund.purposes",
            "TOO_MANY",
            "at most 64 purposes".into(),
            zh,
        ));
    }
    let purposes: Option<Vec<String>> = given
        .purposes
        .iter()
        .map(|purpose| wire::code(&mut v, "fund.purposes", purpose))
        .collect();
    let from = wire::optional_day(&mut v, "fund.usable_from", &given.usable_from);
    let until = wire::optional_day(&mut v, "fund.usable_until", &given.usable_until);
    if let (Some(purposes), Some(from), Some(until)) = (&purposes, from, until) {
        v.take(restrict(given.restricted, purposes, from, until));
    }
    let opened_on = wire::fuzzy(&mut v, "fund.opened_on", &given.opened_on);
    let division = wire::division(&mut v, "fund.division", &given.division);
    let provenance = wire::provenance(&mut v, "fund", given.provenance);
    let parsed = (|| {
        let (sources, locations) = provenance?;
        Some(Fund {
            id: clock.new_id(),
            version: 1,
            created_at: clock.now(),
            division: division?,
            title: title?,
            restricted: given.restricted,
            purposes: purposes?,
            usable_from: from?,
            usable_until: until?,
            opened_on: opened_on?,
            balance: Fen::ZERO,
            reserved: Fen::ZERO,
            sources,
            locations,
        })
    })();
    v.finish_with(parsed)
}

impl From<&Fund> for pb::Fund {
    fn from(of: &Fund) -> Self {
        Self {
            name: of.id.name(),
            title: of.title.clone(),
            restricted: of.restricted,
            purposes: of.purposes.clone(),
            usable_from: wire::day_text(of.usable_from),
            usable_until: wire::day_text(of.usable_until),
            opened_on: of.opened_on.to_string(),
            division: of.division.to_string(),
            balance_fen: of.balance.get(),
            reserved_fen: of.reserved.get(),
            available_fen: of.available().get(),
            provenance: wire::stated(&of.sources, &of.locations),
            create_time: Some(convert::timestamp(of.created_at)),
            etag: of.version.to_string(),
        }
    }
}
