//! Table `accounts`. Label and password hash are sealed on the way in and opened on the way out.

use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::{Fault, Id, Pii, Timestamp};
use jianyi_rpc::Page;
use uuid::Uuid;

use super::account_grants;
use crate::domain::{Account, AccountKind, Duty, HeldGrant, Login, Totp, VoucherSide};

struct Row {
    id: Id<AccountKind>,
    version: i64,
    created_at: Timestamp,
    login: String,
    sealed_label: Vec<u8>,
    sealed_password: Vec<u8>,
    must_change_password: bool,
    duty: Option<String>,
    voucher_side: Option<String>,
    sealed_totp: Option<Vec<u8>>,
    totp_confirmed_at: Option<Timestamp>,
    totp_step: i64,
    disabled_at: Option<Timestamp>,
}

impl Row {
    fn assemble(self, cipher: &FieldCipher, grants: Vec<HeldGrant>) -> Result<Account, Fault> {
        let totp = self
            .sealed_totp
            .map(|sealed| {
                Ok::<_, Fault>(Totp {
                    secret: Pii::new(cipher.open(&place(self.id, "totp"), &sealed)?),
                    confirmed_at: self.totp_confirmed_at,
                    last_step: self.totp_step,
                })
            })
            .transpose()?;
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
            must_change_password: self.must_change_password,
            duty: self.duty.as_deref().and_then(Duty::parse),
            voucher_side: self.voucher_side.as_deref().and_then(VoucherSide::parse),
            grants,
            totp,
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
    now: Timestamp,
) -> Result<Vec<Account>, Fault> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id.as_uuid()).collect();
    let mut grants = account_grants::of(conn, &ids, now).await?;
    rows.into_iter()
        .map(|row| {
            let grants = grants.remove(&row.id.as_uuid()).unwrap_or_default();
            row.assemble(cipher, grants)
        })
        .collect()
}

/// Whether somebody has ever logged in to an account that administers the system or who may do what.
pub(crate) async fn administrators_in_use(conn: &mut PgConnection) -> Result<bool, Fault> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from sessions join accounts on accounts.id = sessions.account_id
                          where accounts.duty in ('system', 'security')) as "any!""#
    )
    .fetch_one(conn)
    .await?)
}

/// The account with this login.
pub(crate) async fn find_by_login(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    login: &Login,
    now: Timestamp,
) -> Result<Option<Account>, Fault> {
    let row = sqlx::query_as!(
        Row,
        r#"select id as "id: _", version, created_at as "created_at: _", login, sealed_label, sealed_password,
                  must_change_password, duty, voucher_side, sealed_totp,
                  totp_confirmed_at as "totp_confirmed_at: _", totp_step, disabled_at as "disabled_at: _"
           from accounts where login = $1"#,
        login.as_str(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(with_grants(conn, cipher, row.into_iter().collect(), now)
        .await?
        .pop())
}

/// One account.
pub(crate) async fn get(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: Id<AccountKind>,
    now: Timestamp,
) -> Result<Account, Fault> {
    let row = sqlx::query_as!(
        Row,
        r#"select id as "id: _", version, created_at as "created_at: _", login, sealed_label, sealed_password,
                  must_change_password, duty, voucher_side, sealed_totp,
                  totp_confirmed_at as "totp_confirmed_at: _", totp_step, disabled_at as "disabled_at: _"
           from accounts where id = $1"#,
        id.as_uuid(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    with_grants(conn, cipher, row.into_iter().collect(), now)
        .await?
        .pop()
        .ok_or_else(|| Fault::NotFound(id.name()))
}

/// One account, held until the unit of work ends.
pub(crate) async fn lock(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: Id<AccountKind>,
    now: Timestamp,
) -> Result<Account, Fault> {
    sqlx::query_scalar!(
        "select version from accounts where id = $1 for update",
        id.as_uuid()
    )
    .fetch_optional(&mut *conn)
    .await?;
    get(conn, cipher, id, now).await
}

/// All accounts with a duty, held until the unit of work ends, so that two cannot disable each other.
pub(crate) async fn lock_duty(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    duty: Duty,
    now: Timestamp,
) -> Result<Vec<Account>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: _", version, created_at as "created_at: _", login, sealed_label, sealed_password,
                  must_change_password, duty, voucher_side, sealed_totp,
                  totp_confirmed_at as "totp_confirmed_at: _", totp_step, disabled_at as "disabled_at: _"
           from accounts where duty = $1 order by id for update"#,
        duty.as_str(),
    )
    .fetch_all(&mut *conn)
    .await?;
    with_grants(conn, cipher, rows, now).await
}

/// All accounts that somebody can log in to.
pub(crate) async fn all(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    now: Timestamp,
) -> Result<Vec<Account>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: _", version, created_at as "created_at: _", login, sealed_label, sealed_password,
                  must_change_password, duty, voucher_side, sealed_totp,
                  totp_confirmed_at as "totp_confirmed_at: _", totp_step, disabled_at as "disabled_at: _"
           from accounts where disabled_at is null order by login"#,
    )
    .fetch_all(&mut *conn)
    .await?;
    with_grants(conn, cipher, rows, now).await
}

