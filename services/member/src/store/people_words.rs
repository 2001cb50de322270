//! Table `people_words`: keyed words by which people are found (M08).

use std::collections::BTreeSet;

use jianyi_db::search::{
    Token, tokens_of_name, tokens_of_number, tokens_of_phone, tokens_of_query,
};
use jianyi_db::{FieldCipher, PgConnection};
use jianyi_kernel::Fault;

use crate::domain::person::{PersonId, Profile};
use crate::store::people::Wanted;

/// Counts up whenever other words are made of the same person; the backfill then makes them anew.
pub(crate) const GENERATION: i32 = 1;

const PURPOSE: &str = "search words";

fn words(profile: &Profile) -> BTreeSet<Token> {
    let number = profile
        .document
        .citizen_id()
        .map(|id| id.expose(PURPOSE))
        .or_else(|| {
            profile
                .document
                .number()
                .map(|number| number.expose(PURPOSE).as_str())
        });
    let mut words = tokens_of_name(profile.full_name.expose(PURPOSE));
    words.extend(number.into_iter().flat_map(tokens_of_number));
    if let Some(phone) = &profile.phone {
        words.extend(tokens_of_phone(phone.expose(PURPOSE)));
    }
    words
}

/// Makes the words of a person anew.
pub(crate) async fn write(
    conn: &mut PgConnection,
    cipher: &FieldCipher,
    id: PersonId,
    profile: &Profile,
) -> Result<(), Fault> {
    let words = cipher.search_tokens(&words(profile))?;
    sqlx::query!(
        "delete from people_words where person_id = $1",
        id.as_uuid()
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into people_words (word, person_id)
         select word, $2 from unnest($1::bytea[]) as word on conflict do nothing",
        &words,
        id.as_uuid()
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update people set words_version = $2 where id = $1",
        id.as_uuid(),
        GENERATION
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The words to look for when this was typed; `None` when there is nothing to look for.
pub(crate) fn wanted(cipher: &FieldCipher, typed: &str) -> Result<Option<Wanted>, Fault> {
    let query = tokens_of_query(typed);
    if query.is_empty() {
        return Ok(None);
    }
    Ok(Some(Wanted {
        any: cipher.search_tokens(&query.any)?,
        all: cipher.search_tokens(&query.all)?,
    }))
}
