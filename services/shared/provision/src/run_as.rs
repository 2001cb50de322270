//! Which user Postgres runs as: ourselves, unless we are root, whom Postgres refuses.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::unistd::{Uid, User};
use tokio::process::Command;

use crate::error::{Error, Result};

/// An unprivileged user that exists in the passwd file (initdb looks its own name up).
#[derive(Clone, Debug)]
pub(crate) struct RunAs {
    uid: u32,
    gid: u32,
}

impl RunAs {
    /// None when we are not root. As root: the owner of an existing cluster, so that a directory made
    /// without root stays usable without root; otherwise `postgres`, otherwise `nobody`.
    pub(crate) fn choose(cluster: &Path) -> Result<Option<Self>> {
        if !is_root() {
            return Ok(None);
        }
        let owner = fs::metadata(cluster)
            .ok()
            .map(|meta| Uid::from_raw(meta.uid()))
            .filter(|uid| !uid.is_root())
            .and_then(|uid| User::from_uid(uid).ok().flatten());
        let user = owner
            .or_else(|| User::from_name("postgres").ok().flatten())
            .or_else(|| User::from_name("nobody").ok().flatten());
        match user {
            Some(user) => Ok(Some(Self {
                uid: user.uid.as_raw(),
                gid: user.gid.as_raw(),
            })),
            None => Err(Error::NoUnprivilegedUser),
        }
    }

    pub(crate) fn uid(&self) -> u32 {
        self.uid
    }

    pub(crate) fn gid(&self) -> u32 {
        self.gid
    }

    /// The standard library clears the supplementary groups when root sets a uid.
    pub(crate) fn apply(&self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    /// Whether this user can walk down to `path`; a home directory of mode 0700 above it says no.
    pub(crate) fn reaches(&self, path: &Path) -> bool {
        path.ancestors().all(|dir| {
            fs::metadata(dir).is_ok_and(|meta| {
                let bit = if meta.uid() == self.uid {
                    0o100
                } else if meta.gid() == self.gid {
                    0o010
                } else {
                    0o001
                };
                meta.mode() & bit != 0
            })
        })
    }
}

pub(crate) fn is_root() -> bool {
    Uid::effective().is_root()
}
