//! The operator's command line. `--help` of each command is its manual.

mod accounts;
mod backup;
mod connect;
mod county;
mod county_status;
mod dead_letters;
mod dev;
mod egress;
mod events;
mod import_document;
mod keys;
mod load;
mod output;
mod rebuild;
mod report;
mod restore;
mod service;
mod site;
mod status;
mod synth;
mod token;
mod up;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use up::UpArgs;

/// Exit code for wrong usage (`EX_USAGE` of sysexits).
const EXIT_USAGE: u8 = 64;

/// Told at the end of the long help.
const EXIT_CODES: &str = "\
Exit codes (sysexits.h): 0 done; 1 a service is not healthy (status), a record was changed (verify) or an event failed again (dead-letters); 64 wrong usage; 65 data that conflicts \
or is refused, or a damaged or newer data directory; 66 a file or folder cannot be read; 69 nothing runs \
there, or something needed is missing; 70 a service failed; 73 a file or folder cannot be created; 74 the \
disk is full or cannot be read or written; 75 another instance runs or a port is taken, try again later; 77 \
not allowed; 78 an option names a server that cannot be used; 130 stopped before it was done.";

/// What a newcomer types, told after the commands.
const EXAMPLES: &str = "\
Examples:
  jianyi                                                    everything, until Ctrl-C
  jianyi up --once --ephemeral                              the report, and nothing is kept
  jianyi status                                             from another terminal, same folder
  jianyi report annual --year 2024 --format xlsx --out 2024.xlsx
  jianyi events --from-start --follow
  jianyi status --gateway http://HOST:8640 --token TOKEN    a system elsewhere";

/// Jianyi (见义): the information platform of a municipal 见义勇为 association.
///
/// Without a command it does `up`: starts the whole system on this machine, loads the 2024 record
/// into a new data directory, prints the year's report and serves until Ctrl-C.
#[derive(Debug, Parser)]
#[command(
    name = "jianyi",
    version,
    args_conflicts_with_subcommands = true,
    max_term_width = 100,
    after_help = EXAMPLES,
    after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}")
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    up: UpArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the whole system and serve until Ctrl-C (the default).
    Up(UpArgs),
    /// Show how every service is: healthy, version, outbox, lag, dead letters, per county.
    Status(status::StatusArgs),
    /// Load a record: a folder of data files. Loading it again changes nothing.
    Load(load::LoadArgs),
    /// Enter invented people (marked 演示), which no report counts.
    Synth(synth::SynthArgs),
    /// Print a report.
    Report(report::ReportArgs),
    /// Print events as CloudEvents, one JSON object per line.
    Events(events::EventsArgs),
    /// Build a service's projections again from the history of events.
    Rebuild(rebuild::RebuildArgs),
    /// Show events that could not be handled, and handle them again.
    DeadLetters(dead_letters::DeadLettersArgs),
    /// Show or renew the keys of personal fields.
    Keys(keys::KeysArgs),
    /// Check that the record of who did what was not changed.
    Verify(verify::VerifyArgs),
    /// Show what left a county: which fields, to whom, under which rule.
    Egress(egress::EgressArgs),
    /// Print an access token for scripts and programs of others.
    Token(token::TokenArgs),
    /// Read a raw article and print what the importer makes of it; stores nothing.
    ImportDocument(import_document::ImportDocumentArgs),
    /// At the city: let counties in. At a county: join.
    County(county::CountyArgs),
    /// Make and keep a site's folder, for containers.
    Site(site::SiteArgs),
    /// Write everything a site has into one encrypted file, or check such a file.
    Backup(backup::BackupArgs),
    /// Bring a site back from a backup.
    Restore(restore::RestoreArgs),
    /// For developers of Jianyi.
    Dev(dev::DevArgs),
    /// Run one service told on standard input; used by the system itself.
    #[command(hide = true)]
    Service,
}

/// `main` of the `jianyi` binary.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Printing help may fail when the pipe is closed; there is nobody left to tell.
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::from(EXIT_USAGE)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return output::fail(&error, 71),
    };
    let code = runtime.block_on(async {
        match cli.command {
            None => Box::pin(up::run(cli.up)).await,
            Some(Command::Up(args)) => Box::pin(up::run(args)).await,
            Some(Command::Status(args)) => status::run(args).await,
            Some(Command::Load(args)) => load::run(args).await,
            Some(Command::Synth(args)) => synth::run(args).await,
            Some(Command::Report(args)) => report::run(args).await,
            Some(Command::Events(args)) => events::run(args).await,
            Some(Command::Rebuild(args)) => rebuild::run(args).await,
            Some(Command::DeadLetters(args)) => dead_letters::run(args).await,
            Some(Command::Keys(args)) => keys::run(args).await,
            Some(Command::Verify(args)) => verify::run(args).await,
            Some(Command::Egress(args)) => egress::run(args).await,
            Some(Command::Token(args)) => token::run(args).await,
            Some(Command::ImportDocument(args)) => import_document::run(&args),
            Some(Command::County(args)) => county::run(args).await,
            Some(Command::Site(args)) => site::run(args).await,
            Some(Command::Backup(args)) => backup::run(args).await,
            Some(Command::Restore(args)) => restore::run(args).await,
            Some(Command::Dev(args)) => dev::run(args).await,
            Some(Command::Service) => service::run().await,
        }
    });
    // Tasks that are still finishing must not hold the process: everything durable is done.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    code
}
