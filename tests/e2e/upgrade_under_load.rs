//! An upgrade, service by service, while people go on writing: the database is widened for the next version first, the
//! version that runs goes on and starts again on it, then every process is replaced. Nothing that was acknowledged is
//! lost, and nobody is told a failure that trying again does not mend.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jianyi_proto::member::events::v1::OrgUnitKind;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_proto::member::v1::{CreateOrgUnitRequest, OrgUnit};
use jianyi_testkit::{TestChannel, eventually};
use jianyi_tests::{Lenience, System};
use sqlx::{Connection as _, PgConnection};
use tokio::task::JoinSet;
use tonic::Code;

use crate::JIANYI;

const COUNTY: &str = "410621";
const WRITERS: usize = 4;

/// What one writer was told.
#[derive(Debug, Default)]
struct Told {
    acknowledged: BTreeSet<String>,
    /// Answers after which the same request was sent again.
    retried: usize,
    /// The longest that one request took with all its repetitions.
    longest: Duration,
}

/// Goes on until told to stop; the same request is repeated until it is acknowledged.
async fn write(channel: TestChannel, writer: usize, stop: Arc<AtomicBool>) -> Told {
    let mut members = MemberServiceClient::new(channel);
    let mut told = Told::default();
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        number += 1;
        let request = CreateOrgUnitRequest {
            parent: format!("counties/{COUNTY}"),
            org_unit: Some(OrgUnit {
                kind: OrgUnitKind::VolunteerTeam.into(),
                display_name: format!("第{writer}中队{number}分队"),
                ..Default::default()
            }),
            request_id: format!("upgrade-{writer}-{number}"),
        };
        let began = Instant::now();
        loop {
            match members.create_org_unit(request.clone()).await {
                Ok(unit) => {
                    told.acknowledged.insert(unit.into_inner().name);
                    break;
                }
                Err(status) => {
                    assert!(
                        matches!(
                            status.code(),
                            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled
                        ),
                        "{status:?}"
                    );
                    told.retried += 1;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        told.longest = told.longest.max(began.elapsed());
    }
    told
}

/// What the next version's migration does to a service's database: it widens, and is written into the books.
async fn expand(system: &System, instance: &str) {
    let url = system.world.database_url(instance).unwrap();
    let mut owner = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(
        "create table of_the_next_version (id uuid primary key);
         alter table of_the_next_version enable row level security;
         create policy service on of_the_next_version using (true);
         insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values (9000, 'of the next version', true, '\\x00', 0)",
    )
    .execute(&mut owner)
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_system_is_upgraded_service_by_service_and_loses_nothing() {
    let mut system = System::start_processes(JIANYI).await;
    let channel = system.channel().await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        writers.spawn(write(channel.clone(), writer, Arc::clone(&stop)));
    }
    let names = system.world.names();
    // The gateway keeps nothing.
    for name in names.iter().filter(|name| *name != "gateway") {
        expand(&system, name).await;
    }
    let began = Instant::now();
    for name in &names {
        system.world.restart(name).await.unwrap();
    }
    let upgraded = began.elapsed();
    stop.store(true, Ordering::Relaxed);
    let mut acknowledged = BTreeSet::new();
    let (mut retried, mut longest) = (0, Duration::ZERO);
    while let Some(told) = writers.join_next().await {
        let told = told.unwrap();
        acknowledged.extend(told.acknowledged);
        retried += told.retried;
        longest = longest.max(told.longest);
    }
    println!(
        "{} processes in {upgraded:.1?}; {} acknowledged, {retried} answers tried again, the longest write {longest:.1?}",
        names.len(),
        acknowledged.len(),
    );
    assert!(acknowledged.len() > 20, "{}", acknowledged.len());

    let url = system
        .world
        .database_url(&format!("member/{COUNTY}"))
        .unwrap();
    let mut owner = PgConnection::connect(&url).await.unwrap();
    let (rows, names): (i64, i64) =
        sqlx::query_as("select count(*), count(distinct id) from org_units")
            .fetch_one(&mut owner)
            .await
            .unwrap();
    assert_eq!((rows, names), (acknowledged.len() as i64, rows));
    // And each is in the city's figures once.
    let url = system.world.database_url("oversight").unwrap();
    let mut oversight = PgConnection::connect(&url).await.unwrap();
    eventually!({
        let facts: Vec<String> = sqlx::query_scalar(
            "select resource from facts where context = 'member' and division like '410621%'",
        )
        .fetch_all(&mut oversight)
        .await
        .unwrap();
        facts.len() == acknowledged.len()
            && facts.into_iter().collect::<BTreeSet<_>>() == acknowledged
    });
    system.finish(Lenience::Strict).await;
}
