//! Table `roles`: who holds what where, and since when.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Provenance, Timestamp};
use time::Date;

use super::Window;
use crate::domain::org_unit::{OrgUnitId, Tier};
use crate::domain::person::PersonId;
use crate::domain::role::{Duty, Kind, LiaisonDomain, Profile, Role, RoleId};

/// A row; kind, domain and tier together are the duty.
struct Row {
    id: RoleId,
    version: i64,
    created_at: Timestamp,
    person_id: PersonId,
    kind: Kind,
    domain: Option<LiaisonDomain>,
    tier: Option<Tier>,
    title: String,
    org_unit_id: OrgUnitId,
    from_day: Option<Date>,
    to_day: Option<Date>,
    sources: Vec<String>,
    locations: Vec<String>,
    held_in: Option<Division>,
}

impl Row {
    fn assemble(self) -> Result<Role, Fault> {
        let duty = match (self.kind, self.domain) {
            (Kind::Staff, _) => Duty::Staff,
            (Kind::LiaisonOfficer, Some(domain)) => Duty::LiaisonOfficer(domain),
            (Kind::LiaisonOfficer, None) => {
                return Err(Fault::internal("a liaison officer without domain"));
            }
            (Kind::Volunteer, _) => Duty::Volunteer(self.tier),
        };
        let profile = Profile {
            person: self.person_id,
            duty,
            title: self.title,
            org_unit: self.org_unit_id,
            held_in: self.held_in,
            from: self.from_day,
            to: self.to_day,
            provenance: Provenance {
                sources: self.sources,
                locations: self.locations,
            },
        };
        Ok(Role {
            id: self.id,
            version: self.version,
            created_at: self.created_at,
            profile,
        })
    }
}

/// A role.
pub(crate) async fn get(conn: &mut PgConnection, id: RoleId) -> Result<Option<Role>, Fault> {
    sqlx::query_as!(
        Row,
        r#"select id as "id: RoleId", version, created_at as "created_at: Timestamp",
                  person_id as "person_id: PersonId", held_in as "held_in: Division", kind as "kind: Kind", domain as "domain: LiaisonDomain",
                  tier as "tier: Tier", title, org_unit_id as "org_unit_id: OrgUnitId", from_day, to_day,
                  sources, locations
           from roles where id = $1"#,
        id.as_uuid()
    )
    .fetch_optional(conn)
    .await?
    .map(Row::assemble)
    .transpose()
}

/// A role, kept from changing until the unit of work ends.
pub(crate) async fn lock(conn: &mut PgConnection, id: RoleId) -> Result<Option<Role>, Fault> {
    sqlx::query!(
        "select id from roles where id = $1 for update",
        id.as_uuid()
    )
    .fetch_optional(&mut *conn)
    .await?;
    get(conn, id).await
}

/// What a list of roles is narrowed to.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) kind: Option<Kind>,
    pub(crate) domain: Option<LiaisonDomain>,
    pub(crate) person: Option<PersonId>,
    pub(crate) org_unit: Option<OrgUnitId>,
    pub(crate) as_of: Option<Date>,
}

/// Roles in the order of entry.
pub(crate) async fn list(
    conn: &mut PgConnection,
    filter: &Filter,
    window: Window,
) -> Result<Vec<Role>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: RoleId", version, created_at as "created_at: Timestamp",
                  person_id as "person_id: PersonId", held_in as "held_in: Division", kind as "kind: Kind", domain as "domain: LiaisonDomain",
                  tier as "tier: Tier", title, org_unit_id as "org_unit_id: OrgUnitId", from_day, to_day,
                  sources, locations
           from roles
           where ($1::text is null or kind = $1)
             and ($2::text is null or domain = $2)
             and ($3::uuid is null or person_id = $3)
             and ($4::uuid is null or org_unit_id = $4)
             and ($5::date is null
                  or ((from_day is null or from_day <= $5) and (to_day is null or $5 < to_day)))
             and ($6::timestamptz is null or (created_at, id) > ($6, $7::uuid))
           order by created_at, id limit $8"#,
        filter.kind as _,
        filter.domain as _,
        filter.person.map(PersonId::as_uuid),
        filter.org_unit.map(OrgUnitId::as_uuid),
        filter.as_of,
        window.after_time as _,
        window.after_id,
        window.limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::assemble).collect()
}

