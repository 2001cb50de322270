//! What the site's Postgres and NATS are told.

use jianyi_provision::federation::{CityNats, CountyNats, LeafUser, SiteUsers, TlsFiles};
use jianyi_provision::{Secret, Secrets};

use super::place::host;
use super::services::ends_soon;
use super::{Description, Place, SiteError, files};

/// Where the server finds its own folder.
const FOLDER: &str = "/run/jianyi/nats";
/// Where it keeps its streams.
const STREAMS: &str = "/data";
/// A city of five counties fills some hundred megabytes a year; this is when to look.
const MAX_FILE_STORE: u64 = 16 * 1024 * 1024 * 1024;

/// The password by which the roles are made; Postgres reads it at its first start.
pub(super) fn postgres(place: &Place) -> Result<(), SiteError> {
    let secrets = place.secrets()?;
    let dir = place.postgres();
    files::folder(&dir)?;
    files::write(
        &dir.join("superuser"),
        secrets.superuser_password().as_bytes(),
    )
}

/// The city's server: its certificate, its configuration, and who may log in.
pub(super) fn city_nats(
    place: &Place,
    site: &Description,
    counties: Vec<LeafUser>,
) -> Result<(), SiteError> {
    let secrets = place.secrets()?;
    let dir = place.nats();
    files::folder(&dir)?;
    let authority = place.sites_authority()?;
    let (certificate, key) = (dir.join("site.pem"), dir.join("site.key"));
    let named = dir.join("site.names");
    let name = site
        .city
        .rsplit_once(':')
        .map_or(site.city.as_str(), |(host, _)| host);
    if ends_soon(&certificate) || files::read(&named)?.as_deref() != Some(name) {
        // The second is its name on the networks that it shares with counties on the same host.
        let names = [name, "city-nats", "localhost"].map(str::to_owned);
        authority
            .certify_city(&names, Place::now())?
            .write(&certificate, &key)?;
        files::write(&named, name.as_bytes())?;
    }
    files::write(
        &dir.join("sites-ca.pem"),
        authority.certificate().as_bytes(),
    )?;
    users(place, &secrets, counties)?;
    let nats = CityNats {
        listen: "0.0.0.0:4222".into(),
        monitor: "0.0.0.0:8222".into(),
        leaf_listen: format!("0.0.0.0:{}", host::LEAF_PORT),
        store_dir: STREAMS.into(),
        max_file_store: MAX_FILE_STORE,
        tls: tls(),
        users_file: "users.conf".into(),
        system_password: Secret::new(secrets.system_password()),
    };
    files::write(&dir.join("nats.conf"), nats.text().as_bytes())
}

/// A county's server, which dials the city's.
pub(super) fn county_nats(place: &Place, city: &str, leaf: LeafUser) -> Result<(), SiteError> {
    let secrets = place.secrets()?;
    let dir = place.nats();
    files::folder(&dir)?;
    users(place, &secrets, Vec::new())?;
    let nats = CountyNats {
        listen: "0.0.0.0:4222".into(),
        monitor: "0.0.0.0:8222".into(),
        store_dir: STREAMS.into(),
        max_file_store: MAX_FILE_STORE,
        city: city.into(),
        leaf,
        tls: tls(),
        users_file: "users.conf".into(),
        system_password: Secret::new(secrets.system_password()),
    };
    files::write(&dir.join("nats.conf"), nats.text().as_bytes())
}

pub(super) fn users(
    place: &Place,
    secrets: &Secrets,
    counties: Vec<LeafUser>,
) -> Result<(), SiteError> {
    let users = SiteUsers {
        services_password: Secret::new(secrets.nats_password()),
        dashboard_password: Secret::new(secrets.dashboard_password()),
        counties,
    };
    files::write(&place.nats().join("users.conf"), users.text().as_bytes())
}

fn tls() -> TlsFiles {
    TlsFiles {
        certificate: format!("{FOLDER}/site.pem"),
        key: format!("{FOLDER}/site.key"),
        authority: format!("{FOLDER}/sites-ca.pem"),
    }
}
