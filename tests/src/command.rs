//! The command line under test, as a process.

use std::path::PathBuf;

use tokio::process::Command;

/// The folder of the 2024 record.
#[must_use]
pub fn demo_folder() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../deploy/demo/hebi-2024"
    ))
}

/// A `jianyi` process to be; it dies with the test.
#[must_use]
pub fn jianyi(binary: &str, args: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command
        .args(args)
        .kill_on_drop(true)
        .env_remove("JIANYI_DATA_DIR")
        .env_remove("JIANYI_PORT_BASE")
        // Tests of other things do not build pages.
        .env("JIANYI_NO_CONSOLE", "true");
    command.env_remove("DATABASE_URL").env_remove("NATS_URL");
    command
}
