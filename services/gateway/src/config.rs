//! Everything the gateway must be told, parsed once in main.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use jianyi_bus::BusConfig;
use jianyi_kernel::{Division, Fault};
use jianyi_rpc::{LimitsConfig, MtlsConfig};
use jianyi_telemetry::TelemetryConfig;
use serde::Deserialize;

use crate::{Console, Tls, TlsArgs};

/// Configuration of the gateway.
#[derive(Debug, Clone)]
pub struct GatewayConfig {
    /// Address of the one port, gRPC and HTTP.
    pub listen: SocketAddr,
    /// TLS of the one port.
    pub tls: Tls,
    /// PEM file of the authority whose client certificates callers may show.
    pub client_ca: Option<PathBuf>,
    /// Mutual TLS with the services.
    pub mtls: MtlsConfig,
    /// What one caller may ask for.
    pub limits: LimitsConfig,
    /// The identity service.
    pub identity_url: String,
    /// Addresses of the city's services by context, e.g. `care`.
    pub services: BTreeMap<String, String>,
    /// Addresses of member services by the six-digit code of their county; `410600` is the city's own. A county
    /// at `nats:` is called through the bus.
    pub counties: BTreeMap<Division, String>,
    /// A file with more of them, read again whenever it changes.
    pub counties_file: Option<PathBuf>,
    /// The console's pages.
    pub console: Console,
    /// Events.
    pub bus: BusConfig,
    /// Logs and traces.
    pub telemetry: TelemetryConfig,
}

/// The same as arguments and environment variables.
#[derive(Debug, Clone, clap::Args)]
pub struct GatewayArgs {
    /// Address to serve gRPC and HTTP on.
    #[arg(long, env = "JIANYI_LISTEN", default_value = "127.0.0.1:8640")]
    listen: SocketAddr,

    #[command(flatten)]
    tls: TlsArgs,

    /// Folder of the authority of a made certificate.
    #[arg(
        long,
        value_name = "DIR",
        env = "JIANYI_TLS_DIR",
        default_value = ".jianyi/secrets"
    )]
    tls_dir: PathBuf,

    #[command(flatten)]
    mtls: MtlsConfig,

    #[command(flatten)]
    limits: LimitsConfig,

    /// The identity service.
    #[arg(
        long,
        env = "JIANYI_IDENTITY_URL",
        default_value = "http://127.0.0.1:8655"
    )]
    identity_url: String,

    /// A service of the city, e.g. `care=http://127.0.0.1:8651`; several separated by commas.
    #[arg(long = "service", env = "JIANYI_SERVICES", value_delimiter = ',', value_parser = pair)]
    services: Vec<(String, String)>,

    /// A member service, e.g. `410611=http://127.0.0.1:8661`, or `410621=nats:` for one that is called through
    /// the bus; several separated by commas. Beats the file.
    #[arg(long = "county", env = "JIANYI_COUNTIES", value_delimiter = ',', value_parser = pair)]
    counties: Vec<(String, String)>,

    /// A TOML file with a table `[counties]` of `410611 = "http://…"`; it may change while the gateway runs.
    #[arg(long, env = "JIANYI_COUNTIES_FILE")]
    counties_file: Option<PathBuf>,

    /// Folder of the built console, served at `/`; it may appear while the gateway runs.
    #[arg(long, value_name = "DIR", env = "JIANYI_CONSOLE")]
    console: Option<PathBuf>,

    /// Say on every page that this is a system to try things in.
    #[arg(long, env = "JIANYI_DEMONSTRATION")]
    demonstration: bool,

    #[command(flatten)]
    bus: BusConfig,

    #[command(flatten)]
    telemetry: TelemetryConfig,
}

impl TryFrom<GatewayArgs> for GatewayConfig {
    type Error = Fault;

    fn try_from(args: GatewayArgs) -> Result<Self, Fault> {
        if let Some(path) = &args.counties_file {
            read_counties(path)?;
        }
        let mut counties = BTreeMap::new();
        for (code, url) in args.counties {
            counties.insert(county("county", &code)?, url);
        }
        Ok(Self {
            listen: args.listen,
            tls: args.tls.resolve(args.listen, args.tls_dir)?,
            client_ca: args.tls.client_ca(),
            mtls: args.mtls,
            limits: args.limits,
            identity_url: args.identity_url,
            services: args.services.into_iter().collect(),
            counties,
            counties_file: args.counties_file,
            console: Console {
                dir: args.console.filter(|dir| !dir.as_os_str().is_empty()),
                notice: None,
                demonstration: args.demonstration,
            },
            bus: args.bus,
            telemetry: args.telemetry,
        })
    }
}

/// The shape of `counties.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CountiesFile {
    counties: BTreeMap<String, String>,
}

pub(crate) fn read_counties(path: &Path) -> Result<BTreeMap<Division, String>, Fault> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Fault::Unavailable(format!("cannot read {}: {error}", path.display())))?;
    parse_counties(&text).map_err(|why| Fault::Unavailable(format!("{}: {why}", path.display())))
}

fn parse_counties(text: &str) -> Result<BTreeMap<Division, String>, String> {
    let file: CountiesFile = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    file.counties
        .into_iter()
        .map(|(code, url)| county("counties", &code).map(|code| (code, url)))
        .collect::<Result<_, Fault>>()
        .map_err(|_| "a county's code has six digits".to_owned())
}

fn county(field: &str, code: &str) -> Result<Division, Fault> {
    let division = Division::parse(field, code)?;
    if division.county() == division {
        Ok(division)
    } else {
        Err(Fault::NotFound(format!("counties/{code}")))
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(name, url)| (name.trim().to_owned(), url.trim().to_owned()))
        .filter(|(name, url)| !name.is_empty() && !url.is_empty())
        .ok_or_else(|| "expected name=url".to_owned())
}

/// A configuration that points nowhere.
#[cfg(test)]
pub(crate) fn test_config() -> GatewayConfig {
    let nowhere = "http://127.0.0.1:1".to_owned();
    GatewayConfig {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        tls: Tls::Off,
        client_ca: None,
        mtls: MtlsConfig::default(),
        limits: LimitsConfig::default(),
        identity_url: nowhere.clone(),
        services: BTreeMap::from([("care".to_owned(), nowhere.clone())]),
        counties: ["410600", "410611"]
            .map(|code| (code.parse().unwrap(), nowhere.clone()))
            .into(),
        counties_file: None,
        console: Console::default(),
        bus: BusConfig {
            nats_url: "nats://127.0.0.1:1".into(),
            nats_user: None,
            nats_password: None,
        },
        telemetry: TelemetryConfig::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counties_file_is_a_table_of_codes() {
        let counties =
            parse_counties("[counties]\n410611 = \"http://a:1\"\n410600 = \"http://b:2\"\n")
                .unwrap();
        let codes: Vec<_> = counties.keys().map(Division::as_str).collect();
        assert_eq!(codes, ["410600", "410611"]);
        for bad in [
            "",
            "[counties]\n41 = \"x\"",
            "[counties]\n410611102 = \"x\"",
            "[countys]\n",
            "counties = 3",
        ] {
            assert!(parse_counties(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn services_are_given_as_pairs() {
        assert_eq!(
            pair("care=http://x:1").unwrap(),
            ("care".into(), "http://x:1".into())
        );
        assert!(pair("care").is_err());
        assert!(pair("=x").is_err());
    }
}
