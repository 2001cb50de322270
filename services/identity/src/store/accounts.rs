//! Table `accounts`. Label and password hash are sealed on the way in and opened on the way out.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Fault, Grant, Id, Pii, Timestamp};
use jianyi_rpc::Page;
use uuid::Uuid;

use super::account_grants;
use crate::domain::{Account, AccountKind, Login};

struct Row {
    id: Id<AccountKind>,
    version: i64,
    created_at: Timestamp,
    login: String,
    sealed_label: Vec<u8>,
    sealed_password: Vec<u8>,
    disabled_at: Option<Timestamp>,
}

impl Row {
    fn assemble(self, cipher: &FieldCipher, grants: Vec<Grant>) -> Result<Account, Fault> {
        Ok(Account {
            id: self.id,
            version: self.version,
            created_at: self.created_at,
            login: Login::parse("login", &self.login)
                .map_err(|_| Fault::internal("a stored login is malformed"))?,
            label: Pii::new(cipher.open_text(&place(self.id, "label"), &self.sealed_label)?),
            password_hash: Pii::new(
                cipher.open_text(&place(self.id, "password"), &self.sealed_password)?,
            ),
            grants,
            disabled_at: self.disabled_at,
        })
    }
}

fn place(id: Id<AccountKind>, column: &str) -> String {
    format!("accounts/{id}/{column}")
}

async fn with_grants(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    rows: Vec<Row>,
) -> Result<Vec<Account>, Fault> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id.as_uuid()).collect();
    let mut grants = account_grants::of(conn, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let grants = grants.remove(&row.id.as_uuid()).unwrap_or_default();
            row.assemble(cipher, grants)
        })
        .collect()
}

/// Whether there is any account.
pub(crate) async fn any(conn: &mut PgConnection) -> Result<bool, Fault> {
    Ok(
        sqlx::query_scalar!(r#"select exists (select 1 from accounts) as "any!""#)
            .fetch_one(conn)
            .await?,
    )
}

/// The account with this login.
pub(crate) async fn find_by_login(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    login: &Login,
) -> Result<Option<Account>, Fault> {
    let row = sqlx::query_as!(
        Row,
        r#"select id as "id: _", version, created_at as "created_at: _", login, sealed_label, sealed_password,
                  disabled_at as "disabled_at: _"
           from accounts where login = $1"#,
        login.as_str(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(with_grants(conn, cipher, row.into_iter().collect())
        .await?
        .pop())
}

/// One account.
pub(crate) async fn get(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: Id<AccountKind>,
) -> Result<Account, Fault> {
    let row = sqlx::query_as!(
        Row,
        r#"select id as "id: _", version, created_at as "created_at: _", login, sealed_label, sealed_password,
                  disabled_at as "disabled_at: _"
           from accounts where id = $1"#,
        id.as_uuid(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    with_grants(conn, cipher, row.into_iter().collect())
        .await?
        .pop()
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// One account, held until the unit of work ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: Id<AccountKind>,
) -> Result<Account, Fault> {
    sqlx::query_scalar!(
        "select version from accounts where id = $1 for update",
        id.as_uuid()
    )
    .fetch_optional(&mut *conn)
    .await?;
    get(conn, cipher, id).await
}

/// All administrators, held until the unit of work ends, so that two cannot disable each other.
pub(crate) async fn lock_administrators(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
) -> Result<Vec<Account>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: _", version, created_at as "created_at: _", login, sealed_label, sealed_password,
                  disabled_at as "disabled_at: _"
           from accounts
           where id in (select account_id from account_grants where role = 'ROLE_ADMINISTRATOR')
           order by id for update"#,
    )
    .fetch_all(&mut *conn)
    .await?;
    with_grants(conn, cipher, rows).await
}

/// One page of accounts, oldest first.
pub(crate) async fn list(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    page: &Page,
) -> Result<Vec<Account>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: _", version, created_at as "created_at: _", login, sealed_label, sealed_password,
                  disabled_at as "disabled_at: _"
           from accounts
           where ($1::timestamptz is null or (created_at, id) > ($1, $2))
           order by created_at, id limit $3"#,
        page.after_time() as _,
        page.after_id(),
        page.limit(),
    )
    .fetch_all(&mut *conn)
    .await?;
    with_grants(conn, cipher, rows).await
}

/// Adds an account without its grants. `false` when the login was taken meanwhile.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    account: &Account,
) -> Result<bool, Fault> {
    let label = cipher.seal(
        &place(account.id, "label"),
        account.label.expose("seal").as_bytes(),
    )?;
    let password = cipher.seal(
        &place(account.id, "password"),
        account.password_hash.expose("seal").as_bytes(),
    )?;
    let done = sqlx::query!(
        "insert into accounts (id, version, created_at, login, sealed_label, sealed_password, password_changed_at)
         values ($1, $2, $3, $4, $5, $6, $3) on conflict do nothing",
        account.id.as_uuid(),
        account.version,
        account.created_at as _,
        account.login.as_str(),
        label,
        password,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps that an account was disabled.
pub(crate) async fn save_disabled(
    conn: &mut PgConnection,
    account: &Account,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update accounts set version = $2, disabled_at = $3, updated_at = $4 where id = $1",
        account.id.as_uuid(),
        account.version,
        account.disabled_at as _,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps a new password.
pub(crate) async fn save_password(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    account: &Account,
    now: Timestamp,
) -> Result<(), Fault> {
    let password = cipher.seal(
        &place(account.id, "password"),
        account.password_hash.expose("seal").as_bytes(),
    )?;
    sqlx::query!(
        "update accounts set version = $2, sealed_password = $3, password_changed_at = $4, updated_at = $4
         where id = $1",
        account.id.as_uuid(),
        account.version,
        password,
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}
