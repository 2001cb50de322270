//! The audit log against those who own the database: whatever they do to it, a check names.

use std::time::Duration;

use jianyi_db::AuditProblem::{
    Altered, HeadForged, HeadWrong, Inserted, LeafAltered, LeafInserted, LeafMissing, Missing,
    Unsealed,
};
use jianyi_db::{AuditFilter, AuditProblem, AuditVerdict, Db, DbConfig, NewEvent};
use jianyi_kernel::{Call, Clock, Division, Pii, Timestamp};
use jianyi_witness::{Entry, HashKind, LeafKey, SignedHead};
use sqlx::{Connection as _, PgConnection};
use tokio::time::timeout;
use uuid::Uuid;

use crate::{Fixture, act, call, fixture, fixture_with};

const SOON: Duration = Duration::from_secs(10);

/// Tells of a head the way a service does, as far as the outbox can see.
fn tell(_: &SignedHead) -> NewEvent {
    let event = prost_types::Timestamp::default();
    NewEvent::of(&event, "auditLogs/unit", &Division::city(), 1)
}

async fn write(db: &Db, method: &str, times: usize) {
    for _ in 0..times {
        let mut uow = db
            .begin_background(&Call::background("unit", method))
            .await
            .unwrap();
        uow.touch("things/1");
        uow.count("rows", 3);
        uow.commit_background().await.unwrap();
    }
}

async fn seal(db: &Db) -> SignedHead {
    db.seal_audit("unit", tell).await.unwrap().unwrap()
}

/// Somebody with all rights over the database, who has put the guards out of the way.
async fn attacker(fixture: &Fixture) -> PgConnection {
    let mut conn = PgConnection::connect(&fixture.url).await.unwrap();
    for table in ["audit", "audit_leaves", "audit_heads", "audit_keys"] {
        run(
            &mut conn,
            &format!("alter table {table} disable trigger append_only"),
        )
        .await;
        run(&mut conn, &format!("grant all on {table} to current_user")).await;
    }
    conn
}

async fn run(conn: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()))
        .execute(conn)
        .await
        .unwrap();
}

