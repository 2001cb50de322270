//! Everything a service must be told, parsed once in main.

use std::collections::BTreeMap;

use jianyi_bus::BusConfig;
use jianyi_db::DbConfig;
use jianyi_kernel::{Division, Fault, Pii};
use jianyi_rpc::RpcConfig;
use jianyi_telemetry::TelemetryConfig;

use crate::Site;

/// Configuration of a service that has a database.
#[derive(Debug, Clone, clap::Args)]
pub struct ServiceConfig {
    /// Edge.
    #[command(flatten)]
    pub rpc: RpcConfig,
    /// Storage.
    #[command(flatten)]
    pub db: DbConfig,
    /// Events.
    #[command(flatten)]
    pub bus: BusConfig,
    /// Logs and traces.
    #[command(flatten)]
    pub telemetry: TelemetryConfig,
    /// The county a member service serves; other services leave it out.
    #[arg(long, env = "JIANYI_DIVISION")]
    pub division: Option<Division>,
    /// Where the service runs; at a county the city's calls come through the bus.
    #[arg(long, env = "JIANYI_SITE", value_enum, default_value_t)]
    pub site: Site,
    /// What only one service knows, by the name of its environment variable.
    #[arg(skip)]
    pub settings: Settings,
}

impl ServiceConfig {
    /// The site's name in telemetry: `city`, or a county's code.
    #[must_use]
    pub fn site_name(&self) -> String {
        match (self.site, &self.division) {
            (Site::County, Some(division)) => division.county().to_string(),
            (Site::County, None) => "county".to_owned(),
            (Site::City, _) => "city".to_owned(),
        }
    }
}

/// Settings of one service, e.g. `JIANYI_OPERATOR_PUBLIC_KEY` of identity.
#[derive(Debug, Clone, Default)]
pub struct Settings(BTreeMap<String, Pii<String>>);

impl Settings {
    /// All environment variables that begin with `JIANYI_`.
    #[must_use]
    pub fn from_env() -> Self {
        Self(
            std::env::vars()
                .filter(|(key, _)| key.starts_with("JIANYI_"))
                .map(|(key, value)| (key, Pii::new(value)))
                .collect(),
        )
    }

    /// The same with one more.
    #[must_use]
    pub fn with(mut self, key: &str, value: Pii<String>) -> Self {
        self.0.insert(key.into(), value);
        self
    }

    /// One setting, or the content of the file that the same name with `_FILE` names.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when that file cannot be read.
    pub fn get_or_file(&self, key: &str) -> Result<Option<Pii<String>>, Fault> {
        if let Some(value) = self.get(key) {
            return Ok(Some(value.clone()));
        }
        let name = format!("{key}_FILE");
        let Some(path) = self.get(&name) else {
            return Ok(None);
        };
        let path = path.expose("a path is no secret");
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Some(Pii::new(text.trim_end().to_owned()))),
            Err(error) => Err(Fault::Unavailable(format!("{name}: {path}: {error}"))),
        }
    }

    /// One setting.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Pii<String>> {
        self.0.get(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_may_lie_in_a_file() {
        let file = std::env::temp_dir().join(format!("jianyi-setting-{}", std::process::id()));
        std::fs::write(&file, "from the file\n").unwrap();
        let path = Pii::new(file.to_str().unwrap().to_owned());
        let settings = Settings::default().with("JIANYI_X_FILE", path);
        let read = |settings: &Settings| {
            let value = settings.get_or_file("JIANYI_X")?;
            Ok::<_, Fault>(value.map(|value| value.expose("test").clone()))
        };
        assert_eq!(read(&settings).unwrap().unwrap(), "from the file");
        let given = settings.clone().with("JIANYI_X", Pii::new("given".into()));
        assert_eq!(read(&given).unwrap().unwrap(), "given");
        std::fs::remove_file(&file).unwrap();
        assert!(
            read(&settings)
                .unwrap_err()
                .to_string()
                .contains("JIANYI_X_FILE")
        );
        assert!(read(&Settings::default()).unwrap().is_none());
    }
}
