//! What audit and encryption cost a write: the same unit of work with and without each, in turn, in one run.

use std::time::Instant;

use jianyi_db::{Db, NewEvent};
use jianyi_kernel::{Call, Division};
use jianyi_proto::member::events::v1::PersonRegistered;
use jianyi_testkit::TestService;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::figures::{Times, percent};

const ROUNDS: usize = 8;
const WRITERS: usize = 8;
const WRITES: usize = 250;
/// As many personal fields as a person has.
const FIELDS: [(&str, &str); 5] = [
    ("full_name", "欧阳见证"),
    ("citizen_id", "41061119900101018X"),
    ("document_number", "G12345678"),
    ("phone", "13800005678"),
    ("birth_date", "1990-01-01"),
];

#[derive(Debug, Clone, Copy)]
struct Variant {
    audited: bool,
    sealed: bool,
}

/// Plain first: it is what the others are compared with.
const VARIANTS: [Variant; 4] = [
    Variant {
        audited: false,
        sealed: false,
    },
    Variant {
        audited: true,
        sealed: false,
    },
    Variant {
        audited: false,
        sealed: true,
    },
    Variant {
        audited: true,
        sealed: true,
    },
];

pub(crate) async fn run() {
    let service = TestService::start(jianyi_member::spec(), Some("410611")).await;
    sqlx::raw_sql(
        "create table bench (id uuid primary key, division text not null, a bytea, b bytea, c bytea, d bytea, e bytea);
         alter table bench enable row level security;
         create policy reach on bench using (jianyi_reaches(division));
         grant all on bench to jianyi_app",
    )
    .execute(&mut service.sql().await)
    .await
    .unwrap();
    let mut times: [Times; 4] = Default::default();
    for round in 0..=ROUNDS {
        for at in 0..VARIANTS.len() {
            // Each round begins with another variant, so that none always meets a warmer disk.
            let at = (at + round) % VARIANTS.len();
            let measured = burst(service.db(), VARIANTS[at]).await;
            // The first round warms up.
            if round > 0 {
                times[at].extend(measured);
            }
        }
    }
    println!(
        "write: one row with {} personal fields, one event, one COMMIT; {WRITERS} writers",
        FIELDS.len()
    );
    let [plain, ..] = &times;
    for (variant, times) in VARIANTS.iter().zip(&times) {
        println!(
            "  audit {:<5} encryption {:<5} {times}  p50 {:>3} % and p99 {:>3} % of plain",
            variant.audited,
            variant.sealed,
            percent(times.at(500), plain.at(500)),
            percent(times.at(990), plain.at(990)),
        );
    }
}

/// All writers at once, each its share.
async fn burst(db: &Db, variant: Variant) -> Times {
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let db = db.clone();
        writers.spawn(async move {
            let mut times = Times::default();
            for _ in 0..WRITES {
                let begun = Instant::now();
                write(&db, variant).await;
                times.add(begun.elapsed());
            }
            times
        });
    }
    let mut all = Times::default();
    for times in writers.join_all().await {
        all.extend(times);
    }
    all
}

async fn write(db: &Db, variant: Variant) {
    let id = db.clock().new_uuid();
    let call = Call {
        audited: variant.audited,
        ..Call::background("member", "/jianyi.bench.v1.Bench/Write")
    };
    let mut uow = db.begin_background(&call).await.unwrap();
    let [a, b, c, d, e] = FIELDS.map(|(field, value)| value_of(db, variant, id, field, value));
    sqlx::query(
        "insert into bench (id, division, a, b, c, d, e) values ($1, '410611', $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(a)
    .bind(b)
    .bind(c)
    .bind(d)
    .bind(e)
    .execute(uow.conn())
    .await
    .unwrap();
    let county: Division = "410611".parse().unwrap();
    uow.emit(NewEvent::of(
        &PersonRegistered::default(),
        &format!("counties/410611/people/{id}"),
        &county,
        1,
    ));
    uow.commit_background().await.unwrap();
}

fn value_of(db: &Db, variant: Variant, id: Uuid, field: &str, value: &str) -> Vec<u8> {
    if variant.sealed {
        db.cipher()
            .seal(&format!("bench/{id}/{field}"), value.as_bytes())
            .unwrap()
    } else {
        value.as_bytes().to_vec()
    }
}
