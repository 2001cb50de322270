//! Asks counties whether they are there, by the way on which they are called.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jianyi_bus::Bus;
use jianyi_kernel::{Division, Fault};
use jianyi_ops::Parts;
use jianyi_rpc::Policies;
use jianyi_tunnel::{Line, Link, Links};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::domain::county_site::CountySite;

/// Who has not answered by then has not answered.
const PATIENCE: Duration = Duration::from_secs(3);

/// The ways to the counties, each kept while its address is the same.
#[derive(Debug)]
pub(super) struct Ways {
    links: Links,
    known: BTreeMap<Division, (String, Link)>,
}

impl Ways {
    pub(super) fn new(parts: &Parts, bus: &Bus) -> Result<Self, Fault> {
        let line = Line::default();
        // A line that was just made is empty.
        let _ = line.set(bus.clone());
        let policies = Policies::from_descriptors(jianyi_proto::DESCRIPTOR_SET)?;
        Ok(Self {
            links: Links {
                tls: parts.tls.clone(),
                line,
                policies: Arc::new(policies),
            },
            known: BTreeMap::new(),
        })
    }

    /// The way to a county.
    pub(super) fn to(&mut self, site: &CountySite) -> Result<Link, Fault> {
        let url = site.url.as_str();
        if let Some((known, link)) = self.known.get(&site.county)
            && known == url
        {
            return Ok(link.clone());
        }
        let link = self.links.county(&site.county, url)?;
        self.known
            .insert(site.county.clone(), (url.to_owned(), link.clone()));
        Ok(link)
    }
}

/// Whether a member service answers that it serves.
pub(super) async fn answers(link: Link) -> bool {
    let mut request = tonic::Request::new(HealthCheckRequest::default());
    request.set_timeout(PATIENCE);
    let mut client = HealthClient::new(link);
    match tokio::time::timeout(PATIENCE, client.check(request)).await {
        Ok(Ok(reply)) => reply.into_inner().status() == ServingStatus::Serving,
        Ok(Err(_)) | Err(_) => false,
    }
}
