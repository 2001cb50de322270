//! An operator renews the keys of all services; nobody notices, and nothing stays on the old keys.

use std::collections::BTreeSet;

use jianyi_proto::member::v1::RevealPersonRequest;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_tests::{Lenience, System, demo_folder, jianyi};
use prost_types::FieldMask;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::JIANYI;
use crate::people::confirm_hero;

async fn keys(system: &System, args: &[&str]) -> String {
    let dir = system.data_dir().to_str().unwrap();
    let args: Vec<&str> = ["keys"]
        .iter()
        .chain(args)
        .chain(&["--data-dir", dir])
        .copied()
        .collect();
    let output = jianyi(JIANYI, &args).output().await.unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{complaint}");
    String::from_utf8(output.stdout).unwrap()
}

/// The columns whose values all begin as sealed values do, whatever the services say about them.
async fn columns_that_look_sealed(url: &str) -> BTreeSet<String> {
    let mut conn = PgConnection::connect(url).await.unwrap();
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text from information_schema.columns
         where data_type = 'bytea' and table_schema = 'public' and table_name <> 'data_keys'",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let mut found = BTreeSet::new();
    for (table, column) in columns {
        let sealed = format!(
            "select coalesce(bool_and(substring({column} from 1 for 2)
                 in ('\\x0101', '\\x0201', '\\x0202', '\\x0301', '\\x0302')), false)
             from {table} where {column} is not null"
        );
        let all: bool = sqlx::query_scalar(AssertSqlSafe(sealed))
            .fetch_one(&mut conn)
            .await
            .unwrap();
        if all {
            found.insert(format!("{table}.{column}"));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g17_the_keys_of_a_whole_system_are_renewed_while_it_runs() {
    let mut system = System::start().await;
    system.load(&demo_folder()).await.unwrap();
    let hero = confirm_hero(system.channel().await, "410611", "1", true).await;
    let person = async |system: &System| {
        let request = RevealPersonRequest {
            name: hero.person.clone(),
            purpose: "更换密钥后核对".into(),
            fields: Some(FieldMask {
                paths: vec!["full_name".into()],
            }),
        };
        let mut member = MemberServiceClient::new(system.channel().await);
        let revealed = member.reveal_sealed_person(request).await.unwrap();
        revealed.into_inner()
    };
    let (before, report) = (person(&system).await, system.report(2024).await);

    let told = keys(&system, &["rotate", "--algorithm", "sm4-gcm"]).await;
    assert_eq!(
        told.lines().count(),
        system.statuses().await.len(),
        "{told}"
    );

    let status: Value =
        serde_json::from_str(&keys(&system, &["status", "--format", "json"]).await).unwrap();
    let mut values = 0;
    for service in status.as_array().unwrap() {
        let name = service["service"].as_str().unwrap();
        assert_eq!(service["data_keys"][1]["algorithm"], "sm4-gcm", "{service}");
        assert_eq!(service["data_keys"][1]["settled"], true, "{service}");
        let mut declared = BTreeSet::new();
        for column in service["columns"].as_array().unwrap() {
            // People are sealed under keys of their own, which are sealed with the new key.
            let key = column["key"].as_str().unwrap();
            let own = column["table"] == "people" && key.starts_with("own ");
            assert!(own || key == "2 sm4-gcm", "{service}");
            values += column["values"].as_u64().unwrap();
            declared.insert(format!(
                "{}.{}",
                column["table"].as_str().unwrap(),
                column["column"].as_str().unwrap()
            ));
        }
        let url = system.world.database_url(name).unwrap();
        assert_eq!(columns_that_look_sealed(&url).await, declared, "{name}");
    }
    assert!(values > 100, "{values} values");

    // As before, also for a process that knows the keys from the table alone.
    system.world.restart("member/410611").await.unwrap();
    jianyi_testkit::eventually!(system.statuses().await.iter().all(|it| it.healthy));
    assert_eq!(person(&system).await, before);
    assert_eq!(system.report(2024).await, report);
    system.finish(Lenience::Strict).await;
}
