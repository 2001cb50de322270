//! The books: two charts, numbers without gaps, entries that balance and never change.

use futures::future::join_all;
use jianyi_proto::donation::events::v1::{DonationReversed, DonorKind};
use jianyi_proto::donation::v1 as pb;
use tonic::{Code, Status};

use crate::desk::{Desk, fields, gift, reason};

fn line(account: &str, debit_fen: i64, credit_fen: i64) -> pb::JournalLine {
    pb::JournalLine {
        account: account.into(),
        debit_fen,
        credit_fen,
        ..Default::default()
    }
}

async fn book(
    desk: &Desk,
    on: &str,
    lines: Vec<pb::JournalLine>,
) -> Result<pb::JournalEntry, Status> {
    let entry = pb::JournalEntry {
        booked_on: on.into(),
        lines,
        ..Default::default()
    };
    let request = pb::CreateJournalEntryRequest {
        journal_entry: Some(entry),
        request_id: desk.request_id(),
        ..Default::default()
    };
    Ok(desk
        .client()
        .create_journal_entry(request)
        .await?
        .into_inner())
}

async fn reverse(desk: &Desk, name: &str, on: &str) -> Result<pb::JournalEntry, Status> {
    let request = pb::ReverseEntryRequest {
        name: name.into(),
        booked_on: on.into(),
        request_id: desk.request_id(),
    };
    Ok(desk
        .approver("account-9")
        .reverse_entry(request)
        .await?
        .into_inner())
}

