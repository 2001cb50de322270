//! What a transaction may touch, said to Postgres at its begin; row-level security does the rest.
//!
//! The setting is local to the transaction: a connection that goes back to the pool has forgotten it, and
//! without it no row is visible. Codes and ids only, no text of a request.

use jianyi_kernel::{Caller, Division, DivisionLevel};

/// The statement that begins a transaction for a caller; one message to the server, whatever it sets.
pub(crate) fn begin(caller: &Caller, read_only: bool) -> String {
    let mut statement = String::from(if read_only {
        "begin read only"
    } else {
        "begin"
    });
    for (name, value) in settings(caller) {
        statement.push_str("; set local ");
        statement.push_str(name);
        statement.push_str(" = '");
        statement.push_str(&value);
        statement.push('\'');
    }
    statement
}

/// What row-level security asks, without anything in it that a text would have to be quoted for.
pub(crate) fn settings(caller: &Caller) -> [(&'static str, String); 3] {
    let reach: Vec<String> = caller.reach.divisions.iter().map(pattern).collect();
    let sealed = if caller.reach.sealed { "on" } else { "off" };
    [
        ("jianyi.reach", reach.join(",")),
        ("jianyi.sealed", sealed.into()),
        ("jianyi.subject", quotable(&caller.subject).into()),
    ]
}

/// `like` pattern of the codes that lie in a division: a city's code ends in 00, which stands for all its
/// counties; the others are plain prefixes. Codes are digits, which `Division` has checked.
fn pattern(division: &Division) -> String {
    let code = division.as_str();
    match division.level() {
        DivisionLevel::City => format!("{}%", code.get(..4).unwrap_or(code)),
        DivisionLevel::County | DivisionLevel::Township | DivisionLevel::Village => {
            format!("{code}%")
        }
    }
}

/// Subjects are ids of our own making. One with other characters in it is nobody's.
fn quotable(subject: &str) -> &str {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/:._-".contains(&b);
    if subject.bytes().all(plain) {
        subject
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::Reach;

    use super::*;

    fn caller(subject: &str, divisions: &[&str], sealed: bool) -> Caller {
        Caller {
            subject: subject.into(),
            reach: Reach {
                divisions: divisions.iter().map(|code| code.parse().unwrap()).collect(),
                sealed,
            },
            ..Caller::anonymous()
        }
    }

    #[test]
    fn g02_a_transaction_says_how_far_it_reaches() {
        assert_eq!(
            begin(&caller("accounts/1", &["410600"], false), true),
            "begin read only; set local jianyi.reach = '4106%'; set local jianyi.sealed = 'off'; \
             set local jianyi.subject = 'accounts/1'"
        );
        let two = begin(&caller("x", &["410611", "410621102"], true), false);
        assert!(two.starts_with(
            "begin; set local jianyi.reach = '410611%,410621102%'; set local jianyi.sealed = 'on'"
        ));
        assert!(begin(&caller("x", &[], false), false).contains("jianyi.reach = ''"));
    }

    #[test]
    fn a_subject_cannot_end_the_text() {
        assert!(
            begin(&caller("x'; drop table people;--", &[], false), false)
                .ends_with("jianyi.subject = ''")
        );
    }
}
