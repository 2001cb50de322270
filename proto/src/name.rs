//! Resource names (AIP-122), parsed once at the edge and written in one place.

use jianyi_kernel::{Division, Id, IdKind, Violation};

fn malformed(field: &str, pattern: &str) -> Violation {
    Violation::new(
        field,
        "NAME_MALFORMED",
        format!("not a resource name of the form `{pattern}`"),
        "资源名称的格式不对",
    )
}

/// Parses `{collection}/{id}`.
///
/// # Errors
/// A [`Violation`] on `field` when the text has another form.
pub fn parse<K: IdKind>(field: &str, text: &str) -> Result<Id<K>, Violation> {
    text.strip_prefix(K::COLLECTION)
        .and_then(|rest| rest.strip_prefix('/'))
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| malformed(field, &format!("{}/{{id}}", K::COLLECTION)))
}

/// Parses `{parent collection}/{id}/{collection}/{id}`.
///
/// # Errors
/// A [`Violation`] on `field` when the text has another form.
pub fn parse_child<P: IdKind, K: IdKind>(
    field: &str,
    text: &str,
) -> Result<(Id<P>, Id<K>), Violation> {
    let parts: Vec<&str> = text.split('/').collect();
    if let [parents, parent, collection, id] = parts.as_slice()
        && *parents == P::COLLECTION
        && *collection == K::COLLECTION
        && let (Ok(parent), Ok(id)) = (parent.parse(), id.parse())
    {
        return Ok((parent, id));
    }
    Err(malformed(
        field,
        &format!("{}/{{id}}/{}/{{id}}", P::COLLECTION, K::COLLECTION),
    ))
}

/// Parses `counties/{county}/{collection}/{id}`.
///
/// # Errors
/// A [`Violation`] on `field` when the text has another form.
pub fn parse_county<K: IdKind>(field: &str, text: &str) -> Result<(Division, Id<K>), Violation> {
    let parts: Vec<&str> = text.split('/').collect();
    if let ["counties", county, collection, id] = parts.as_slice()
        && *collection == K::COLLECTION
        && county.len() == 6
        && let (Ok(county), Ok(id)) = (Division::parse(field, county), id.parse())
    {
        return Ok((county, id));
    }
    Err(malformed(
        field,
        &format!("counties/{{county}}/{}/{{id}}", K::COLLECTION),
    ))
}

/// Parses `counties/{county}`, the parent of a county's collections.
///
/// # Errors
/// A [`Violation`] on `field` when the text has another form.
pub fn parse_parent(field: &str, text: &str) -> Result<Division, Violation> {
    text.strip_prefix("counties/")
        .filter(|county| county.len() == 6)
        .and_then(|county| Division::parse(field, county).ok())
        .ok_or_else(|| malformed(field, "counties/{county}"))
}

/// Writes `counties/{county}/{collection}/{id}`.
#[must_use]
pub fn county<K: IdKind>(division: &Division, id: Id<K>) -> String {
    format!("counties/{division}/{}/{id}", K::COLLECTION)
}

/// Writes `{parent collection}/{id}/{collection}/{id}`.
#[must_use]
pub fn child<P: IdKind, K: IdKind>(parent: Id<P>, id: Id<K>) -> String {
    format!("{}/{parent}/{}/{id}", P::COLLECTION, K::COLLECTION)
}

/// The county in a name such as `counties/410611/people/…`, when it has one.
#[must_use]
pub fn county_of(name: &str) -> Option<&str> {
    name.strip_prefix("counties/")?.split('/').next()
}
