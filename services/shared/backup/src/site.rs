//! What a site consists of, told by whoever knows it.

use std::path::PathBuf;

use jianyi_bus::BusConfig;
use jianyi_kernel::Pii;
use jianyi_provision::Options;

/// One database of a site.
#[derive(Debug, Clone)]
pub struct Database {
    /// The instance it belongs to (`care`, `member/410611`).
    pub name: String,
    /// Where it is, as the owner of its tables.
    pub url: Pii<String>,
}

/// Files of a site: secrets and certificates, whatever lies below a folder.
#[derive(Debug, Clone)]
pub struct Files {
    /// The folder.
    pub root: PathBuf,
    /// Names directly below it that are taken, with all below them; what is missing is left out.
    pub names: Vec<String>,
}

/// A running site.
#[derive(Debug, Clone)]
pub struct Site {
    /// `city`, or a county's code.
    pub name: String,
    /// All its databases.
    pub databases: Vec<Database>,
    /// Its bus.
    pub bus: BusConfig,
    /// Its keys and certificates.
    pub files: Option<Files>,
    /// Where the tools of Postgres come from.
    pub tools: Options,
}
