//! Passwords and keys, made once at the first start, so that nobody ships or types a default.

use std::fmt;
use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::seq::IndexedRandom;

use crate::error::{Error, Result};
use crate::files;
use crate::layout::Layout;
use crate::secret::Secret;

/// Without 0 O, 1 l I: some of these are read from a screen and typed.
const READABLE: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz";

const POSTGRES: &str = "postgres-jianyi";
const APPLICATION: &str = "postgres-app";
const SUPERUSER: &str = "postgres-superuser";
const NATS_JIANYI: &str = "nats-jianyi";
const NATS_DASHBOARD: &str = "nats-dashboard";
const NATS_SYSTEM: &str = "nats-system";
const MASTER_KEY: &str = "master-key";
const OPERATOR: &str = "operator-key";

/// Everything secret this installation generated.
#[derive(Clone)]
pub struct Secrets {
    postgres: Secret,
    application: Secret,
    superuser: Secret,
    nats_jianyi: Secret,
    nats_dashboard: Secret,
    nats_system: Secret,
    master_key: Secret,
    operator: Secret,
}

impl Secrets {
    /// All are made together or not at all: a new master key beside old data would make that data unreadable for ever.
    pub fn load_or_create(layout: &Layout) -> Result<Self> {
        let dir = layout.secrets_dir();
        if !dir.exists() {
            if layout.has_cluster() {
                return Err(Error::corrupt(&dir, "missing, although there is data"));
            }
            create(&dir)?;
        }
        let secrets = Self {
            postgres: read(&dir, POSTGRES)?,
            application: read_or_create(&dir, APPLICATION, || readable(32))?,
            superuser: read(&dir, SUPERUSER)?,
            nats_jianyi: read(&dir, NATS_JIANYI)?,
            nats_dashboard: read(&dir, NATS_DASHBOARD)?,
            nats_system: read_or_create(&dir, NATS_SYSTEM, || readable(32))?,
            master_key: read(&dir, MASTER_KEY)?,
            operator: read_or_create(&dir, OPERATOR, key)?,
        };
        match STANDARD.decode(secrets.master_key()) {
            Ok(key) if key.len() == 32 => Ok(secrets),
            Ok(_) | Err(_) => Err(Error::corrupt(
                &dir.join(MASTER_KEY),
                "not 32 bytes in base64",
            )),
        }
    }

    /// The password of the role `jianyi`, which owns the tables.
    pub fn postgres_password(&self) -> &str {
        self.postgres.reveal()
    }

    /// The password of the role `jianyi_app`, for a server that is not ours.
    pub fn application_password(&self) -> &str {
        self.application.reveal()
    }

    /// The password of the role `postgres`, for a server that is not ours.
    pub fn superuser_password(&self) -> &str {
        self.superuser.reveal()
    }

    /// The password of the role `postgres`, which only the unix socket accepts.
    pub(crate) fn superuser(&self) -> &Secret {
        &self.superuser
    }

    /// The password of the role `jianyi_app`, which serves and owns nothing.
    pub(crate) fn application(&self) -> &Secret {
        &self.application
    }

    pub(crate) fn postgres(&self) -> &Secret {
        &self.postgres
    }

    /// The password of the NATS user `system`, who may have a server of several sites read its configuration again.
    pub fn system_password(&self) -> &str {
        self.nats_system.reveal()
    }

    /// The password of the NATS user `jianyi`, who may do everything.
    pub fn nats_password(&self) -> &str {
        self.nats_jianyi.reveal()
    }

    /// The password of the NATS user `dashboard`, who may only listen.
    pub fn dashboard_password(&self) -> &str {
        self.nats_dashboard.reveal()
    }

    /// 32 bytes in base64: the key that the keys of personal fields are wrapped with.
    pub fn master_key(&self) -> &str {
        self.master_key.reveal()
    }

    /// 32 bytes in base64: the private key by which the program at this machine proves itself to identity.
    pub fn operator_key(&self) -> &str {
        self.operator.reveal()
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(█)")
    }
}

fn create(dir: &Path) -> Result<()> {
    let making = dir.with_extension("tmp");
    files::remove_tree(&making)?;
    DirBuilder::new()
        .mode(0o700)
        .create(&making)
        .map_err(|e| Error::at(&making, e))?;
    for name in [POSTGRES, SUPERUSER, NATS_JIANYI, NATS_DASHBOARD] {
        files::write_private(&making.join(name), readable(32).as_bytes())?;
    }
    for name in [MASTER_KEY, OPERATOR] {
        files::write_private(&making.join(name), key().as_bytes())?;
    }
    files::rename(&making, dir)
}

/// A secret that older installations lack, and that opens no data of theirs.
fn read_or_create(dir: &Path, name: &str, make: fn() -> String) -> Result<Secret> {
    let path = dir.join(name);
    if !path.exists() {
        files::write_private(&path, make().as_bytes())?;
    }
    read(dir, name)
}

fn read(dir: &Path, name: &str) -> Result<Secret> {
    let path = dir.join(name);
    let text = fs::read_to_string(&path).map_err(|e| {
        if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::InvalidData) {
            Error::corrupt(&path, e.to_string())
        } else {
            Error::at(&path, e)
        }
    })?;
    match text.trim() {
        "" => Err(Error::corrupt(&path, "empty")),
        value => Ok(Secret::new(value)),
    }
}

/// A new password of letters and digits.
pub fn new_password() -> Secret {
    Secret::new(readable(32))
}

fn key() -> String {
    STANDARD.encode(rand::random::<[u8; 32]>())
}

fn readable(length: usize) -> String {
    let mut rng = rand::rng();
    (0..length)
        .filter_map(|_| READABLE.choose(&mut rng).copied())
        .map(char::from)
        .collect()
}
