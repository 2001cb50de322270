//! Settings out of files: wherever a variable is read, the same name with `_FILE` names a file with the value in it.
//!
//! Why: containers are given secrets as files, and a variable shows in every listing of a container.

use std::collections::BTreeMap;
use std::ffi::OsString;

use clap::Command;
use jianyi_kernel::Fault;

/// The arguments of this process, with those added whose values lie in files.
///
/// # Errors
/// [`Fault::Unavailable`] when a file that a variable names cannot be read.
pub fn with_files(command: &mut Command) -> Result<Vec<OsString>, Fault> {
    let variables = std::env::vars().collect();
    added(command, std::env::args_os().collect(), &variables)
}

fn added(
    command: &mut Command,
    mut arguments: Vec<OsString>,
    variables: &BTreeMap<String, String>,
) -> Result<Vec<OsString>, Fault> {
    command.build();
    let verb = arguments.get(1).and_then(|verb| verb.to_str());
    let Some(verb) = verb.and_then(|verb| command.find_subcommand(verb)) else {
        return Ok(arguments);
    };
    let known: Vec<&str> = verb
        .get_arguments()
        .filter_map(|argument| argument.get_env()?.to_str())
        .collect();
    for argument in verb.get_arguments() {
        let (Some(variable), Some(long)) = (
            argument.get_env().and_then(|name| name.to_str()),
            argument.get_long(),
        ) else {
            continue;
        };
        let in_file = format!("{variable}_FILE");
        // One that is an option by itself reads its own file.
        if variables.contains_key(variable) || known.contains(&in_file.as_str()) {
            continue;
        }
        if let Some(path) = variables.get(&in_file) {
            let text = std::fs::read_to_string(path)
                .map_err(|error| Fault::Unavailable(format!("{in_file}: {path}: {error}")))?;
            arguments.push(format!("--{long}={}", text.trim_end()).into());
        }
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    enum Verb {
        Serve(Serve),
    }

    #[derive(Debug, clap::Args)]
    struct Serve {
        #[arg(long, env = "TEST_SECRET")]
        secret: Option<String>,
        #[arg(long, env = "TEST_LIST_FILE")]
        list_file: Option<String>,
        #[arg(long, env = "TEST_LIST")]
        list: Option<String>,
    }

    fn parse(arguments: &[&str], variables: &[(&str, &str)]) -> Result<Serve, String> {
        use clap::{CommandFactory as _, FromArgMatches as _};
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let arguments = ["test", "serve"].iter().chain(arguments);
        let arguments = arguments
            .map(|argument| OsString::from(*argument))
            .collect();
        let mut command = Verb::command();
        let all = added(&mut command, arguments, &variables).map_err(|fault| fault.to_string())?;
        let Verb::Serve(serve) = command
            .try_get_matches_from(all)
            .and_then(|matches| Verb::from_arg_matches(&matches))
            .map_err(|error| error.to_string())?;
        Ok(serve)
    }

    #[test]
    fn a_value_may_lie_in_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "s3cret\n").unwrap();
        let path = file.path().to_str().unwrap();
        let serve = parse(&[], &[("TEST_SECRET_FILE", path)]).unwrap();
        assert_eq!(serve.secret.as_deref(), Some("s3cret"));
        // Said twice is a mistake to be told, not to be guessed at.
        assert!(parse(&["--secret=a"], &[("TEST_SECRET_FILE", path)]).is_err());
        let told = parse(&[], &[("TEST_SECRET_FILE", "/nowhere/at/all")]).unwrap_err();
        assert!(told.contains("TEST_SECRET_FILE"), "{told}");
        assert!(!told.contains("s3cret"));
    }

    #[test]
    fn an_option_that_is_a_file_stays_one() {
        let serve = parse(&[], &[("TEST_LIST_FILE", "/nowhere/at/all")]).unwrap();
        assert_eq!(serve.list, None);
        let own = parse(&["--list-file=x"], &[]).unwrap();
        assert_eq!(own.list_file.as_deref(), Some("x"));
    }
}
