//! Counties as sites of their own on one machine: each has a NATS that dials the city's, and its member service
//! speaks to that one only.
//!
//! For stories about cut links; who starts the system for its use has no reason to keep several brokers here.

use std::collections::BTreeMap;
use std::path::Path;

use jianyi_kernel::Clock;
use jianyi_provision::federation::{AUTHORITY_FILE, Authority, CountyCode, LeafUser, TlsFiles};
use jianyi_provision::{CitySite, CountySite, Layout, Nats, Options, Secrets, Site, new_password};

use super::WorldError;

/// Which counties are sites of their own.
#[derive(Debug, Clone, Default)]
pub struct Federation {
    /// The port on 127.0.0.1 where the city lets counties in.
    pub leaf_port: u16,
    /// For each county on a site of its own the `host:port` that it dials: that port, or something before it.
    pub counties: BTreeMap<String, String>,
}

/// A county's broker, running.
#[derive(Debug)]
pub(super) struct CountyBroker {
    pub(super) code: String,
    pub(super) nats: Nats,
}

/// What both sides need to know each other.
pub(super) struct Sites {
    federation: Federation,
    authority: Authority,
    city: TlsFiles,
    leafs: Vec<LeafUser>,
    root: std::path::PathBuf,
}

impl Sites {
    /// Makes certificates and passwords; those of the last start are of no use to anybody.
    pub(super) fn new(data_dir: &Path, federation: &Federation) -> Result<Self, WorldError> {
        let root = data_dir.join("sites");
        let now = Clock::system().now().as_offset();
        let authority = Authority::load_or_create(&root, now)?;
        let city = files(&root, "city");
        authority
            .certify_city(&["localhost".into(), "127.0.0.1".into()], now)?
            .write(city.certificate.as_ref(), city.key.as_ref())?;
        let leafs = federation.counties.keys().map(|code| {
            Ok(LeafUser {
                county: CountyCode::parse(code)?,
                password: new_password(),
            })
        });
        Ok(Self {
            leafs: leafs.collect::<Result<_, WorldError>>()?,
            federation: federation.clone(),
            authority,
            city,
            root,
        })
    }

    /// The city's part.
    pub(super) fn city(&self) -> Site {
        Site::City(CitySite {
            leaf_port: self.federation.leaf_port,
            tls: self.city.clone(),
            counties: self.leafs.clone(),
        })
    }

    /// Starts the counties' brokers; what had been started is stopped again when one does not.
    pub(super) async fn start(&self, options: &Options) -> Result<Vec<CountyBroker>, WorldError> {
        let mut running = Vec::new();
        for leaf in &self.leafs {
            match self.start_one(leaf, options).await {
                Ok(broker) => running.push(broker),
                Err(error) => {
                    stop(running).await?;
                    return Err(error);
                }
            }
        }
        Ok(running)
    }

    async fn start_one(
        &self,
        leaf: &LeafUser,
        options: &Options,
    ) -> Result<CountyBroker, WorldError> {
        let code = leaf.county.to_string();
        let layout = Layout::open(&self.root.join(&code))?;
        let secrets = Secrets::load_or_create(&layout)?;
        let tls = files(&self.root, &code);
        self.authority
            .certify_county(&leaf.county, Clock::system().now().as_offset())?
            .write(tls.certificate.as_ref(), tls.key.as_ref())?;
        let dialled = self.federation.counties.get(&code).cloned();
        let site = Site::County(CountySite {
            city: dialled.unwrap_or_default(),
            leaf: leaf.clone(),
            tls,
        });
        let nats = Box::pin(Nats::start_site(&layout, options, &secrets, site)).await?;
        Ok(CountyBroker { code, nats })
    }
}

/// Stops them all.
pub(super) async fn stop(brokers: Vec<CountyBroker>) -> Result<(), WorldError> {
    for broker in brokers {
        broker.nats.stop().await?;
    }
    Ok(())
}

fn files(root: &Path, name: &str) -> TlsFiles {
    let file = |name: String| root.join(name).to_string_lossy().into_owned();
    TlsFiles {
        certificate: file(format!("{name}.pem")),
        key: file(format!("{name}.key")),
        authority: file(AUTHORITY_FILE.into()),
    }
}
