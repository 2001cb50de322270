//! The list of counties that is kept where they are let in, taken over into the directory: a county that was let in
//! belongs, one that was let in no longer has left, and a new certificate is known.
//!
//! Only counties on brokers of their own are on the list; the others of the directory are left alone.

use std::collections::BTreeSet;

use jianyi_kernel::{Call, Division, Fault};
use jianyi_ops::{ListedCounties, Parts};

use crate::domain::county_site::{Joining, SiteChange, SiteUrl};
use crate::store::county_sites;
use crate::usecase::add_county_site::join;
use crate::usecase::remove_county_site::leave;
use crate::usecase::update_county_site::amend;

/// What was taken over, so that the directory is only touched when the list says something else.
#[derive(Debug, Default)]
pub(super) struct Listed {
    done: Option<ListedCounties>,
    told: String,
}

impl Listed {
    /// Reads the list. What is wrong with it is told once, and the directory stays as it was.
    pub(super) async fn take_over(&mut self, parts: &Parts) {
        let outcome = match parts.settings.listed_counties() {
            Ok(None) => return,
            Ok(Some(listed)) if self.done.as_ref() == Some(&listed) => return,
            Ok(Some(listed)) => match reconcile(parts, &listed).await {
                Ok(()) => {
                    self.done = Some(listed);
                    Ok(())
                }
                Err(fault) => Err(fault),
            },
            Err(fault) => Err(fault),
        };
        let fault = outcome.err().map(|it| it.chain()).unwrap_or_default();
        if !fault.is_empty() && fault != self.told {
            tracing::error!(error = fault, "the list of counties is not taken over");
        }
        self.told = fault;
    }
}

async fn reconcile(parts: &Parts, listed: &ListedCounties) -> Result<(), Fault> {
    let call = Call::background("oversight", "take over the list of counties");
    let mut uow = parts.db.begin_background(&call).await?;
    let known = county_sites::joined(uow.conn()).await?;
    let known = known.into_iter().filter(|site| !site.it.on_city_broker);
    let all: BTreeSet<Division> = known
        .map(|site| site.it.county)
        .chain(listed.keys().cloned())
        .collect();
    for county in all {
        let site = county_sites::lock(uow.conn(), &county).await?;
        let belongs = site.filter(|site| site.it.left_at.is_none());
        match (listed.get(&county), belongs) {
            (Some(&until), None) => {
                let joining = Joining {
                    county,
                    url: SiteUrl::through_the_bus(),
                    on_city_broker: false,
                    certificate_until: until,
                };
                join(&mut uow, joining).await?;
            }
            (Some(&until), Some(site)) => {
                if until.is_some() && site.it.certificate_until != until {
                    let change = SiteChange {
                        certificate_until: Some(until),
                        ..SiteChange::default()
                    };
                    amend(&mut uow, site, change).await?;
                }
            }
            (None, Some(site)) if !site.it.on_city_broker => {
                leave(&mut uow, site).await?;
            }
            (None, _) => {}
        }
    }
    uow.commit_background().await
}
