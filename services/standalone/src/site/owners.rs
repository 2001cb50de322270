//! Who may read what of a site: every container runs as a user of its own, and reads its own folder only.
//!
//! The numbers stand in deploy/Dockerfile, too. Where this process may not give files away (it is not root),
//! everything stays with whoever runs it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use nix::unistd::{Gid, Uid, chown, geteuid};

use super::{Place, SiteError};

/// The operator's commands; their group may read every service's folder.
const OPERATOR: u32 = 10_000;

/// Folder and user.
const OWNERS: [(&str, u32); 12] = [
    ("services/identity", 10_001),
    ("services/member", 10_002),
    ("services/care", 10_003),
    ("services/donation", 10_004),
    ("services/publicity", 10_005),
    ("services/oversight", 10_006),
    ("services/gateway", 10_007),
    ("nats", NATS),
    ("postgres", 999),
    ("secrets", OPERATOR),
    ("pki", OPERATOR),
    ("counties", OPERATOR),
];

const NATS: u32 = 10_008;

/// Gives every folder to its user.
pub(super) fn hand_over(place: &Place) -> Result<(), SiteError> {
    for (folder, user) in OWNERS {
        let path = place.root().join(folder);
        if path.is_dir() {
            give(&path, user)?;
        }
    }
    for folder in [place.root().to_owned(), place.root().join("services")] {
        set_mode(&folder, 0o755)?;
    }
    for file in ["site.json", "addresses.json", "front-ca.pem", "VERSION"] {
        let path = place.root().join(file);
        if path.exists() {
            set_mode(&path, 0o644)?;
        }
    }
    Ok(())
}

/// Gives a folder outside the site to the message bus, which keeps its streams there.
pub(super) fn give_streams(path: &Path) -> Result<(), SiteError> {
    own(path, NATS)?;
    set_mode(path, 0o700)
}

fn give(path: &Path, user: u32) -> Result<(), SiteError> {
    own(path, user)?;
    if !path.is_dir() {
        return set_mode(path, 0o640);
    }
    set_mode(path, 0o750)?;
    for entry in fs::read_dir(path).map_err(|error| SiteError::file(path, error))? {
        let entry = entry.map_err(|error| SiteError::file(path, error))?;
        give(&entry.path(), user)?;
    }
    Ok(())
}

fn own(path: &Path, user: u32) -> Result<(), SiteError> {
    if !geteuid().is_root() {
        return Ok(());
    }
    chown(
        path,
        Some(Uid::from_raw(user)),
        Some(Gid::from_raw(OPERATOR)),
    )
    .map_err(|error| SiteError::file(path, error.into()))
}

fn set_mode(path: &Path, mode: u32) -> Result<(), SiteError> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .map_err(|error| SiteError::file(path, error))
}
