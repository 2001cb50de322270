//! `jianyi site`: a site of the federation as a folder, for containers.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use jianyi_kernel::Clock;

use super::{accounts, output};
use crate::client::Session;
use crate::site::{self, CityOptions, Place, SiteError};

/// Days before the end of a certificate from which it is told.
const WARN_DAYS: i64 = 45;

/// A site's folder.
#[derive(Debug, Args)]
pub(super) struct SiteArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make the city's site: secrets, certificates, the servers' configuration. Again: renew what ends soon.
    Init(InitArgs),
    /// Make the site's databases and bring them to the newest version.
    Migrate(DirArgs),
    /// Make the first accounts, once the city runs: the three administrators. Their passwords are shown once.
    Accounts(AccountsArgs),
    /// Show when the site's certificates end; 1 when one has less than 45 days.
    Certificates(DirArgs),
}

/// The folder.
#[derive(Debug, Clone, Args)]
pub(super) struct DirArgs {
    /// Folder of the site.
    #[arg(long, value_name = "DIR", env = "JIANYI_DATA_DIR")]
    pub(super) dir: PathBuf,
}

#[derive(Debug, Args)]
struct InitArgs {
    #[command(flatten)]
    dir: DirArgs,

    /// Address at which the counties reach the city's leaf listener, `host:port`.
    #[arg(long, value_name = "ADDRESS", env = "JIANYI_CITY_ADDRESS")]
    address: String,

    /// More names of the gateway, for its certificate; several separated by commas.
    #[arg(
        long = "name",
        value_name = "NAME",
        env = "JIANYI_TLS_NAMES",
        value_delimiter = ','
    )]
    names: Vec<String>,

    /// Folder where the message bus keeps its streams; it is given to its user.
    #[arg(long, value_name = "DIR", env = "JIANYI_STREAMS_DIR")]
    streams: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct AccountsArgs {
    #[command(flatten)]
    dir: DirArgs,

    /// One account for each role instead, as a demonstration has them.
    #[arg(long)]
    demonstration: bool,
}

pub(super) async fn run(args: SiteArgs) -> ExitCode {
    let outcome = match args.verb {
        Verb::Init(args) => init(args),
        Verb::Migrate(args) => {
            site::migrate(&Place::new(&args.dir), |name| {
                output::tell(format_args!("{name}: ok"));
            })
            .await
        }
        Verb::Accounts(args) => return make_accounts(&args).await,
        Verb::Certificates(args) => match certificates(&Place::new(&args.dir)) {
            Ok(true) => Ok(()),
            Ok(false) => return ExitCode::FAILURE,
            Err(error) => Err(error),
        },
    };
    finish(outcome)
}

/// Turns an outcome into an exit code.
pub(super) fn finish(outcome: Result<(), SiteError>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::fail(&error, error.exit_code()),
    }
}

fn init(args: InitArgs) -> Result<(), SiteError> {
    let options = CityOptions {
        address: args.address,
        names: args
            .names
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect(),
        streams: args.streams,
    };
    let made = site::make_city(&Place::new(&args.dir.dir), &options)?;
    output::tell(format_args!(
        "市级站点 {} 已就绪(县级接入地址 {})",
        made.division, made.city
    ));
    Ok(())
}

async fn make_accounts(args: &AccountsArgs) -> ExitCode {
    let dir = &args.dir.dir;
    let session = match Session::of_data_dir(dir) {
        Ok(session) => session,
        Err(error) => return output::fail(&error, error.exit_code()),
    };
    match accounts::show_once(&session, dir, args.demonstration, None).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(code) => code,
    }
}

/// Prints when each ends; whether all have time.
fn certificates(place: &Place) -> Result<bool, SiteError> {
    let now = Clock::system().now().as_offset();
    let endings = site::endings(place)?;
    for ending in &endings {
        output::answer(format_args!(
            "{:<28} {}  {:>5} days",
            ending.what,
            ending.ends.date(),
            ending.days_left(now)
        ));
    }
    Ok(warn(&endings, now))
}

/// Says on standard error which certificates end soon; whether none does.
pub(super) fn warn(endings: &[site::Ending], now: time::OffsetDateTime) -> bool {
    let mut good = true;
    for ending in endings
        .iter()
        .filter(|ending| ending.days_left(now) < WARN_DAYS)
    {
        good = false;
        output::tell(format_args!(
            "证书即将到期:{},剩余 {} 天;续期:{}",
            ending.what,
            ending.days_left(now),
            ending.remedy
        ));
    }
    good
}
