//! A county's site, made from the bundle that the city gave it; done again with another bundle it is renewed.

use std::path::Path;

use jianyi_provision::Secret;
use jianyi_provision::federation::{CountyCode, LeafUser};

use super::{Bundle, Description, Kind, Place, SiteError, files, owners, servers, services};

/// Makes the site, or renews what the bundle renews. The site's own secrets stay.
///
/// # Errors
/// [`SiteError`]: the folder is another site's, or cannot be written.
pub fn join(
    place: &Place,
    bundle: &Bundle,
    names: Vec<String>,
    streams: Option<&Path>,
) -> Result<Description, SiteError> {
    let site = Description {
        kind: Kind::County,
        division: bundle.county.clone(),
        city: bundle.city.clone(),
        names,
    };
    place.secrets()?;
    site.keep(place)?;
    let nats = place.nats();
    files::folder(&nats)?;
    for (name, content) in [
        ("site.pem", &bundle.certificate),
        ("site.key", &bundle.key),
        ("sites-ca.pem", &bundle.authority),
        ("leaf-password", &bundle.leaf_password),
    ] {
        files::write(&nats.join(name), content.as_bytes())?;
    }
    services::write(place, &site)?;
    let branch_key = place.service("identity").join("branch-key");
    match &bundle.branch_key {
        Some(key) => files::write(&branch_key, key.as_bytes())?,
        // A bundle that renews the link only.
        None if branch_key.exists() => {}
        None => return Err(SiteError::NoBranchKey(bundle.county.clone())),
    }
    servers::postgres(place)?;
    let leaf = LeafUser {
        county: CountyCode::parse(&bundle.county)?,
        password: Secret::new(bundle.leaf_password.clone()),
    };
    servers::county_nats(place, &bundle.city, leaf)?;
    if let Some(streams) = streams {
        owners::give_streams(streams)?;
    }
    owners::hand_over(place)?;
    Ok(site)
}
