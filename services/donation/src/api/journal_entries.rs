//! Journal entries on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, Fen, Violation, Violations};
use jianyi_proto::donation::v1 as pb;
use jianyi_proto::{convert, name};
use jianyi_rpc::Page;
use tonic::Request;

use super::wire;
use crate::domain::fund::FundId;
use crate::domain::ledger::entry::{Line, Side};
use crate::domain::posting::{BookedVoucher, EntryId};
use crate::store;
use crate::usecase::book_entry::Draft;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateJournalEntryRequest>,
) -> Result<Committed<pb::JournalEntry>, Fault> {
    jianyi_rpc::require_request_id(&request.get_ref().request_id)?;
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let draft = read(&request.into_inner().journal_entry.unwrap_or_default())?;
    usecase::book_entry::book(app, &call, draft).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetJournalEntryRequest>,
) -> Result<pb::JournalEntry, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(pb::JournalEntry::from(
        &store::journal_entries::get(&mut conn, id).await?,
    ))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListJournalEntriesRequest>,
) -> Result<pb::ListJournalEntriesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let asked = request.into_inner();
    let filters = format!("journal/{}/{}", asked.division, asked.month);
    let page = Page::parse(
        asked.page_size,
        &asked.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let (division, month) = (wire::filter(&asked.division), wire::filter(&asked.month));
    let rows = store::journal_entries::list(&mut conn, division, month, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| {
        (row.voucher.created_at, row.voucher.id.as_uuid())
    });
    Ok(pb::ListJournalEntriesResponse {
        journal_entries: rows.iter().map(Into::into).collect(),
        next_page_token,
    })
}

pub(super) async fn reverse(
    app: &App,
    request: Request<pb::ReverseEntryRequest>,
) -> Result<Committed<pb::JournalEntry>, Fault> {
    jianyi_rpc::require_request_id(&request.get_ref().request_id)?;
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let asked = request.into_inner();
    let mut v = Violations::new();
    let id = wire::reference(&mut v, "name", &asked.name);
    let on = wire::day(&mut v, "booked_on", &asked.booked_on);
    let (id, on) = v.finish_with(id.zip(on))?;
    usecase::reverse_entry::reverse(app, &call, id, on).await
}

fn read(given: &pb::JournalEntry) -> Result<Draft, Fault> {
    let mut v = Violations::new();
    let booked_on = wire::day(&mut v, "journal_entry.booked_on", &given.booked_on);
    let reference = wire::optional_code(&mut v, "journal_entry.reference", &given.reference);
    let division = wire::division(&mut v, "journal_entry.division", &given.division);
    if given.lines.len() > 500 {
        let zh = "一张凭证不超过 500 行";
        v.push(Violation::new(
            "journal_entry.lines",
            "TOO_MANY",
            "at most 500 lines".into(),
            zh,
        ));
    }
    let lines: Vec<_> = given
        .lines
        .iter()
        .take(500)
        .map(|line| read_line(&mut v, line))
        .collect();
    let parsed = (|| {
        Some(Draft {
            division: division?,
            booked_on: booked_on?,
            reference: reference?,
            lines: lines.into_iter().collect::<Option<_>>()?,
        })
    })();
    v.finish_with(parsed)
}

fn read_line(v: &mut Violations, given: &pb::JournalLine) -> Option<(String, Side, Fen)> {
    let account = wire::code(v, "journal_entry.lines.account", &given.account);
    if !given.fund.is_empty() {
        v.push(Violation::new(
            "journal_entry.lines.fund",
            "FUND_BY_COMMAND",
            "money of a fund moves by donations and payments, not by hand".into(),
            "涉及基金的收支请通过捐赠登记或付款办理,不能手工录入凭证",
        ));
    }
    let (side, amount) = match (given.debit_fen, given.credit_fen) {
        (debit, 0) => (
            Side::Debit,
            v.take(Fen::positive("journal_entry.lines.debit_fen", debit)),
        ),
        (0, credit) => (
            Side::Credit,
            v.take(Fen::positive("journal_entry.lines.credit_fen", credit)),
        ),
        (_, _) => {
            v.push(Violation::new(
                "journal_entry.lines",
                "ONE_SIDE",
                "a line is a debit or a credit, not both".into(),
                "每行只能填借方或贷方金额之一",
            ));
            return None;
        }
    };
    Some((account?, side, amount?))
}

impl From<&BookedVoucher> for pb::JournalEntry {
    fn from(of: &BookedVoucher) -> Self {
        let voucher = &of.voucher;
        Self {
            name: voucher.id.name(),
            booked_on: voucher.entry.booked_on().to_string(),
            lines: voucher.entry.lines().iter().map(Into::into).collect(),
            reference: voucher.reference.clone(),
            division: voucher.division.to_string(),
            chart: voucher.entry.chart().as_str().into(),
            voucher_no: of.number,
            template: pb::EntryTemplate::from(voucher.template).into(),
            reverses: voucher.reverses.map(EntryId::name).unwrap_or_default(),
            create_time: Some(convert::timestamp(voucher.created_at)),
        }
    }
}

impl From<&Line> for pb::JournalLine {
    fn from(of: &Line) -> Self {
        Self {
            account: of.account().code().into(),
            debit_fen: of.debit().get(),
            credit_fen: of.credit().get(),
            fund: of
                .aux()
                .map(|aux| FundId::from_uuid(aux).name())
                .unwrap_or_default(),
        }
    }
}