/// The role of this person, kind, unit and first day.
pub(crate) async fn find_natural(
    conn: &mut PgConnection,
    profile: &Profile,
) -> Result<Option<RoleId>, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: RoleId" from roles
           where person_id = $1 and kind = $2 and org_unit_id = $3 and from_day is not distinct from $4"#,
        profile.person.as_uuid(),
        profile.duty.kind() as _,
        profile.org_unit.as_uuid(),
        profile.from
    )
    .fetch_optional(conn)
    .await?)
}

/// Adds a role; `false` when it is there.
pub(crate) async fn insert(conn: &mut PgConnection, role: &Role) -> Result<bool, Fault> {
    let profile = &role.profile;
    let done = sqlx::query!(
        "insert into roles (id, version, created_at, person_id, kind, domain, tier, title, org_unit_id,
             from_day, to_day, sources, locations)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict do nothing",
        role.id.as_uuid(),
        role.version,
        role.created_at as _,
        profile.person.as_uuid(),
        profile.duty.kind() as _,
        profile.duty.domain() as _,
        profile.duty.tier() as _,
        profile.title,
        profile.org_unit.as_uuid(),
        profile.from,
        profile.to,
        &profile.provenance.sources,
        &profile.provenance.locations
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores what may change: version and end.
pub(crate) async fn save(
    conn: &mut PgConnection,
    role: &Role,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update roles set version = $2, updated_at = $3, to_day = $4 where id = $1",
        role.id.as_uuid(),
        role.version,
        now as _,
        role.profile.to
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The roles of a person, each at a new version, for whoever is told that they no longer count, or count again.
pub(crate) async fn touch_of(
    conn: &mut PgConnection,
    person: PersonId,
    now: Timestamp,
) -> Result<Vec<Role>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"update roles set version = version + 1, updated_at = $2 where person_id = $1
           returning id as "id: RoleId", version, created_at as "created_at: Timestamp",
                  person_id as "person_id: PersonId", held_in as "held_in: Division", kind as "kind: Kind", domain as "domain: LiaisonDomain",
                  tier as "tier: Tier", title, org_unit_id as "org_unit_id: OrgUnitId", from_day, to_day,
                  sources, locations"#,
        person.as_uuid(),
        now as _
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::assemble).collect()
}

/// All roles of a person, held and ended.
pub(crate) async fn list_of(conn: &mut PgConnection, person: PersonId) -> Result<Vec<Role>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: RoleId", version, created_at as "created_at: Timestamp",
                  person_id as "person_id: PersonId", held_in as "held_in: Division", kind as "kind: Kind", domain as "domain: LiaisonDomain",
                  tier as "tier: Tier", title, org_unit_id as "org_unit_id: OrgUnitId", from_day, to_day,
                  sources, locations
           from roles where person_id = $1 order by created_at, id"#,
        person.as_uuid()
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::assemble).collect()
}

/// Different people who are volunteers on a day, and their roles.
pub(crate) async fn count_volunteers(
    conn: &mut PgConnection,
    as_of: Date,
    tier: Option<Tier>,
) -> Result<(i64, i64), Fault> {
    let row = sqlx::query!(
        r#"select count(distinct person_id) as "persons!", count(*) as "roles!" from roles
           where kind = 'volunteer' and held_in is null
             and (from_day is null or from_day <= $1) and (to_day is null or $1 < to_day)
             and ($2::text is null or tier = $2)"#,
        as_of,
        tier as _
    )
    .fetch_one(conn)
    .await?;
    Ok((row.persons, row.roles))
}

/// Ends what somebody who moved away held here; what was to begin later was never held. Those that this
/// changed.
pub(crate) async fn end_all_of(
    conn: &mut PgConnection,
    person: PersonId,
    effective_on: Date,
    now: Timestamp,
) -> Result<Vec<Role>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"update roles set version = version + 1, updated_at = $3, to_day = greatest($2, coalesce(from_day, $2))
           where person_id = $1 and held_in is null and (to_day is null or to_day > $2)
           returning id as "id: RoleId", version, created_at as "created_at: Timestamp",
                  person_id as "person_id: PersonId", held_in as "held_in: Division", kind as "kind: Kind",
                  domain as "domain: LiaisonDomain", tier as "tier: Tier", title,
                  org_unit_id as "org_unit_id: OrgUnitId", from_day, to_day, sources, locations"#,
        person.as_uuid(),
        effective_on,
        now as _
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::assemble).collect()
}
