//! `jianyi synth`: invented people for lists to show and for benches to load.

use std::process::ExitCode;

use clap::Args;

use super::connect::ConnectArgs;
use super::{load, output};
use crate::synth::{LARGEST_SEED, MOST_PEOPLE, Synth};

/// Invented people (marked 演示) with their roles, heroes, activities and media items, sent through the gateway.
/// The same seed gives the same people; sending them again, or more of them, enters nothing twice. No report
/// counts them.
#[derive(Debug, Args)]
pub(super) struct SynthArgs {
    /// How many people.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_PEOPLE)))]
    people: u32,

    /// Which people.
    #[arg(long, value_name = "S", default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=i64::from(LARGEST_SEED)))]
    seed: u32,

    /// All of them in this county, by its six-digit code; otherwise they are spread over the counties.
    #[arg(long, value_name = "CODE")]
    county: Option<String>,

    #[command(flatten)]
    connect: ConnectArgs,
}

pub(super) async fn run(args: SynthArgs) -> ExitCode {
    let synth = match Synth::new(args.people, args.seed, args.county.as_deref()) {
        Ok(synth) => synth,
        Err(fault) => return output::fail(&fault, 64),
    };
    let session = match args.connect.session() {
        Ok(session) => session,
        Err(error) => return output::fail(&error, error.exit_code()),
    };
    let folder = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => return output::fail(&error, 73),
    };
    if let Err(error) = synth.write(folder.path()) {
        return output::fail(&error, 74);
    }
    match load::load(&session, folder.path()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(code) => code,
    }
}
