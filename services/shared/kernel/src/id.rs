//! Typed ids: one generic newtype over UUIDv7, so that a donor's id cannot be passed for a fund's.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef, Postgres};
use uuid::Uuid;

use crate::Violation;

/// Names what an [`Id`] identifies; implemented by an empty enum beside each aggregate.
pub trait IdKind {
    /// The collection segment of the resource name, e.g. `people` in `counties/410611/people/{id}`.
    const COLLECTION: &'static str;
}

/// A UUIDv7 that remembers what it identifies.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

impl<K> Id<K> {
    /// Wraps a uuid that is already known to identify a `K`.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The bare uuid, for storage and headers.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl<K: IdKind> Id<K> {
    /// Parses the last segment of a resource name.
    ///
    /// # Errors
    /// A [`Violation`] on `field` when the text is not a uuid.
    pub fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        text.parse().map_err(|_| {
            Violation::new(
                field,
                "ID_MALFORMED",
                format!("not the id of one of `{}`", K::COLLECTION),
                "编号格式不对",
            )
        })
    }

    /// The resource name `{collection}/{id}` of a resource without parent.
    #[must_use]
    pub fn name(self) -> String {
        format!("{}/{}", K::COLLECTION, self.0)
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl<K> FromStr for Id<K> {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from_uuid(Uuid::parse_str(text)?))
    }
}
impl<K> From<Uuid> for Id<K> {
    fn from(uuid: Uuid) -> Self {
        Self::from_uuid(uuid)
    }
}

impl<K> sqlx::Type<Postgres> for Id<K> {
    fn type_info() -> PgTypeInfo {
        <Uuid as sqlx::Type<Postgres>>::type_info()
    }
}
impl<'q, K> sqlx::Encode<'q, Postgres> for Id<K> {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <Uuid as sqlx::Encode<'q, Postgres>>::encode_by_ref(&self.0, buf)
    }
}
impl<'r, K> sqlx::Decode<'r, Postgres> for Id<K> {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        <Uuid as sqlx::Decode<'r, Postgres>>::decode(value).map(Self::from_uuid)
    }
}