#[tokio::test]
async fn d11_the_code_of_administration_changes_with_the_chart() {
    let desk = Desk::open().await;
    let title = async |on: &str, code: &str| {
        let accounts = desk
            .client()
            .list_accounts(pb::ListAccountsRequest { on: on.into() })
            .await
            .unwrap();
        let accounts = accounts.into_inner().accounts;
        accounts
            .into_iter()
            .find(|account| account.code == code)
            .unwrap()
            .title
    };
    assert_eq!(title("2025-12-31", "5201").await, "管理费用");
    assert_eq!(title("2026-01-01", "5301").await, "管理费用");
    assert_eq!(title("2026-01-01", "5201").await, "税金及附加");
    assert_eq!(title("2025-12-31", "1701").await, "受托代理资产");
    assert_eq!(title("2026-01-01", "1801").await, "受托代理资产");

    let old = book(
        &desk,
        "2025-12-31",
        vec![line("5201", 100, 0), line("1002", 0, 100)],
    )
    .await
    .unwrap();
    let new = book(
        &desk,
        "2026-01-01",
        vec![line("5301", 100, 0), line("1002", 0, 100)],
    )
    .await
    .unwrap();
    assert_eq!((old.chart.as_str(), new.chart.as_str()), ("A", "B"));
    let missing = book(
        &desk,
        "2025-12-31",
        vec![line("5901", 1, 0), line("1002", 0, 1)],
    )
    .await
    .unwrap_err();
    assert_eq!(reason(&missing), "ACCOUNT_NOT_IN_CHART");
    let ancient = book(
        &desk,
        "2004-12-31",
        vec![line("5201", 1, 0), line("1002", 0, 1)],
    )
    .await
    .unwrap_err();
    assert_eq!(reason(&ancient), "CHART_MISSING");

    let balance = desk.trial_balance("2026-12-31", "").await;
    let rows: Vec<_> = balance
        .rows
        .iter()
        .map(|row| {
            (
                row.chart.as_str(),
                row.code.as_str(),
                row.title.as_str(),
                row.debit_fen,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("A", "1002", "银行存款", 0),
            ("A", "5201", "管理费用", 100),
            ("B", "1002", "银行存款", 0),
            ("B", "5301", "管理费用", 100)
        ]
    );
    assert_eq!(balance.difference_fen, 0);
    assert_eq!(desk.trial_balance("2025-12-31", "").await.debit_fen, 100);
    assert_eq!(desk.trial_balance("2025-12-30", "").await.debit_fen, 0);
}

#[tokio::test]
async fn an_entry_balances_or_is_refused() {
    let desk = Desk::open().await;
    let on = "2024-05-01";
    let unbalanced = book(&desk, on, vec![line("5201", 2, 0), line("1002", 0, 1)])
        .await
        .unwrap_err();
    assert_eq!(
        (unbalanced.code(), reason(&unbalanced).as_str()),
        (Code::FailedPrecondition, "UNBALANCED")
    );
    assert_eq!(
        reason(&book(&desk, on, vec![line("5201", 2, 0)]).await.unwrap_err()),
        "TOO_FEW_LINES"
    );
    let both = book(&desk, on, vec![line("5201", 1, 1), line("1002", 0, 1)])
        .await
        .unwrap_err();
    assert_eq!(fields(&both), ["journal_entry.lines"]);
    let negative = book(&desk, on, vec![line("5201", -1, 0), line("1002", 0, -1)])
        .await
        .unwrap_err();
    assert_eq!(negative.code(), Code::InvalidArgument);
    let no_id = pb::CreateJournalEntryRequest::default();
    assert_eq!(
        fields(&desk.client().create_journal_entry(no_id).await.unwrap_err()),
        ["request_id"]
    );

    // Nothing refused took a number.
    let first = book(&desk, on, vec![line("5201", 1, 0), line("1002", 0, 1)])
        .await
        .unwrap();
    assert_eq!(first.voucher_no, 1);
}

#[tokio::test]
async fn voucher_numbers_have_no_gaps_under_twenty_parallel_donations() {
    let desk = Desk::open().await;
    let (free, bound) = (
        desk.fund("日常", false).await,
        desk.fund("关爱", true).await,
    );
    let donor = desk.donor(DonorKind::Individual, "张三").await;
    let gifts = (0..20).map(|n| {
        let fund = if n % 2 == 0 { &free } else { &bound };
        desk.donate(gift(&donor, fund, 100 + n))
    });
    // Of these one succeeds; the others took a number, found the entry reversed, and gave it back.
    let lines = vec![line("5201", 1, 0), line("1002", 0, 1)];
    let mistake = book(&desk, "2024-09-01", lines).await.unwrap().name;
    let reversals = (0..10).map(|_| reverse(&desk, &mistake, "2024-09-30"));
    let (donated, reversed) = tokio::join!(join_all(gifts), join_all(reversals));
    assert!(donated.iter().all(Result::is_ok));
    let refused: Vec<_> = reversed
        .iter()
        .filter_map(|result| result.as_ref().err())
        .collect();
    assert_eq!(refused.len(), 9);
    assert!(
        refused
            .iter()
            .all(|status| reason(status) == "ENTRY_ALREADY_REVERSED")
    );

    let request = pb::ListJournalEntriesRequest {
        month: "2024-09".into(),
        ..Default::default()
    };
    let entries = desk
        .client()
        .list_journal_entries(request)
        .await
        .unwrap()
        .into_inner()
        .journal_entries;
    let mut numbers: Vec<_> = entries.iter().map(|entry| entry.voucher_no).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=22).collect::<Vec<_>>());
    let templates = |template| {
        entries
            .iter()
            .filter(|entry| entry.template() == template)
            .count()
    };
    assert_eq!(templates(pb::EntryTemplate::UnrestrictedGift), 10);
    assert_eq!(templates(pb::EntryTemplate::RestrictedGift), 10);

    // A fund holds what its lines in the books say.
    for fund in [&free, &bound] {
        let lines = desk.trial_balance("", fund).await;
        assert_eq!(
            lines.credit_fen - lines.debit_fen,
            desk.fund_now(fund).await.balance_fen
        );
    }
    let all = desk.trial_balance("", "").await;
    assert_eq!(
        (all.difference_fen, all.debit_fen),
        (0, (0..20).map(|n| 100 + n).sum::<i64>() + 2)
    );
}

