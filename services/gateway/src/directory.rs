//! Where every service and every county's member service is: channels that connect on first use and
//! again whenever they must.

use std::collections::BTreeMap;

use jianyi_kernel::{Division, Fault};
use jianyi_rpc::ClientTls;
use tonic::transport::Channel;

use crate::GatewayConfig;

/// Channels by context and by county.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    services: BTreeMap<String, Channel>,
    counties: BTreeMap<Division, Channel>,
}

impl Directory {
    /// Reads the addresses. Nothing is connected yet.
    pub(crate) fn new(config: &GatewayConfig, tls: &ClientTls) -> Result<Self, Fault> {
        let mut services = BTreeMap::new();
        for (context, url) in &config.services {
            services.insert(context.clone(), jianyi_rpc::connect_with(url, tls)?);
        }
        services.insert(
            "identity".to_owned(),
            jianyi_rpc::connect_with(&config.identity_url, tls)?,
        );
        let mut counties = BTreeMap::new();
        for (code, url) in &config.counties {
            counties.insert(code.clone(), jianyi_rpc::connect_with(url, tls)?);
        }
        Ok(Self { services, counties })
    }

    /// The channel of a context.
    pub(crate) fn service(&self, context: &str) -> Result<Channel, Fault> {
        self.services
            .get(context)
            .cloned()
            .ok_or_else(|| Fault::NotFound(format!("services/{context}")))
    }

    /// The channel of a county's member service.
    pub(crate) fn county(&self, code: &Division) -> Result<Channel, Fault> {
        self.counties
            .get(code)
            .cloned()
            .ok_or_else(|| Fault::NotFound(format!("counties/{code}")))
    }

    /// Codes of all counties, in order.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &Division> {
        self.counties.keys()
    }

    /// An instance as operators call it: `care`, or `member/410611`.
    pub(crate) fn instance(&self, name: &str) -> Result<Channel, Fault> {
        let unknown = || Fault::NotFound(format!("services/{name}"));
        match name.strip_prefix("member/") {
            Some(code) => {
                let code: Division = code.parse().map_err(|_| unknown())?;
                self.counties.get(&code).cloned().ok_or_else(unknown)
            }
            None => self.services.get(name).cloned().ok_or_else(unknown),
        }
    }

    /// All instances with their channels: services by name, then member services by code.
    pub(crate) fn instances(&self) -> Vec<(String, Channel)> {
        let services = self
            .services
            .iter()
            .map(|(name, channel)| (name.clone(), channel.clone()));
        let counties = self
            .counties
            .iter()
            .map(|(code, channel)| (format!("member/{code}"), channel.clone()));
        services.chain(counties).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn instances_are_found_by_the_name_operators_use() {
        let config = crate::config::test_config();
        let directory = Directory::new(&config, &ClientTls::default()).unwrap();
        let names: Vec<_> = directory
            .instances()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(
            names,
            ["care", "identity", "member/410600", "member/410611"]
        );
        assert!(directory.instance("member/410611").is_ok());
        for unknown in ["member/410699", "member/x", "member", "nothing", ""] {
            assert!(
                matches!(directory.instance(unknown), Err(Fault::NotFound(_))),
                "{unknown}"
            );
        }
    }
}
