//! Table `org_units`: the tree, read under the names of a day.

use std::time::Duration;

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, FuzzyDate, Provenance, Timestamp, Uscc};
use time::Date;

use super::Window;
use crate::domain::org_unit::{Above, Kind, OrgUnit, OrgUnitId, Profile, Tier};

/// A row with its name of a day.
struct Row {
    id: OrgUnitId,
    version: i64,
    created_at: Timestamp,
    kind: Kind,
    display_name: String,
    parent_id: Option<OrgUnitId>,
    city_parent_id: Option<OrgUnitId>,
    division: Division,
    tier: Option<Tier>,
    pilot: bool,
    uscc: Option<Uscc>,
    opened_on: FuzzyDate,
    closed_on: Option<FuzzyDate>,
    sources: Vec<String>,
    locations: Vec<String>,
}

impl Row {
    fn assemble(self) -> OrgUnit {
        let above = match (self.parent_id, self.city_parent_id) {
            (Some(parent), _) => Above::Here(parent),
            (None, Some(parent)) => Above::City(parent),
            (None, None) => Above::Nothing,
        };
        let profile = Profile {
            kind: self.kind,
            display_name: self.display_name,
            above,
            division: self.division,
            tier: self.tier,
            pilot: self.pilot,
            uscc: self.uscc,
            opened_on: self.opened_on,
            closed_on: self.closed_on,
            provenance: Provenance {
                sources: self.sources,
                locations: self.locations,
            },
        };
        OrgUnit {
            id: self.id,
            version: self.version,
            created_at: self.created_at,
            profile,
        }
    }
}

/// A unit under its name of a day.
pub(crate) async fn get(
    conn: &mut PgConnection,
    id: OrgUnitId,
    as_of: Date,
) -> Result<Option<OrgUnit>, Fault> {
    Ok(sqlx::query_as!(
        Row,
        r#"select u.id as "id: OrgUnitId", u.version, u.created_at as "created_at: Timestamp", kind as "kind: Kind",
                  coalesce((select n.display_name from org_unit_names n
                            where n.org_unit_id = u.id and (n.valid_from is null or n.valid_from <= $2)
                            order by n.valid_from desc nulls last limit 1), u.registered_name) as "display_name!",
                  parent_id as "parent_id: OrgUnitId", city_parent_id as "city_parent_id: OrgUnitId",
                  division as "division: Division", tier as "tier: Tier", pilot, uscc as "uscc: Uscc",
                  opened_on as "opened_on: FuzzyDate", closed_on as "closed_on: FuzzyDate", sources, locations
           from org_units u where u.id = $1"#,
        id.as_uuid(),
        as_of
    )
    .fetch_optional(conn)
    .await?
    .map(Row::assemble))
}

/// A unit under its newest name, kept from changing until the unit of work ends.
pub(crate) async fn lock(conn: &mut PgConnection, id: OrgUnitId) -> Result<Option<OrgUnit>, Fault> {
    sqlx::query!(
        "select id from org_units where id = $1 for update",
        id.as_uuid()
    )
    .fetch_optional(&mut *conn)
    .await?;
    get(conn, id, Date::MAX).await
}

/// What a list of units is narrowed to.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) kind: Option<Kind>,
    pub(crate) parent: Option<OrgUnitId>,
    pub(crate) tier: Option<Tier>,
    pub(crate) as_of: Date,
}

/// Units that may have existed on a day, under their names of that day.
pub(crate) async fn list(
    conn: &mut PgConnection,
    filter: &Filter,
    window: Window,
) -> Result<Vec<OrgUnit>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select u.id as "id: OrgUnitId", u.version, u.created_at as "created_at: Timestamp", kind as "kind: Kind",
                  coalesce((select n.display_name from org_unit_names n
                            where n.org_unit_id = u.id and (n.valid_from is null or n.valid_from <= $4)
                            order by n.valid_from desc nulls last limit 1), u.registered_name) as "display_name!",
                  parent_id as "parent_id: OrgUnitId", city_parent_id as "city_parent_id: OrgUnitId",
                  division as "division: Division", tier as "tier: Tier", pilot, uscc as "uscc: Uscc",
                  opened_on as "opened_on: FuzzyDate", closed_on as "closed_on: FuzzyDate", sources, locations
           from org_units u
           where ($1::text is null or kind = $1)
             and ($2::uuid is null or parent_id = $2)
             and ($3::text is null or tier = $3)
             and (opened_from is null or opened_from <= $4) and (closed_by is null or $4 < closed_by)
             and ($5::timestamptz is null or (created_at, id) > ($5, $6::uuid))
           order by created_at, id limit $7"#,
        filter.kind as _,
        filter.parent.map(OrgUnitId::as_uuid),
        filter.tier as _,
        filter.as_of,
        window.after_time as _,
        window.after_id,
        window.limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::assemble).collect())
}