/// One page of accounts, oldest first.
pub(crate) async fn list(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    page: &Page,
    now: Timestamp,
) -> Result<Vec<Account>, Fault> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id: _", version, created_at as "created_at: _", login, sealed_label, sealed_password,
                  must_change_password, duty, voucher_side, sealed_totp,
                  totp_confirmed_at as "totp_confirmed_at: _", totp_step, disabled_at as "disabled_at: _"
           from accounts
           where ($1::timestamptz is null or (created_at, id) > ($1, $2))
           order by created_at, id limit $3"#,
        page.after_time() as _,
        page.after_id(),
        page.limit(),
    )
    .fetch_all(&mut *conn)
    .await?;
    with_grants(conn, cipher, rows, now).await
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
        "insert into accounts (id, version, created_at, login, sealed_label, sealed_password, password_changed_at,
                               must_change_password)
         values ($1, $2, $3, $4, $5, $6, $3, $7) on conflict do nothing",
        account.id.as_uuid(),
        account.version,
        account.created_at as _,
        account.login.as_str(),
        label,
        password,
        account.must_change_password,
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
        "update accounts set version = $2, sealed_password = $3, password_changed_at = $4, updated_at = $4,
                must_change_password = $5
         where id = $1",
        account.id.as_uuid(),
        account.version,
        password,
        now as _,
        account.must_change_password,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps what the account is bound to since its first grants.
pub(crate) async fn save_duty(
    conn: &mut PgConnection,
    account: &Account,
    now: Timestamp,
) -> Result<(), Fault> {
    sqlx::query!(
        "update accounts set version = $2, duty = $3, voucher_side = $4, updated_at = $5 where id = $1",
        account.id.as_uuid(),
        account.version,
        account.duty.map(Duty::as_str),
        account.voucher_side.map(VoucherSide::as_str),
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps the second factor, or that there is none.
pub(crate) async fn save_totp(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    account: &Account,
    now: Timestamp,
) -> Result<(), Fault> {
    let secret = account
        .totp
        .as_ref()
        .map(|totp| cipher.seal(&place(account.id, "totp"), totp.secret.expose("seal")))
        .transpose()?;
    sqlx::query!(
        "update accounts set version = $2, sealed_totp = $3, totp_confirmed_at = $4, totp_step = $5, updated_at = $6
         where id = $1",
        account.id.as_uuid(),
        account.version,
        secret,
        account.totp.as_ref().and_then(|totp| totp.confirmed_at) as _,
        account.totp.as_ref().map_or(0, |totp| totp.last_step),
        now as _,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes this the account at a branch, whatever was known of it here. Its grants go with it.
pub(crate) async fn put_copy(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    account: &Account,
    now: Timestamp,
) -> Result<(), Fault> {
    let seal = |column: &str, value: &[u8]| cipher.seal(&place(account.id, column), value);
    let label = seal("label", account.label.expose("seal").as_bytes())?;
    let password = seal("password", account.password_hash.expose("seal").as_bytes())?;
    let totp = account.totp.as_ref();
    let secret = totp
        .map(|totp| seal("totp", totp.secret.expose("seal")))
        .transpose()?;
    account_grants::clear(&mut *conn, account.id).await?;
    sqlx::query!(
        "insert into accounts (id, version, created_at, login, sealed_label, sealed_password, password_changed_at,
                               must_change_password, duty, voucher_side, sealed_totp, totp_confirmed_at, totp_step)
         values ($1, 1, $2, $3, $4, $5, $2, $6, $7, $8, $9, $10, $11)
         on conflict (id) do update
            set version = accounts.version + 1, updated_at = $2, login = $3, sealed_label = $4, sealed_password = $5,
                must_change_password = $6, duty = $7, voucher_side = $8, sealed_totp = $9, totp_confirmed_at = $10,
                totp_step = $11, disabled_at = null",
        account.id.as_uuid(),
        now as _,
        account.login.as_str(),
        label,
        password,
        account.must_change_password,
        account.duty.map(Duty::as_str),
        account.voucher_side.map(VoucherSide::as_str),
        secret,
        totp.and_then(|totp| totp.confirmed_at) as _,
        totp.map_or(0, |totp| totp.last_step),
    )
    .execute(&mut *conn)
    .await?;
    account_grants::copy(conn, &account.grants).await
}

/// Forgets at a branch what lets somebody in to an account; the row stays for what refers to it.
pub(crate) async fn blank_copy(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: Id<AccountKind>,
    nobody: &Pii<String>,
    now: Timestamp,
) -> Result<(), Fault> {
    let label = cipher.seal(&place(id, "label"), b"")?;
    let password = cipher.seal(&place(id, "password"), nobody.expose("seal").as_bytes())?;
    account_grants::clear(&mut *conn, id).await?;
    sqlx::query!(
        "update accounts set version = version + 1, updated_at = $2, disabled_at = $2, sealed_label = $3,
                sealed_password = $4, sealed_totp = null, totp_confirmed_at = null, totp_step = 0
         where id = $1",
        id.as_uuid(),
        now as _,
        label,
        password,
    )
    .execute(conn)
    .await?;
    Ok(())
}
