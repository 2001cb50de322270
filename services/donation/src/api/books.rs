//! Accounts and the trial balance on the wire.

use std::collections::BTreeMap;

use jianyi_kernel::{Fault, Violations};
use jianyi_proto::donation::v1 as pb;
use tonic::Request;

use super::wire;
use crate::domain::fund::FundId;
use crate::domain::ledger::chart::Account;
use crate::domain::ledger::trial_balance::TrialBalance;
use crate::store;
use crate::usecase::App;

pub(super) async fn list_accounts(
    app: &App,
    request: Request<pb::ListAccountsRequest>,
) -> Result<pb::ListAccountsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let mut v = Violations::new();
    let on = wire::optional_day(&mut v, "on", &request.get_ref().on);
    let on = v.finish_with(on)?.unwrap_or_else(|| app.clock().today());
    let mut conn = app.db.read(&caller).await?;
    let accounts = store::charts::accounts_on(&mut conn, on).await?;
    let accounts = accounts.into_iter().map(|row| pb::Account {
        chart: row.chart,
        code: row.code,
        title: row.title,
        valid_from: row.valid_from.to_string(),
        valid_until: wire::day_text(row.valid_until),
    });
    Ok(pb::ListAccountsResponse {
        accounts: accounts.collect(),
    })
}

pub(super) async fn trial_balance(
    app: &App,
    request: Request<pb::GetTrialBalanceRequest>,
) -> Result<pb::GetTrialBalanceResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let asked = request.into_inner();
    let mut v = Violations::new();
    let as_of = wire::optional_day(&mut v, "as_of", &asked.as_of);
    let fund: Option<Option<FundId>> = wire::optional_reference(&mut v, "fund", &asked.fund);
    let as_of = v.finish_with(as_of)?.unwrap_or_else(|| app.clock().today());
    let mut conn = app.db.read(&caller).await?;
    let aux = fund.flatten().map(FundId::as_uuid);
    let sums =
        store::journal_sums::up_to(&mut conn, as_of, wire::filter(&asked.division), aux).await?;
    let mut balance = TrialBalance::default();
    let mut titles = BTreeMap::new();
    for row in sums {
        let account = Account::booked(row.chart, row.code);
        balance.add(&account, row.debit, row.credit)?;
        titles.insert(account, row.title);
    }
    let rows = balance
        .rows()
        .map(|(account, debit, credit)| pb::TrialBalanceRow {
            chart: account.chart().as_str().into(),
            code: account.code().into(),
            title: titles.get(account).cloned().unwrap_or_default(),
            debit_fen: debit.get(),
            credit_fen: credit.get(),
        });
    Ok(pb::GetTrialBalanceResponse {
        rows: rows.collect(),
        debit_fen: balance.debit().get(),
        credit_fen: balance.credit().get(),
        difference_fen: balance.difference()?.get(),
        as_of: as_of.to_string(),
    })
}