#[tokio::test]
async fn a_reversal_takes_the_gift_back_once() {
    let desk = Desk::open().await;
    let fund = desk.fund("关爱", true).await;
    let donor = desk.donor(DonorKind::Individual, "张三").await;
    let wrong = desk.donate(gift(&donor, &fund, 500)).await.unwrap();
    desk.donate(gift(&donor, &fund, 300)).await.unwrap();

    assert_eq!(
        reason(
            &reverse(&desk, &wrong.journal_entry, "2025-01-01")
                .await
                .unwrap_err()
        ),
        "ENTRY_OF_OTHER_YEAR"
    );
    assert_eq!(
        reason(
            &reverse(&desk, &wrong.journal_entry, "2024-09-01")
                .await
                .unwrap_err()
        ),
        "REVERSAL_BEFORE_ENTRY"
    );
    let reversal = reverse(&desk, &wrong.journal_entry, "2024-10-08")
        .await
        .unwrap();
    assert_eq!(
        (reversal.reverses.as_str(), reversal.voucher_no),
        (wrong.journal_entry.as_str(), 1)
    );
    assert_eq!(reversal.template(), pb::EntryTemplate::Reversal);
    assert_eq!(
        reason(
            &reverse(&desk, &reversal.name, "2024-10-09")
                .await
                .unwrap_err()
        ),
        "ENTRY_IS_REVERSAL"
    );
    let twice = reverse(&desk, &wrong.journal_entry, "2024-10-09")
        .await
        .unwrap_err();
    assert_eq!(reason(&twice), "ENTRY_ALREADY_REVERSED");

    let donation = desk
        .client()
        .get_donation(pb::GetDonationRequest {
            name: wrong.name.clone(),
        })
        .await
        .unwrap();
    assert_eq!(donation.into_inner().state(), pb::DonationState::Reversed);
    assert_eq!(desk.fund_now(&fund).await.balance_fen, 300);
    let sums = pb::SumDonationsRequest {
        year: 2024,
        ..Default::default()
    };
    assert_eq!(
        desk.client()
            .sum_donations(sums)
            .await
            .unwrap()
            .into_inner()
            .total_fen,
        Some(300)
    );
    let events = desk.events::<DonationReversed>().await;
    assert_eq!(
        (
            events.len(),
            events[0].amount_fen,
            events[0].donation.as_str()
        ),
        (1, 500, wrong.name.as_str())
    );
    assert_eq!(desk.trial_balance("", "").await.difference_fen, 0);
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_or_unbalance_the_books() {
    let desk = Desk::open().await;
    let entry = book(
        &desk,
        "2024-05-01",
        vec![line("5201", 1, 0), line("1002", 0, 1)],
    )
    .await
    .unwrap();
    let id = entry
        .name
        .strip_prefix("journalEntries/")
        .unwrap()
        .to_owned();
    let mut conn = desk.service.sql().await;
    for statement in [
        "update journal_entries set booked_on = '2024-05-02'",
        "delete from journal_entries",
        "update journal_lines set debit_fen = debit_fen + 1 where debit_fen > 0",
        "delete from journal_lines",
        "truncate journal_lines",
        "truncate journal_entries cascade",
    ] {
        assert!(
            sqlx::query(statement).execute(&mut conn).await.is_err(),
            "{statement}"
        );
    }
    let lonely = "insert into journal_lines (entry_id, line_no, chart, code, debit_fen, credit_fen)
                  values ($1::uuid, 3, 'A', '1002', 1, 0)";
    assert!(
        sqlx::query(lonely)
            .bind(uuid::Uuid::parse_str(&id).unwrap())
            .execute(&mut conn)
            .await
            .is_err()
    );
    let empty =
        "insert into journal_entries (id, created_at, created_by, division, month, voucher_no,
                     booked_on, chart, template, reference)
                 values ($1, now(), 'x', '410600', '2024-05', 2, '2024-05-01', 'A', 'manual', '')";
    assert!(
        sqlx::query(empty)
            .bind(uuid::Uuid::nil())
            .execute(&mut conn)
            .await
            .is_err()
    );
}
