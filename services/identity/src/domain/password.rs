//! What makes a password acceptable (dossier 4.5: complexity).

use jianyi_kernel::{Pii, Violation};

use super::Login;

const SHORTEST: usize = 10;
const LONGEST: usize = 128;
/// From this length on, any characters will do.
const LONG: usize = 20;
const KINDS: usize = 3;

/// Checks a new password. The violation never repeats it.
pub(crate) fn check_password(
    field: &str,
    password: &Pii<String>,
    login: &Login,
) -> Result<(), Violation> {
    let password = password.expose("check complexity");
    let length = password.chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) {
        return Err(Violation::new(
            field,
            "PASSWORD_LENGTH",
            format!("a password has {SHORTEST} to {LONGEST} characters"),
            "密码长度应为 10 至 128 个字符",
        ));
    }
    if password.to_ascii_lowercase().contains(login.as_str()) {
        return Err(Violation::new(
            field,
            "PASSWORD_CONTAINS_LOGIN",
            "a password does not contain the login".into(),
            "密码中不能含有登录名",
        ));
    }
    if length < LONG && kinds(password) < KINDS {
        return Err(Violation::new(
            field,
            "PASSWORD_SIMPLE",
            format!(
                "a password shorter than {LONG} characters mixes {KINDS} of: a-z, A-Z, 0-9, others"
            ),
            "密码应包含大写字母、小写字母、数字、符号中的三种,或不少于 20 个字符",
        ));
    }
    Ok(())
}

fn kinds(password: &str) -> usize {
    let kinds: [fn(char) -> bool; 4] = [
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_uppercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_ascii_alphanumeric(),
    ];
    kinds
        .iter()
        .filter(|kind| password.chars().any(**kind))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g01_passwords_are_long_or_mixed_and_never_the_login() {
        let login = Login::parse("login", "lisi").unwrap();
        let reason = |password: &str| {
            check_password("password", &Pii::new(password.into()), &login)
                .err()
                .map(|v| v.reason)
        };
        assert_eq!(reason("Abcdef12!x"), None);
        assert_eq!(reason("twenty lower letters"), None);
        assert_eq!(reason("见义勇为Aa1234"), None);
        assert_eq!(reason("Ab1!"), Some("PASSWORD_LENGTH"));
        assert_eq!(reason(&"A1b".repeat(50)), Some("PASSWORD_LENGTH"));
        assert_eq!(reason("abcdefgh12"), Some("PASSWORD_SIMPLE"));
        assert_eq!(reason("xxLiSi2024!!"), Some("PASSWORD_CONTAINS_LOGIN"));
    }
}