/// A unit of this kind and place that was entered under the name or bears it now.
pub(crate) async fn find_natural(
    conn: &mut PgConnection,
    kind: Kind,
    division: &Division,
    display_name: &str,
) -> Result<Option<OrgUnitId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: OrgUnitId" from org_units
           where kind = $1 and division = $2 and $3 in (registered_name, newest_name)
           order by created_at limit 1"#,
        kind as _,
        division as _,
        display_name
    )
    .fetch_optional(conn)
    .await?)
}

/// The unit that has a social credit code.
pub(crate) async fn find_uscc(
    conn: &mut PgConnection,
    uscc: &Uscc,
) -> Result<Option<OrgUnitId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: OrgUnitId" from org_units where uscc = $1"#,
        uscc.as_str()
    )
    .fetch_optional(conn)
    .await?)
}

/// How many open units are directly below.
pub(crate) async fn open_below(conn: &mut PgConnection, id: OrgUnitId) -> Result<i64, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from org_units where parent_id = $1 and closed_on is null"#,
        id.as_uuid()
    )
    .fetch_one(conn)
    .await?)
}

/// Adds a unit; `false` when its name or code is taken.
pub(crate) async fn insert(conn: &mut PgConnection, unit: &OrgUnit) -> Result<bool, Fault> {
    let profile = &unit.profile;
    let (parent, city_parent) = match profile.above {
        Above::Nothing => (None, None),
        Above::Here(parent) => (Some(parent), None),
        Above::City(parent) => (None, Some(parent)),
    };
    let done = sqlx::query!(
        "insert into org_units (id, version, created_at, kind, registered_name, newest_name, parent_id,
             city_parent_id, division, tier, pilot, uscc, opened_on, opened_from, closed_on, closed_by,
             sources, locations)
         values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         on conflict do nothing",
        unit.id.as_uuid(),
        unit.version,
        unit.created_at as _,
        profile.kind as _,
        profile.display_name,
        parent.map(OrgUnitId::as_uuid),
        city_parent.map(OrgUnitId::as_uuid),
        &profile.division as _,
        profile.tier as _,
        profile.pilot,
        profile.uscc.as_ref().map(Uscc::as_str),
        &profile.opened_on as _,
        profile.opened_on.span().map(|(first, _)| first),
        profile.closed_on.as_ref() as _,
        closed_by(profile),
        &profile.provenance.sources,
        &profile.provenance.locations
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores what may change: version, newest name, closing.
pub(crate) async fn save(
    conn: &mut PgConnection,
    unit: &OrgUnit,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update org_units set version = $2, updated_at = $3, newest_name = $4, closed_on = $5, closed_by = $6
         where id = $1",
        unit.id.as_uuid(),
        unit.version,
        now as _,
        unit.profile.display_name,
        unit.profile.closed_on.as_ref() as _,
        closed_by(&unit.profile)
    )
    .execute(conn)
    .await
    .map_err(taken)?;
    Ok(())
}

/// Somebody else is taking the name at this moment; asked again, the name is found to exist.
fn taken(error: sqlx::Error) -> Fault {
    if error
        .as_database_error()
        .is_some_and(sqlx::error::DatabaseError::is_unique_violation)
    {
        return Fault::Busy(Duration::from_millis(100));
    }
    error.into()
}

/// Of a closing known only roughly, the last possible day: until then it may still exist.
fn closed_by(profile: &Profile) -> Option<Date> {
    profile.closed_on.as_ref()?.span().map(|(_, last)| last)
}
