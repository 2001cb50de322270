//! `jianyi load DIR`: a record of facts into a running system, as often as you like.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::connect::ConnectArgs;
use super::output;
use crate::client::Session;
use crate::load as loader;

/// Exit code when the folder says something else than the system already holds (`EX_DATAERR`).
const EXIT_CONFLICT: u8 = 65;

/// Loading a folder of data files. Loading it again, or after an interruption, changes nothing and
/// loses nothing. The format is described in deploy/demo/README.md.
#[derive(Debug, Args)]
pub(super) struct LoadArgs {
    /// The folder, e.g. deploy/demo/hebi-2024.
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    #[command(flatten)]
    connect: ConnectArgs,
}

pub(super) async fn run(args: LoadArgs) -> ExitCode {
    let session = match args.connect.session() {
        Ok(session) => session,
        Err(error) => return output::fail(&error, error.exit_code()),
    };
    match load(&session, &args.folder).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(code) => code,
    }
}

/// Loads and tells. The error is an exit code: why has been told already.
pub(super) async fn load(session: &Session, folder: &Path) -> Result<(), ExitCode> {
    let tokens = session.tokens();
    let source: loader::TokenSource = Arc::new(move || {
        let token = tokens();
        Box::pin(async move { token.await.map_err(Into::into) })
    });
    match loader::run(folder, session.channel(), source).await {
        Ok(summary) => {
            output::tell(&summary);
            if summary.conflicts.is_empty() {
                Ok(())
            } else {
                Err(ExitCode::from(EXIT_CONFLICT))
            }
        }
        Err(error) => Err(output::fail(&error, error.exit_code())),
    }
}
