//! The counties that the city lets in: added, renewed and removed while everything runs.

use std::fs;

use jianyi_kernel::{Division, HEBI};
use jianyi_provision::federation::{CountyCode, LeafUser};
use jianyi_provision::{Secret, new_password};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Bundle, Description, Place, SiteError, files, owners, servers};

const PASSWORD: &str = "leaf-password";
const CERTIFICATE: &str = "certificate.pem";

/// A county that may connect.
#[derive(Debug, Clone)]
pub struct Joined {
    /// Its code.
    pub code: String,
    /// When the certificate that it was given ends.
    pub ends: OffsetDateTime,
}

/// Whether a county is in.
///
/// # Errors
/// [`SiteError::NotTheCity`], or [`SiteError::Code`] when it is none.
pub fn knows(place: &Place, code: &str) -> Result<bool, SiteError> {
    Description::read_city(place)?;
    county(code)?;
    Ok(place.county(code).join(CERTIFICATE).exists())
}

/// Lets a county in and returns what it is to be given.
///
/// # Errors
/// [`SiteError::Known`] when it is in already.
pub fn add(place: &Place, code: &str, branch_key: Option<String>) -> Result<Bundle, SiteError> {
    if knows(place, code)? {
        return Err(SiteError::Known(code.into()));
    }
    invite(place, code, branch_key)
}

/// A new certificate and a new password; with the next reload the old password is refused.
///
/// # Errors
/// [`SiteError::Unknown`] when it is not in.
pub fn renew(place: &Place, code: &str, branch_key: Option<String>) -> Result<Bundle, SiteError> {
    if !knows(place, code)? {
        return Err(SiteError::Unknown(code.into()));
    }
    invite(place, code, branch_key)
}

/// Lets a county in no longer. What it said before stays.
///
/// # Errors
/// [`SiteError::Unknown`] when it is not in.
pub fn remove(place: &Place, code: &str) -> Result<(), SiteError> {
    if !knows(place, code)? {
        return Err(SiteError::Unknown(code.into()));
    }
    let dir = place.county(code);
    fs::remove_dir_all(&dir).map_err(|error| SiteError::file(&dir, error))?;
    publish(place)
}

/// All that are in, in the order of their codes.
///
/// # Errors
/// [`SiteError`] about the folder.
pub fn list(place: &Place) -> Result<Vec<Joined>, SiteError> {
    codes(place)?
        .into_iter()
        .map(|code| {
            let ends =
                jianyi_provision::federation::expires(&place.county(&code).join(CERTIFICATE))?;
            Ok(Joined { code, ends })
        })
        .collect()
}

fn invite(place: &Place, code: &str, branch_key: Option<String>) -> Result<Bundle, SiteError> {
    let site = Description::read_city(place)?;
    let county = county(code)?;
    let authority = place.sites_authority()?;
    let certificate = authority.certify_county(&county, Place::now())?;
    let password = new_password();
    let code = county.to_string();
    let dir = place.county(&code);
    files::folder(&dir)?;
    files::write(&dir.join(PASSWORD), password.reveal().as_bytes())?;
    files::write(&dir.join(CERTIFICATE), certificate.certificate.as_bytes())?;
    publish(place)?;
    Ok(Bundle {
        county: code,
        city: site.city,
        leaf_password: password.reveal().to_owned(),
        certificate: certificate.certificate,
        key: certificate.key.reveal().to_owned(),
        authority: authority.certificate().to_owned(),
        branch_key,
    })
}

/// Tells the message bus and the gateway who is in. The bus reads it at its next reload, the gateway by itself.
fn publish(place: &Place) -> Result<(), SiteError> {
    servers::users(place, &place.secrets()?, leaf_users(place)?)?;
    write_directory(place)?;
    owners::hand_over(place)
}

pub(super) fn leaf_users(place: &Place) -> Result<Vec<LeafUser>, SiteError> {
    let mut users = Vec::new();
    for code in codes(place)? {
        let path = place.county(&code).join(PASSWORD);
        let password = files::read(&path)?.unwrap_or_default();
        users.push(LeafUser {
            county: CountyCode::parse(&code)?,
            password: Secret::new(password.trim()),
        });
    }
    Ok(users)
}

/// The gateway's list: these counties are called through the bus.
pub(super) fn write_directory(place: &Place) -> Result<(), SiteError> {
    let codes = codes(place)?;
    let mut text = String::from("[counties]\n");
    for code in &codes {
        text.push_str(&format!("{code} = \"nats:\"\n"));
    }
    let gateway = place.service("gateway");
    files::folder(&gateway)?;
    files::write(&gateway.join("counties.toml"), text.as_bytes())?;
    // For the directory of counties, which tells when a certificate is about to end.
    let listed = list(place)?
        .iter()
        .map(|it| Ok(format!("{}@{}\n", it.code, it.ends.format(&Rfc3339)?)))
        .collect::<Result<String, time::error::Format>>()
        .map_err(|error| SiteError::file(&place.counties(), std::io::Error::other(error)))?;
    for (context, _) in Description::read_city(place)?.services() {
        let path = place.service(context).join("federated-counties");
        files::write(&path, listed.as_bytes())?;
    }
    Ok(())
}

fn codes(place: &Place) -> Result<Vec<String>, SiteError> {
    let dir = place.counties();
    files::folder(&dir)?;
    let mut codes = Vec::new();
    for entry in fs::read_dir(&dir).map_err(|error| SiteError::file(&dir, error))? {
        let entry = entry.map_err(|error| SiteError::file(&dir, error))?;
        // Half of an invitation, left by a kill, is nobody.
        if entry.path().join(CERTIFICATE).exists() {
            codes.extend(entry.file_name().into_string());
        }
    }
    codes.sort();
    Ok(codes)
}

fn county(code: &str) -> Result<CountyCode, SiteError> {
    let wrong = || SiteError::Code(code.into());
    let division = Division::parse("county", code).map_err(|_| wrong())?;
    if division.county() != division || code == HEBI {
        return Err(wrong());
    }
    Ok(CountyCode::parse(code)?)
}
