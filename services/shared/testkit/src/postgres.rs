//! One Postgres per test process, one database per test, cloned from a migrated template.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use jianyi_db::{Algorithm, Db, DbConfig};
use jianyi_kernel::{Clock, Pii};
use jianyi_ops::ServiceSpec;
use jianyi_provision::{Layout, Options, Postgres, Secrets};
use sqlx::{Connection as _, PgConnection};
use tokio::sync::Mutex;

static SERVER: OnceLock<Server> = OnceLock::new();
static TEMPLATES: Mutex<BTreeSet<&'static str>> = Mutex::const_new(BTreeSet::new());
static NEXT: AtomicU32 = AtomicU32::new(1);

struct Server {
    postgres: Postgres,
    field_key: String,
}

/// Configuration of a fresh database with the service's tables in it.
pub async fn fresh_database(spec: &ServiceSpec) -> DbConfig {
    let server = tokio::task::spawn_blocking(|| SERVER.get_or_init(start))
        .await
        .expect("Postgres starts");
    let template = format!("template_{}", spec.context);
    {
        let mut made = TEMPLATES.lock().await;
        if !made.contains(spec.context) {
            server
                .postgres
                .ensure_databases(&[&template])
                .await
                .expect("template database");
            let db = Db::connect(&server.config(&template), Clock::system())
                .await
                .expect("template opens");
            db.migrate(spec.migrations).await.expect("migrations apply");
            db.close().await;
            made.insert(spec.context);
        }
    }
    let name = format!(
        "test_{}_{}",
        spec.context,
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    let mut conn = PgConnection::connect(&server.postgres.url_for("postgres"))
        .await
        .expect("Postgres answers");
    let clone = format!("create database {name} template {template}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(clone))
        .execute(&mut conn)
        .await
        .expect("database clones");
    server.config(&name)
}

impl Server {
    fn config(&self, database: &str) -> DbConfig {
        DbConfig {
            database_url: Pii::new(
                self.postgres
                    .application_url_for(database)
                    .expect("a server of our own"),
            ),
            database_owner_url: Some(Pii::new(self.postgres.url_for(database))),
            field_key: Some(Pii::new(self.field_key.clone())),
            field_key_file: None,
            field_algorithm: Algorithm::default(),
            database_connections: 8,
        }
    }
}

/// Starts the server on a thread with a runtime of its own: it outlives the test that asked first.
fn start() -> Server {
    let thread = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("runtime");
        runtime.block_on(async {
            let place = tempfile::Builder::new()
                .prefix("jianyi-test-")
                .tempdir()
                .expect("temporary folder");
            let root = place.keep();
            let layout = Layout::open(&root).expect("data directory");
            let secrets = Secrets::load_or_create(&layout).expect("secrets");
            let postgres = Postgres::start(&layout, &Options::default(), &secrets, 0)
                .await
                .expect("Postgres");
            reap_with_this_process(&root, postgres.pid());
            Server {
                postgres,
                field_key: secrets.master_key().to_owned(),
            }
        })
    });
    match thread.join() {
        Ok(server) => server,
        Err(_) => panic!("Postgres did not start"),
    }
}

/// Test processes end without running destructors of statics, or are killed. A small shell waits for
/// the end of its input, which comes with our end, however we end.
#[expect(clippy::zombie_processes, reason = "it outlives us by design")]
fn reap_with_this_process(root: &std::path::Path, pid: Option<u32>) {
    let Some(pid) = pid else { return };
    let script = format!(
        "read -r _; kill -QUIT {pid} 2>/dev/null; \
         for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do kill -0 {pid} 2>/dev/null || break; sleep 0.1; done; \
         rm -rf '{}'",
        root.display()
    );
    let mut child = Command::new("sh")
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("sh");
    let mut pipe = child.stdin.take().expect("pipe");
    pipe.flush().expect("pipe");
    // Kept open on purpose until this process is gone.
    std::mem::forget(pipe);
}
