//! `jianyi import-document`: what the importer makes of a raw article, without storing it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use jianyi_publicity::source_text;
use serde_json::json;

use super::output;

/// Counts of one text file.
#[derive(Debug, Args)]
pub(super) struct ImportDocumentArgs {
    /// The article as plain text, UTF-8.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// As a sentence, or as JSON.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(super) fn run(args: &ImportDocumentArgs) -> ExitCode {
    let bytes = match std::fs::read(&args.file) {
        Ok(bytes) => bytes,
        Err(error) => return output::fail(&format_args!("{}: {error}", args.file.display()), 66),
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return output::fail(
            &format_args!("{} is not UTF-8 text", args.file.display()),
            65,
        );
    };
    let reading = source_text::read(&text);
    match args.format {
        Format::Json => output::answer(json!({
            "lines": reading.lines,
            "joins": reading.joins,
            "paragraphs": reading.paragraphs.len(),
            "distinct": reading.distinct.len(),
        })),
        Format::Text => output::answer(format_args!(
            "{} 行,接续断行 {} 处,得 {} 段,去重后 {} 段",
            reading.lines,
            reading.joins,
            reading.paragraphs.len(),
            reading.distinct.len()
        )),
    }
    ExitCode::SUCCESS
}
