//! Where every service and every county's member service is. Counties join and leave while calls go on: who
//! asks gets the table as it was at one moment, and keeps it to the end of the call.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use jianyi_kernel::{Division, Fault};
use tonic::transport::Channel;

use crate::GatewayConfig;
use jianyi_tunnel::{Link, Links};

/// Links by context and by county. Clones are the same directory.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    services: BTreeMap<String, Channel>,
    counties: Arc<RwLock<Counties>>,
    links: Links,
}

/// The counties at one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counties(Arc<BTreeMap<Division, Link>>);

impl Directory {
    /// Reads the addresses. Nothing is connected yet.
    pub(crate) fn new(config: &GatewayConfig, links: Links) -> Result<Self, Fault> {
        let mut services = BTreeMap::new();
        for (context, url) in &config.services {
            services.insert(context.clone(), jianyi_rpc::connect_with(url, &links.tls)?);
        }
        services.insert(
            "identity".to_owned(),
            jianyi_rpc::connect_with(&config.identity_url, &links.tls)?,
        );
        let directory = Self {
            services,
            counties: Arc::default(),
            links,
        };
        for (code, url) in &config.counties {
            directory.set_county(code.clone(), url)?;
        }
        Ok(directory)
    }

    /// The channel of a context.
    pub(crate) fn service(&self, context: &str) -> Result<Channel, Fault> {
        self.services
            .get(context)
            .cloned()
            .ok_or_else(|| Fault::NotFound(format!("services/{context}")))
    }

    /// The counties as they are now.
    pub(crate) fn counties(&self) -> Counties {
        // The table is replaced whole: whoever panicked while holding the lock left the old one or the new one.
        self.counties
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// A county joins, or is reached by another way than before: `http:`, `https:` or `nats:`.
    pub(crate) fn set_county(&self, code: Division, url: &str) -> Result<(), Fault> {
        let link = self.links.county(&code, url)?;
        self.change(|counties| {
            counties.insert(code, link);
        });
        Ok(())
    }

    /// A county leaves. Calls that have begun go on.
    pub(crate) fn remove_county(&self, code: &Division) {
        self.change(|counties| {
            counties.remove(code);
        });
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<Division, Link>)) {
        let mut counties = self
            .counties
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut counties.0));
    }

    /// An instance as operators call it: `care`, or `member/410611`.
    pub(crate) fn instance(&self, name: &str) -> Result<Link, Fault> {
        let unknown = || Fault::NotFound(format!("services/{name}"));
        match name.strip_prefix("member/") {
            Some(code) => {
                let code: Division = code.parse().map_err(|_| unknown())?;
                self.counties().link(&code).map_err(|_| unknown())
            }
            None => self
                .services
                .get(name)
                .cloned()
                .map(Link::Direct)
                .ok_or_else(unknown),
        }
    }

    /// All instances with their links: services by name, then member services by code.
    pub(crate) fn instances(&self) -> Vec<(String, Link)> {
        let services = self
            .services
            .iter()
            .map(|(name, channel)| (name.clone(), Link::Direct(channel.clone())));
        let counties = self.counties();
        let counties = counties
            .0
            .iter()
            .map(|(code, link)| (format!("member/{code}"), link.clone()));
        services.chain(counties).collect()
    }
}

impl Counties {
    /// The link to a county's member service.
    pub(crate) fn link(&self, code: &Division) -> Result<Link, Fault> {
        self.0
            .get(code)
            .cloned()
            .ok_or_else(|| Fault::NotFound(format!("counties/{code}")))
    }

    /// Codes of all counties, in order.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &Division> {
        self.0.keys()
    }
}

#[cfg(test)]
mod tests {
    use crate::contracts::Contracts;

    use super::*;

    fn directory() -> Directory {
        let links = Links {
            tls: jianyi_rpc::ClientTls::default(),
            line: Arc::default(),
            policies: Arc::clone(Contracts::embedded().unwrap().policies()),
        };
        Directory::new(&crate::config::test_config(), links).unwrap()
    }

    fn names(directory: &Directory) -> Vec<String> {
        let instances = directory.instances();
        instances.into_iter().map(|(name, _)| name).collect()
    }

    #[tokio::test]
    async fn instances_are_found_by_the_name_operators_use() {
        let directory = directory();
        assert_eq!(
            names(&directory),
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

    #[tokio::test]
    async fn counties_come_and_go_and_a_call_keeps_those_it_began_with() {
        let directory = directory();
        let clone = directory.clone();
        let before = clone.counties();
        let code: Division = "410621".parse().unwrap();
        directory.set_county(code.clone(), "nats:").unwrap();
        assert!(matches!(clone.counties().link(&code), Ok(Link::Tunnel(_))));
        assert!(before.link(&code).is_err());
        directory
            .set_county(code.clone(), "http://127.0.0.1:1")
            .unwrap();
        assert!(matches!(clone.counties().link(&code), Ok(Link::Direct(_))));
        for bad in ["nats://127.0.0.1:4222", "nats:410621", "not a url", ""] {
            assert!(directory.set_county(code.clone(), bad).is_err(), "{bad}");
        }
        assert!(clone.counties().link(&code).is_ok());
        directory.remove_county(&code);
        assert_eq!(
            names(&clone),
            ["care", "identity", "member/410600", "member/410611"]
        );
    }
}
