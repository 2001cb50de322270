//! The record of who did what, against somebody who owns a database.

use jianyi_proto::ops::v1 as ops;
use jianyi_proto::ops::v1::ops_service_client::OpsServiceClient;
use jianyi_testkit::eventually;
use jianyi_tests::{Lenience, System, jianyi};
use sqlx::{Connection as _, PgConnection};

use crate::JIANYI;
use crate::hero_confirmed::bus_policy;
use crate::people::confirm_hero;

/// Exit code and answer of `jianyi verify audit`.
async fn verify(system: &System) -> (Option<i32>, String) {
    let folder = system.data_dir().to_str().unwrap();
    let output = jianyi(JIANYI, &["verify", "audit", "--data-dir", folder])
        .output()
        .await
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let problems = String::from_utf8_lossy(&output.stderr);
    (output.status.code(), format!("{text}{problems}"))
}

async fn care_heads_at(system: &System, witness: &str) -> Vec<ops::WitnessedHead> {
    let request = ops::ListWitnessedHeadsRequest {
        service: witness.into(),
        instance: "care".into(),
        page_size: 500,
        ..Default::default()
    };
    OpsServiceClient::new(system.channel().await)
        .list_witnessed_heads(request)
        .await
        .unwrap()
        .into_inner()
        .heads
}

fn line_of_care(text: &str) -> &str {
    text.lines()
        .find(|line| line.starts_with("care "))
        .expect(text)
}

async fn run(sql: &mut PgConnection, statement: &'static str) {
    sqlx::raw_sql(statement).execute(sql).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g04_who_rewrites_history_is_caught() {
    let system = System::start().await;
    bus_policy(system.channel().await).await;
    eventually!(!care_heads_at(&system, "member/410602").await.is_empty());
    eventually!(!care_heads_at(&system, "oversight").await.is_empty());
    let listed = OpsServiceClient::new(system.channel().await)
        .list_audit_entries(ops::ListAuditEntriesRequest {
            service: "care".into(),
            method_prefix: "/jianyi.care.v1.".into(),
            ..Default::default()
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.entries.len(), 1, "{listed:?}");
    assert!(listed.next_page_token.is_empty());

    let (code, text) = verify(&system).await;
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(text.lines().count(), 11, "{text}");
    assert!(text.lines().all(|line| line.ends_with(": OK")), "{text}");

    // The owner of one database frames somebody.
    let mut sql = PgConnection::connect(&system.world.database_url("care").unwrap())
        .await
        .unwrap();
    run(
        &mut sql,
        "alter table audit disable trigger append_only; grant all on audit to current_user;
         alter table audit_leaves disable trigger append_only; grant all on audit_leaves to current_user;
         alter table audit_heads disable trigger append_only; grant all on audit_heads to current_user;
         create table kept as select seq, caller from audit where method like '/jianyi.care.v1.%';
         update audit set caller = 'account:framed' where seq in (select seq from kept)",
    )
    .await;
    let (code, text) = verify(&system).await;
    assert_eq!(code, Some(1), "{text}");
    let named = format!("CHANGED: ALTERED entry {}", listed.entries[0].seq);
    let line = line_of_care(&text);
    assert!(line.contains(&named), "{line}");
    assert!(line.ends_with("by account:framed"), "{line}");
    assert_eq!(text.matches("CHANGED").count(), 1, "{text}");

    // Then he has the service itself seal a history without that entry, signed with its own key.
    run(
        &mut sql,
        "delete from audit_heads; delete from audit_leaves;
         delete from audit where seq in (select seq from kept);
         insert into audit_unsealed select seq from audit",
    )
    .await;
    confirm_hero(system.channel().await, "410602", "1", false).await;
    let sealed = "select count(*) > 0 from audit_heads";
    eventually!(
        sqlx::query_scalar::<_, bool>(sealed)
            .fetch_one(&mut sql)
            .await
            .unwrap()
    );
    let (code, text) = verify(&system).await;
    assert_eq!(code, Some(1), "{text}");
    let line = line_of_care(&text);
    assert!(line.contains("witness: "), "{line}");
    system.finish(Lenience::Strict).await;
}
