//! Names at the edge: parsed once, and checked against the one county of this instance.

use jianyi_kernel::{Fault, Id, IdKind};
use jianyi_proto::name;

use crate::usecase::{App, Target};

/// The parent of something to be created.
pub(crate) fn write_parent(app: &App, parent: &str) -> Result<(), Fault> {
    let county = name::parse_parent("parent", parent)?;
    Ok(app.county.admit_write(&county)?)
}

/// The parent of something to be listed.
pub(crate) fn read_parent(app: &App, parent: &str) -> Result<(), Fault> {
    let county = name::parse_parent("parent", parent)?;
    app.county.admit_read(&county, parent)
}

/// Something to be changed, at the version its caller has seen.
pub(crate) fn write_target<K: IdKind>(
    app: &App,
    name: &str,
    etag: String,
) -> Result<Target<K>, Fault> {
    let (county, id) = name::parse_county("name", name)?;
    app.county.admit_write(&county)?;
    Ok(Target { id, etag })
}

/// Something to be read.
pub(crate) fn read_name<K: IdKind>(app: &App, name: &str) -> Result<Id<K>, Fault> {
    let (county, id) = name::parse_county("name", name)?;
    app.county.admit_read(&county, name)?;
    Ok(id)
}
