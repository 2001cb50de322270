//! Table `clients`.

use jianyi_db::PgConnection;
use jianyi_kernel::{Division, Fault, Id, Timestamp};

use crate::domain::{Client, ClientKind, NewKey};

struct Row {
    id: Id<ClientKind>,
    created_at: Timestamp,
    kind: String,
    label: String,
    role: String,
    methods: Vec<String>,
    divisions: Vec<String>,
    public_key: Option<String>,
    certificate_sha256: Option<String>,
    valid_until: Timestamp,
    registered_by: String,
    disabled_at: Option<Timestamp>,
}

impl Row {
    fn assemble(self) -> Result<Client, Fault> {
        let divisions = self
            .divisions
            .iter()
            .map(|code| Division::parse("division", code))
            .collect::<Result<_, _>>()
            .map_err(|_| Fault::internal("a stored division is malformed"))?;
        Ok(Client {
            id: self.id,
            created_at: self.created_at,
            kind: self.kind,
            label: self.label,
            role: self.role,
            methods: self.methods,
            divisions,
            key: NewKey {
                public_key: self.public_key,
                certificate_sha256: self.certificate_sha256,
            },
            valid_until: self.valid_until,
            registered_by: self.registered_by,
            disabled_at: self.disabled_at,
        })
    }
}

/// All clients, oldest first.
pub(crate) async fn all(conn: &mut PgConnection) -> Result<Vec<Client>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: _", created_at as "created_at: _", kind, label, role, methods, divisions, public_key,
                  certificate_sha256, valid_until as "valid_until: _", registered_by, disabled_at as "disabled_at: _"
           from clients order by created_at, id"#,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::assemble).collect()
}

/// One client.
pub(crate) async fn find(
    conn: &mut PgConnection,
    id: Id<ClientKind>,
) -> Result<Option<Client>, Fault> {
    let row = sqlx::query_as!(
        Row,
        r#"select id as "id: _", created_at as "created_at: _", kind, label, role, methods, divisions, public_key,
                  certificate_sha256, valid_until as "valid_until: _", registered_by, disabled_at as "disabled_at: _"
           from clients where id = $1"#,
        id.as_uuid(),
    )
    .fetch_optional(conn)
    .await?;
    row.map(Row::assemble).transpose()
}

/// One client, held until the unit of work ends.
pub(crate) async fn lock(conn: &mut PgConnection, id: Id<ClientKind>) -> Result<Client, Fault> {
    sqlx::query_scalar!(
        "select version from clients where id = $1 for update",
        id.as_uuid()
    )
    .fetch_optional(&mut *conn)
    .await?;
    find(conn, id)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// Adds a client.
pub(crate) async fn insert(conn: &mut PgConnection, client: &Client) -> Result<(), Fault> {
    let divisions: Vec<String> = client.divisions.iter().map(ToString::to_string).collect();
    sqlx::query!(
        "insert into clients (id, created_at, kind, label, role, methods, divisions, public_key, certificate_sha256,
                              valid_until, registered_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        client.id.as_uuid(),
        client.created_at as _,
        client.kind,
        client.label,
        client.role,
        &client.methods,
        &divisions,
        client.key.public_key,
        client.key.certificate_sha256,
        client.valid_until as _,
        client.registered_by,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps a client's key, and whether it is disabled.
pub(crate) async fn save(
    conn: &mut PgConnection,
    client: &Client,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update clients set public_key = $2, certificate_sha256 = $3, disabled_at = $4, updated_at = $5,
                version = version + 1
         where id = $1",
        client.id.as_uuid(),
        client.key.public_key,
        client.key.certificate_sha256,
        client.disabled_at as _,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}
