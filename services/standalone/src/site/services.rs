//! The folder of each service: how it logs in, its key for personal fields, its certificate.

use jianyi_kernel::Clock;
use jianyi_provision::Secrets;
use jianyi_provision::federation::{Certificate, expires};
use time::Duration;

use super::place::host;
use super::{Description, Kind, Place, SiteError, files};
use crate::program_key::ProgramKey;
use crate::world::{Addresses, GatewayAddress, field_key};

/// A certificate with less than this left is made again at the next start.
pub(super) const RENEWED_BEFORE: Duration = Duration::days(60);

/// Where the service's own database is, as one of its two users.
pub(super) fn database_url(user: &str, password: &str, database: &str) -> String {
    format!(
        "postgres://{user}:{password}@{}/{database}?sslmode=disable",
        host::POSTGRES
    )
}

/// `member_410621`: as everywhere else, so that a system that grew on one machine can be moved.
pub(super) fn database(context: &str, division: Option<&str>) -> String {
    division.map_or_else(|| context.to_owned(), |code| format!("{context}_{code}"))
}

/// Writes the folders of all services of a site.
pub(super) fn write(place: &Place, site: &Description) -> Result<(), SiteError> {
    let secrets = place.secrets()?;
    for (context, division) in site.services() {
        let division = division.as_deref();
        let dir = place.service(context);
        files::folder(&dir)?;
        let instance =
            division.map_or_else(|| context.to_owned(), |code| format!("{context}/{code}"));
        let url = database_url(
            "jianyi_app",
            secrets.application_password(),
            &database(context, division),
        );
        files::write(&dir.join("database-url"), url.as_bytes())?;
        let key = field_key(secrets.master_key(), &instance);
        files::write(&dir.join("field-key"), key.as_bytes())?;
        connections(place, &secrets, context)?;
    }
    connections(place, &secrets, "gateway")?;
    operator(place, site, &secrets)?;
    front(place, site)
}

/// What every service shows its neighbours and the bus.
fn connections(place: &Place, secrets: &Secrets, context: &str) -> Result<(), SiteError> {
    let dir = place.service(context);
    files::folder(&dir)?;
    files::write(
        &dir.join("nats-password"),
        secrets.nats_password().as_bytes(),
    )?;
    let authority = place.services_authority()?;
    files::write(&dir.join("ca.pem"), authority.certificate().as_bytes())?;
    let (certificate, key) = (dir.join("service.pem"), dir.join("service.key"));
    if ends_soon(&certificate) {
        let names = [context.to_owned(), "localhost".to_owned()];
        authority
            .certify_service(context, &names, Place::now())?
            .write(&certificate, &key)?;
    }
    Ok(())
}

/// How the operator proves itself to identity, and finds the front door.
fn operator(place: &Place, site: &Description, secrets: &Secrets) -> Result<(), SiteError> {
    let public = ProgramKey::parse(secrets.operator_key())?.public()?;
    let dir = place.service("identity");
    files::write(&dir.join("operator-public-key"), public.as_bytes())?;
    let ca = place.root().join("front-ca.pem");
    let authority = place.services_authority()?;
    files::write(&ca, authority.certificate().as_bytes())?;
    let services = site.services().into_iter().map(|(context, division)| {
        let name = division.map_or_else(|| context.to_owned(), |code| format!("{context}/{code}"));
        (name, format!("{context}:8650"))
    });
    let addresses = Addresses {
        gateway: GatewayAddress {
            grpc: host::GATEWAY.into(),
            http: format!("https://{}", host::GATEWAY),
            ca: Some(ca),
        },
        nats: host::NATS.into(),
        postgres: host::POSTGRES.into(),
        services: services.collect(),
    };
    addresses
        .write(place.root())
        .map_err(|error| SiteError::file(place.root(), error))
}

/// The front door's certificate with its chain, and for the city the list of counties behind it.
fn front(place: &Place, site: &Description) -> Result<(), SiteError> {
    let dir = place.service("gateway");
    let (certificate, key) = (dir.join("front.pem"), dir.join("front.key"));
    let named = dir.join("front.names");
    let mut names = ["gateway", "localhost", "127.0.0.1"]
        .map(str::to_owned)
        .to_vec();
    names.extend(site.names.iter().cloned());
    // Another name makes another certificate.
    let list = names.join("\n");
    if ends_soon(&certificate) || files::read(&named)?.as_deref() != Some(&list) {
        let authority = place.services_authority()?;
        let made = authority.certify_front(&names, Place::now())?;
        let chain = Certificate {
            certificate: format!("{}{}", made.certificate, authority.certificate()),
            key: made.key,
        };
        chain.write(&certificate, &key)?;
        files::write(&named, list.as_bytes())?;
    }
    let counties = dir.join("counties.toml");
    match site.kind {
        Kind::City if !counties.exists() => files::write(&counties, b"[counties]\n"),
        Kind::City => Ok(()),
        Kind::County => {
            let member = format!("[counties]\n{} = \"https://member:8650\"\n", site.division);
            files::write(&counties, member.as_bytes())
        }
    }
}

/// Whether a certificate is missing, broken, or has little left.
pub(super) fn ends_soon(certificate: &std::path::Path) -> bool {
    let until = Clock::system().now().as_offset() + RENEWED_BEFORE;
    expires(certificate).map_or(true, |end| end < until)
}