fn first(verdict: &AuditVerdict) -> (AuditProblem, Option<i64>) {
    let finding = verdict.findings.first().unwrap();
    (finding.problem, finding.seq)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g04_an_altered_deleted_or_inserted_row_is_named() {
    let fixture = fixture().await;
    let db = &fixture.db;
    write(db, "early", 7).await;
    assert_eq!(seal(db).await.head.tree_size, 7);
    write(db, "late", 5).await;
    let head = seal(db).await;
    assert_eq!((head.head.tree_size, head.head.previous_size), (12, 7));
    assert!(head.is_genuine());
    write(db, "waiting", 2).await;
    let whole = db.verify_audit().await.unwrap();
    assert_eq!(
        (whole.entries, whole.waiting, whole.heads, whole.problems),
        (14, 2, 2, 0),
        "{whole:?}"
    );

    // What it takes apart from rights: the guards refuse even the owner.
    let mut conn = PgConnection::connect(&fixture.url).await.unwrap();
    for table in [
        "audit",
        "audit_leaves",
        "audit_keys",
        "audit_heads",
        "witnessed_heads",
    ] {
        for change in [
            format!("delete from {table}"),
            format!("truncate {table} cascade"),
            format!("grant all on {table} to current_user; delete from {table}"),
        ] {
            let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(change.clone()))
                .execute(&mut conn)
                .await;
            assert!(refused.is_err(), "{change}");
        }
    }

    let mut conn = attacker(&fixture).await;
    let keep = "create table kept as table audit; create table kept_leaves as table audit_leaves;
                create table kept_heads as table audit_heads";
    run(&mut conn, keep).await;
    let restore = "delete from audit; insert into audit overriding system value table kept;
                   delete from audit_leaves; insert into audit_leaves table kept_leaves;
                   delete from audit_heads; insert into audit_heads table kept_heads";
    let forged = "insert into audit (at, caller, method, request_hash, entry_id, mac) overriding system value
                  select at, 'account:framed', method, request_hash, gen_random_uuid(), mac from audit where seq = 3";
    // Genuine in every word, and no second time.
    let copied = "insert into audit (at, caller, method, request_id, request_hash, entry_id, purpose, resources, outcome, mac)
                  select at, caller, method, request_id, request_hash, entry_id, purpose, resources, outcome, mac
                  from audit where seq = 3";
    let attacks = [
        (
            "update audit set caller = 'account:framed' where seq = 5",
            Altered,
            Some(5),
        ),
        (
            "update audit set at = at - interval '1 microsecond' where seq = 9",
            Altered,
            Some(9),
        ),
        (
            "update audit set resources = '{}' where seq = 2",
            Altered,
            Some(2),
        ),
        (
            "update audit set outcome = 'events=0 rows=4' where seq = 2",
            Altered,
            Some(2),
        ),
        (
            "update audit set purpose = '' where seq = 2",
            Altered,
            Some(2),
        ),
        (
            "update audit set request_id = '' where seq = 12",
            Altered,
            Some(12),
        ),
        // Before it was sealed: the writer's keyed hash tells.
        (
            "update audit set method = 'x' where seq = 14",
            Inserted,
            Some(14),
        ),
        ("delete from audit where seq = 6", Missing, Some(6)),
        (forged, Inserted, Some(15)),
        (copied, Inserted, Some(16)),
        (
            "update audit_leaves set leaf_hash = decode(repeat('00', 32), 'hex') where position = 3",
            LeafAltered,
            Some(4),
        ),
        (
            "delete from audit_leaves where position = 3",
            LeafMissing,
            None,
        ),
        (
            "delete from audit_leaves where position = 11",
            LeafMissing,
            None,
        ),
        (
            "delete from audit_unsealed where entry_seq = 13",
            Unsealed,
            Some(13),
        ),
        (
            "insert into audit_leaves values (12, 13, decode(repeat('00', 32), 'hex'))",
            LeafInserted,
            Some(13),
        ),
        (
            "delete from audit_heads where tree_size = 7",
            HeadWrong,
            None,
        ),
        (
            "update audit_heads set signed_at = signed_at + interval '1 second'",
            HeadForged,
            None,
        ),
        (
            "update audit_heads set root = decode(repeat('00', 32), 'hex')",
            HeadWrong,
            None,
        ),
    ];
    for (attack, problem, seq) in attacks {
        run(&mut conn, attack).await;
        let verdict = db.verify_audit().await.unwrap();
        assert_eq!(first(&verdict), (problem, seq), "{attack}: {verdict:?}");
        run(&mut conn, restore).await;
        run(
            &mut conn,
            "insert into audit_unsealed values (13) on conflict do nothing",
        )
        .await;
    }
    let verdict = db.verify_audit().await.unwrap();
    assert_eq!(verdict.problems, 0, "{verdict:?}");
    // Named by number, time, method and caller.
    run(&mut conn, "update audit set method = 'other' where seq = 5").await;
    let verdict = db.verify_audit().await.unwrap();
    let named = &verdict.findings[0];
    assert_eq!(
        (named.method.as_str(), named.caller.as_str()),
        ("other", "service:unit")
    );
    assert!(named.at.is_some());

    // A forged row that is queued is not sealed, and is named.
    run(&mut conn, restore).await;
    run(&mut conn, forged).await;
    run(
        &mut conn,
        "insert into audit_unsealed select max(seq) from audit",
    )
    .await;
    assert_eq!(seal(db).await.head.tree_size, 14);
    let verdict = db.verify_audit().await.unwrap();
    assert_eq!(
        (verdict.problems, first(&verdict).0),
        (1, Inserted),
        "{verdict:?}"
    );
    fixture.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g04_what_is_queued_twice_is_sealed_once_and_a_sealed_copy_is_named() {
    let fixture = fixture().await;
    let db = &fixture.db;
    write(db, "genuine", 3).await;
    let mut conn = attacker(&fixture).await;
    let again = "insert into audit_unsealed select seq from audit";
    run(&mut conn, again).await;
    assert_eq!(seal(db).await.head.tree_size, 3);
    // Again after it was sealed, and a number that is no entry's: neither stops the sealer.
    run(&mut conn, again).await;
    run(&mut conn, "insert into audit_unsealed values (999)").await;
    assert!(db.seal_audit("unit", tell).await.unwrap().is_none());
    assert_eq!(fixture.count("audit_unsealed").await, 0);
    write(db, "genuine", 1).await;
    run(&mut conn, again).await;
    assert_eq!(seal(db).await.head.tree_size, 4);
    assert_eq!(db.verify_audit().await.unwrap().problems, 0);

    // A copy of an entry carries its writer's own hash, so that the sealer takes it for genuine.
    run(
        &mut conn,
        "with copy as (
             insert into audit (at, caller, method, request_hash, entry_id, resources, outcome, mac)
             select at, caller, method, request_hash, entry_id, resources, outcome, mac from audit where seq = 2
             returning seq
         )
         insert into audit_unsealed select seq from copy",
    )
    .await;
    assert_eq!(seal(db).await.head.tree_size, 5);
    let verdict = db.verify_audit().await.unwrap();
    assert_eq!(
        (verdict.problems, first(&verdict)),
        (1, (Inserted, Some(5))),
        "{verdict:?}"
    );
    fixture.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g04_a_rewritten_log_is_caught_by_the_copies_of_others() {
    let fixture = fixture().await;
    let db = &fixture.db;
    let mut copies = Vec::new();
    for _ in 0..3 {
        write(db, "genuine", 4).await;
        copies.push(seal(db).await);
    }
    let mut verdict = AuditVerdict::default();
    db.compare_audit_heads("unit", &copies, &mut verdict)
        .await
        .unwrap();
    assert_eq!(verdict.problems, 0);

    // The attacker has every right over the database and every key of the service.
    let mut conn = attacker(&fixture).await;
    let cipher = db.cipher().clone();
    let (key_id, sealed): (Uuid, Vec<u8>) =
        sqlx::query_as("select key_id, sealed_leaf_key from audit_secrets")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    let secret = cipher
        .open(&format!("audit_secrets/{key_id}/leaf_key"), &sealed)
        .unwrap();
    let key = LeafKey::new(HashKind::Sha256, Pii::new(secret.try_into().unwrap()));
    let (at, id, hash): (Timestamp, Uuid, Vec<u8>) =
        sqlx::query_as("select at, entry_id, request_hash from audit where seq = 6")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    let mac = key.mac(&Entry {
        id: Some(id.into_bytes()),
        at,
        caller: "account:framed",
        method: "genuine",
        request_id: None,
        request_hash: &hash,
        purpose: None,
        resources: &["things/1".to_owned()],
        outcome: "events=0 rows=3",
    });
    sqlx::query("update audit set caller = 'account:framed', mac = $1 where seq = 6")
        .bind(mac.as_slice())
        .execute(&mut conn)
        .await
        .unwrap();
    run(
        &mut conn,
        "delete from audit_leaves; delete from audit_heads; insert into audit_unsealed select seq from audit",
    )
    .await;
    assert_eq!(seal(db).await.head.tree_size, 12);
    // By itself the log is whole again …
    let mut verdict = db.verify_audit().await.unwrap();
    assert_eq!(verdict.problems, 0, "{verdict:?}");
    // … and every copy that others hold contradicts it.
    db.compare_audit_heads("unit", &copies, &mut verdict)
        .await
        .unwrap();
    assert_eq!(verdict.problems, 3);
    assert_eq!(first(&verdict).0, AuditProblem::Contradicted);
    assert_eq!(verdict.findings[0].position, Some(4));

    // A witness sees it too, as soon as the new heads come: another root, a size that shrank, another key.
    let witness = async |signed: &SignedHead| {
        let mut call = Call::background("unit", "witness");
        call.audited = false;
        let mut uow = db.begin_background(&call).await.unwrap();
        let conflict = uow.witness(signed).await.unwrap();
        uow.commit_background().await.unwrap();
        conflict
    };
    for copy in [&copies[1], &copies[0], &copies[2], &copies[2]] {
        assert_eq!(
            witness(copy).await,
            None,
            "whatever the order, and however often"
        );
    }
    write(db, "after", 1).await;
    let rewritten = seal(db).await;
    assert_eq!(
        witness(&rewritten).await,
        None,
        "the first copy of its size"
    );
    let mut other = copies[2].clone();
    other.head.root = [9; 32];
    assert_eq!(witness(&other).await, Some("SIGNATURE_INVALID"));
    let resigned = |change: &dyn Fn(&mut SignedHead), secret: &[u8]| {
        let mut signed = copies[2].clone();
        change(&mut signed);
        let secret: [u8; 32] = secret.try_into().unwrap();
        jianyi_witness::HeadKey::new(Pii::new(secret)).sign(signed.head)
    };
    let sealed: Vec<u8> = sqlx::query_scalar("select sealed_signing_key from audit_secrets")
        .fetch_one(&mut conn)
        .await
        .unwrap();
    let own = cipher
        .open(&format!("audit_secrets/{key_id}/signing_key"), &sealed)
        .unwrap();
    let differs = resigned(&|signed| signed.head.root = [9; 32], &own);
    assert_eq!(witness(&differs).await, Some("ROOT_DIFFERS"));
    let later = rewritten.head.signed_at.as_offset() + time::Duration::hours(1);
    let shrank = |signed: &mut SignedHead| {
        signed.head.tree_size = 9;
        signed.head.signed_at = Timestamp::from_offset(later);
    };
    assert_eq!(witness(&resigned(&shrank, &own)).await, Some("SIZE_SHRANK"));
    let grown = |signed: &mut SignedHead| {
        signed.head.tree_size = 20;
        signed.head.signed_at = Timestamp::from_offset(later);
    };
    assert_eq!(
        witness(&resigned(&grown, &[5; 32])).await,
        Some("KEY_CHANGED")
    );
    let kept = db.witnessed_heads(Some("unit"), 0, 100).await.unwrap();
    assert_eq!(
        kept.iter().filter(|copy| copy.conflict.is_some()).count(),
        4
    );
    assert_eq!(
        kept.iter().filter(|copy| copy.conflict.is_none()).count(),
        4
    );
    assert_eq!(kept[0].signed, copies[1]);
    fixture.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g04_writers_wait_for_nobody_and_late_commits_are_sealed() {
    let fixture = fixture().await;
    let db = &fixture.db;
    // A commit that has written its entry and then takes as long as the gate is closed.
    let mut gate = PgConnection::connect(&fixture.url).await.unwrap();
    run(
        &mut gate,
        "create function held() returns trigger language plpgsql as $$
             begin perform pg_advisory_xact_lock(1); return null; end $$;
         create constraint trigger held after insert on audit deferrable initially deferred
             for each row when (new.method = 'slow') execute function held();
         select pg_advisory_lock(1)",
    )
    .await;
    let slow = tokio::task::JoinSet::from_iter([{
        let db = db.clone();
        async move { write(&db, "slow", 1).await }
    }]);
    let inserted = "select exists (select from pg_locks where locktype = 'advisory' and objid = 1 and not granted)";
    timeout(SOON, async {
        while !sqlx::query_scalar::<_, bool>(inserted)
            .fetch_one(&mut gate)
            .await
            .unwrap()
        {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the slow commit is under way");

    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let db = db.clone();
        writers.spawn(async move { write(&db, "fast", 5).await });
    }
    timeout(SOON, writers.join_all())
        .await
        .expect("nobody waits for the open transaction");
    // They are sealed although an earlier number is still open; that one follows.
    assert_eq!(seal(db).await.head.tree_size, 80);
    let seqs: (i64, i64) = sqlx::query_as("select min(seq), count(*) from audit")
        .fetch_one(&mut gate)
        .await
        .unwrap();
    assert_eq!(seqs, (2, 80));
    run(&mut gate, "select pg_advisory_unlock(1)").await;
    slow.join_all().await;
    assert_eq!(seal(db).await.head.tree_size, 81);
    let last: i64 = sqlx::query_scalar("select entry_seq from audit_leaves where position = 80")
        .fetch_one(&mut gate)
        .await
        .unwrap();
    assert_eq!(last, 1);

    // Sealers of several processes at once: no position twice, nothing left out.
    let mut sealers = tokio::task::JoinSet::new();
    for n in 0..4 {
        let db = db.clone();
        sealers.spawn(async move {
            for _ in 0..10 {
                write(&db, "both", 1 + n % 2).await;
                db.seal_audit("unit", tell).await.unwrap();
            }
        });
    }
    sealers.join_all().await;
    while db.seal_audit("unit", tell).await.unwrap().is_some() {}
    let verdict = db.verify_audit().await.unwrap();
    assert_eq!((verdict.problems, verdict.waiting), (0, 0), "{verdict:?}");
    assert_eq!((verdict.entries, verdict.tree_size), (141, 141));
    fixture.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g04_a_head_is_sealed_together_with_its_event_or_not_at_all() {
    let fixture = fixture().await;
    let db = &fixture.db;
    write(db, "before", 3).await;
    // The process ends after the head and before its event: then there is no head either.
    let mut conn = PgConnection::connect(&fixture.url).await.unwrap();
    run(
        &mut conn,
        "create function broken() returns trigger language plpgsql as $$
             begin raise exception 'power cut'; end $$;
         create trigger broken before insert on outbox for each row execute function broken()",
    )
    .await;
    db.seal_audit("unit", tell).await.unwrap_err();
    for table in ["audit_heads", "audit_leaves", "outbox"] {
        assert_eq!(fixture.count(table).await, 0, "{table}");
    }
    run(&mut conn, "drop trigger broken on outbox").await;
    assert_eq!(seal(db).await.head.tree_size, 3);
    // Committed and not yet published: the relay of the next process finds it.
    let mut lock = db.relay_lock().await.unwrap().unwrap();
    let waiting = lock.unpublished(10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].resource, "auditLogs/unit");
    assert!(db.seal_audit("unit", tell).await.unwrap().is_none());
    fixture.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g04_entries_are_listed_by_what_one_asks_for() {
    let start = Timestamp::from_unix(1_735_603_200, 0).unwrap();
    let fixture = fixture_with(Clock::fixed(start)).await;
    let db = &fixture.db;
    let mut reveal = call("reveal", 1);
    reveal.purpose = Some("CARE_VISIT".into());
    act(db, &reveal, "张三").await.unwrap();
    db.clock().advance(Duration::from_secs(60));
    write(db, "/test.v1.Other/Do", 3).await;
    let list = async |filter: AuditFilter, before, limit| {
        db.audit_entries(&filter, before, limit).await.unwrap()
    };
    let all = list(AuditFilter::default(), None, 10).await;
    assert_eq!(
        all.iter().map(|entry| entry.seq).collect::<Vec<_>>(),
        [4, 3, 2, 1]
    );
    let revealed = all.last().unwrap();
    assert_eq!(revealed.purpose.as_deref(), Some("CARE_VISIT"));
    assert_eq!(revealed.resources, ["things/1"]);
    assert_eq!(revealed.counts().collect::<Vec<_>>(), [("events", 1)]);
    assert_eq!(
        all[0].counts().collect::<Vec<_>>(),
        [("events", 0), ("rows", 3)]
    );
    let next = list(AuditFilter::default(), Some(3), 1).await;
    assert_eq!(next[0].seq, 2);
    let one = |change: fn(&mut AuditFilter)| {
        let mut filter = AuditFilter::default();
        change(&mut filter);
        list(filter, None, 10)
    };
    assert_eq!(
        one(|f| f.method_prefix = Some("/test.v1.Other/".into()))
            .await
            .len(),
        3
    );
    assert_eq!(one(|f| f.method_prefix = Some("%".into())).await.len(), 0);
    assert_eq!(
        one(|f| f.caller = Some("service:test".into())).await.len(),
        1
    );
    assert_eq!(one(|f| f.resource = Some("things/1".into())).await.len(), 4);
    assert_eq!(
        one(|f| f.until = Timestamp::from_unix(1_735_603_201, 0))
            .await
            .len(),
        1
    );
    assert_eq!(
        one(|f| f.since = Timestamp::from_unix(1_735_603_201, 0))
            .await
            .len(),
        3
    );
    fixture.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g07_replies_are_forgotten_after_a_week() {
    let start = Timestamp::from_unix(1_735_603_200, 0).unwrap();
    let fixture = fixture_with(Clock::fixed(start)).await;
    let db = &fixture.db;
    let answer = async |text: &str| {
        act(db, &call("a", 1), text)
            .await
            .unwrap()
            .into_reply()
            .text
    };
    let mut lock = db.relay_lock().await.unwrap().unwrap();
    let mut forget = async || {
        let week = time::Duration::days(7);
        let before = Timestamp::from_offset(db.clock().now().as_offset() - week);
        lock.forget_replies_before(before).await.unwrap()
    };
    assert_eq!(answer("first").await, "first");
    db.clock().advance(Duration::from_secs(7 * 24 * 3600));
    assert_eq!(forget().await, 0);
    assert_eq!(answer("second").await, "first");
    db.clock().advance(Duration::from_secs(1));
    assert_eq!(forget().await, 1);
    assert_eq!(answer("third").await, "third");
    fixture.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g04_sm3_is_a_choice_and_rows_from_before_are_sealed_first() {
    let fixture = fixture().await;
    let mut conn = attacker(&fixture).await;
    // A log as the version before left it: one row, no hash of its own, and no key yet.
    run(
        &mut conn,
        "delete from audit_secrets; delete from audit_keys;
         insert into audit (at, caller, method, request_hash) values (now(), 'account:1', 'old', '');
         insert into audit_unsealed select seq from audit",
    )
    .await;
    let config = DbConfig {
        database_connections: 2,
        audit_hash: HashKind::Sm3,
        ..fixture.config.clone()
    };
    let db = Db::connect(&config, Clock::system()).await.unwrap();
    db.migrate(&crate::none()).await.unwrap();
    write(&db, "new", 2).await;
    let head = seal(&db).await;
    assert_eq!((head.head.kind, head.head.tree_size), (HashKind::Sm3, 3));
    assert_eq!(db.verify_audit().await.unwrap().problems, 0);
    run(
        &mut conn,
        "update audit set caller = 'account:2' where method = 'old'",
    )
    .await;
    let verdict = db.verify_audit().await.unwrap();
    assert_eq!(first(&verdict), (Altered, Some(1)), "{verdict:?}");
    db.close().await;
    fixture.end().await;
}
