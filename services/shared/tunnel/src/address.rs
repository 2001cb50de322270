//! The subject of a method at a place: `rpc.410621.jianyi_member_v1_MemberService.ListPeople`.
//!
//! A permission of the broker can name a place, a service or a single method, because each is a token.

use jianyi_kernel::Division;

/// The subject that calls of a path are sent to; `None` when the path is no method's.
pub(crate) fn of_path(place: &Division, path: &str) -> Option<String> {
    let (service, method) = path.strip_prefix('/')?.split_once('/')?;
    (is_name(service) && is_word(method))
        .then(|| format!("rpc.{place}.{}.{method}", token(service)))
}

/// The subjects of all methods of a service, by its full name.
pub(crate) fn of_service(place: &Division, service: &str) -> String {
    format!("rpc.{place}.{}.*", token(service))
}

/// The path of a subject, if it is one of these services'.
pub(crate) fn path(services: &[String], subject: &str) -> Option<String> {
    let mut tokens = subject.split('.').skip(2);
    let (named, method) = (tokens.next()?, tokens.next()?);
    if tokens.next().is_some() || !is_word(method) {
        return None;
    }
    let service = services.iter().find(|service| token(service) == named)?;
    Some(format!("/{service}/{method}"))
}

fn token(service: &str) -> String {
    service.replace('.', "_")
}

fn is_name(text: &str) -> bool {
    text.split('.').all(is_word)
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_subject_and_a_path_again() {
        let place: Division = "410621".parse().unwrap();
        let services = [
            "jianyi.member.v1.MemberService".to_owned(),
            "grpc.health.v1.Health".to_owned(),
        ];
        let there_and_back = "/jianyi.member.v1.MemberService/ListPeople";
        let subject = of_path(&place, there_and_back).unwrap();
        assert_eq!(
            subject,
            "rpc.410621.jianyi_member_v1_MemberService.ListPeople"
        );
        assert_eq!(path(&services, &subject).unwrap(), there_and_back);
        assert_eq!(
            of_service(&place, &services[1]),
            "rpc.410621.grpc_health_v1_Health.*"
        );
        for bad in [
            "", "/", "/a", "/a/", "//b", "/a/b/c", "/a.*/b", "/a/>", "/a..b/c", "/a b/c",
        ] {
            assert_eq!(of_path(&place, bad), None, "{bad}");
        }
        for bad in [
            "rpc.410621.jianyi_care_v1_CareService.X",
            "rpc.410621.grpc_health_v1_Health",
            "rpc.410621.grpc_health_v1_Health.Check.more",
            "rpc.410621.grpc_health_v1_Health.Ch/eck",
        ] {
            assert_eq!(path(&services, bad), None, "{bad}");
        }
    }
}
