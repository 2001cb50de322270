//! Backups of one site: its databases and its streams at one moment, and the keys without which both are lost.
//!
//! Charter: an encrypted file that can be verified without a server, and restored onto an empty one. Knows no
//! business noun; what a site consists of it is told.

mod archive;
mod back_up;
mod cut;
mod error;
mod manifest;
mod postgres;
mod restore;
mod sealed;
mod site;

pub use archive::verify;
pub use back_up::back_up;
pub use error::{BackupError, Result};
pub use manifest::{DatabasePart, Header, Manifest, Part, StreamPart};
pub use restore::{Kept, Restored, Target, files, restore};
pub use sealed::Passphrase;
pub use site::{Database, Files, Site};
