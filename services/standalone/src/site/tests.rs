//! A city and its county as folders: what is made, what stays when it is made again, and what opens a bundle.

use std::path::Path;

use jianyi_kernel::Clock;

use super::*;

fn city(dir: &Path) -> Place {
    let place = Place::new(dir);
    make_city(&place, &options("city.example:7422")).unwrap();
    place
}

/// As the city's identity shows it once.
fn key() -> Option<String> {
    Some("410621.private.authority".into())
}

fn options(address: &str) -> CityOptions {
    CityOptions {
        address: address.into(),
        names: vec!["jianyi.example".into()],
        streams: None,
    }
}

fn read(place: &Place, file: &str) -> String {
    let path = place.root().join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn a_site_made_again_is_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let place = city(dir.path());
    add(&place, "410621", key()).unwrap();
    let files = [
        "nats/nats.conf",
        "nats/users.conf",
        "nats/site.pem",
        "services/care/database-url",
        "services/care/field-key",
        "services/care/service.pem",
        "services/gateway/front.pem",
        "services/gateway/counties.toml",
        "services/identity/operator-public-key",
    ];
    let before: Vec<String> = files.iter().map(|file| read(&place, file)).collect();
    make_city(&place, &options("city.example:7422")).unwrap();
    for (file, before) in files.iter().zip(before) {
        assert_eq!(read(&place, file), before, "{file}");
    }
}

#[test]
fn another_address_of_the_city_makes_another_certificate_and_keeps_the_counties() {
    let dir = tempfile::tempdir().unwrap();
    let place = city(dir.path());
    add(&place, "410621", key()).unwrap();
    let (certificate, users) = (
        read(&place, "nats/site.pem"),
        read(&place, "nats/users.conf"),
    );
    make_city(&place, &options("moved.example:7422")).unwrap();
    assert_ne!(read(&place, "nats/site.pem"), certificate);
    assert_eq!(read(&place, "nats/users.conf"), users);
}

#[test]
fn no_service_has_the_key_or_the_certificate_of_another() {
    let dir = tempfile::tempdir().unwrap();
    let place = city(dir.path());
    let keys: std::collections::BTreeSet<String> = [
        "identity",
        "member",
        "care",
        "donation",
        "publicity",
        "oversight",
    ]
    .iter()
    .flat_map(|context| ["field-key", "service.key"].map(|file| (context, file)))
    .map(|(context, file)| read(&place, &format!("services/{context}/{file}")))
    .collect();
    assert_eq!(keys.len(), 12);
    // And none the owner's password, which makes tables.
    let owner = place.secrets().unwrap().postgres_password().to_owned();
    assert!(!read(&place, "services/care/database-url").contains(&owner));
}

#[test]
fn a_county_is_added_renewed_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    let place = city(dir.path());
    let first = add(&place, "410621", key()).unwrap();
    add(&place, "410622", key()).unwrap();
    let users = read(&place, "nats/users.conf");
    assert!(users.contains("leaf-410621") && users.contains("leaf-410622"));
    assert!(users.contains(&first.leaf_password));
    let directory = read(&place, "services/gateway/counties.toml");
    assert!(directory.contains("410621 = \"nats:\""), "{directory}");
    let listed = read(&place, "services/oversight/federated-counties");
    let listed: Vec<_> = listed
        .lines()
        .map(|it| it.split_once('@').unwrap())
        .collect();
    assert_eq!((listed[0].0, listed[1].0), ("410621", "410622"));
    // Until then the directory of counties trusts it; it tells when that is soon.
    assert!(listed[0].1.starts_with("20") && listed[0].1.ends_with('Z'));
    assert!(matches!(
        add(&place, "410621", key()),
        Err(SiteError::Known(_))
    ));

    let second = renew(&place, "410621", key()).unwrap();
    assert_ne!(second.certificate, first.certificate);
    let users = read(&place, "nats/users.conf");
    assert!(!users.contains(&first.leaf_password) && users.contains(&second.leaf_password));

    remove(&place, "410621").unwrap();
    let users = read(&place, "nats/users.conf");
    assert!(!users.contains("leaf-410621") && users.contains("leaf-410622"));
    assert!(!read(&place, "services/gateway/counties.toml").contains("410621"));
    let left: Vec<String> = list(&place)
        .unwrap()
        .into_iter()
        .map(|it| it.code)
        .collect();
    assert_eq!(left, ["410622"]);
    assert!(matches!(
        renew(&place, "410621", key()),
        Err(SiteError::Unknown(_))
    ));
    assert!(matches!(
        remove(&place, "410621"),
        Err(SiteError::Unknown(_))
    ));
}

#[test]
fn what_is_no_county_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let place = city(dir.path());
    for wrong in ["410600", "41062", "../..", "410621102", "41*", ""] {
        assert!(
            matches!(add(&place, wrong, key()), Err(SiteError::Code(_))),
            "{wrong}"
        );
    }
    let nowhere = Place::new(&dir.path().join("nothing"));
    assert!(matches!(
        add(&nowhere, "410621", key()),
        Err(SiteError::NoSite(_))
    ));
}

#[test]
fn a_bundle_opens_with_its_code_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let bundle = add(&city(&dir.path().join("city")), "410621", key()).unwrap();
    let file = dir.path().join("bundle.tar");
    let code = Code::new_one();
    bundle.write(&file, &code).unwrap();
    let whole = std::fs::read(&file).unwrap();
    for secret in [&bundle.leaf_password, &bundle.key] {
        let found = whole
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "a secret lies open in the bundle");
    }
    // As it was told on the telephone, with a line's end.
    let told = Code::parse(&format!("{}\n", code.reveal())).unwrap();
    let opened = Bundle::read(&file, &told).unwrap();
    assert_eq!(opened.leaf_password, bundle.leaf_password);
    assert!(Bundle::read(&file, &Code::new_one()).is_err());
    assert!(Code::parse("short").is_err());
    std::fs::write(&file, b"no bundle").unwrap();
    assert!(Bundle::read(&file, &code).is_err());
}

#[test]
fn a_county_joins_and_a_new_bundle_renews_its_link_only() {
    let dir = tempfile::tempdir().unwrap();
    let city = city(&dir.path().join("city"));
    let county = Place::new(&dir.path().join("county"));
    let first = add(&city, "410621", key()).unwrap();
    join(&county, &first, Vec::new(), None).unwrap();
    let conf = read(&county, "nats/nats.conf");
    assert!(conf.contains("county-410621") && conf.contains("@city.example:7422"));
    for context in ["member", "identity"] {
        let url = read(&county, &format!("services/{context}/database-url"));
        assert!(url.contains(&format!("/{context}_410621")), "{url}");
    }
    let url = read(&county, "services/member/database-url");
    let field_key = read(&county, "services/member/field-key");

    let second = renew(&city, "410621", None).unwrap();
    join(&county, &second, Vec::new(), None).unwrap();
    assert_eq!(read(&county, "nats/site.pem"), second.certificate);
    assert!(read(&county, "nats/nats.conf").contains(&second.leaf_password));
    assert_eq!(read(&county, "services/member/field-key"), field_key);
    assert_eq!(read(&county, "services/member/database-url"), url);

    // A folder is one county's and stays it.
    let other = add(&city, "410622", key()).unwrap();
    let refused = join(&county, &other, Vec::new(), None);
    assert!(matches!(refused, Err(SiteError::AnotherSite { .. })));
    assert!(matches!(
        add(&county, "410622", key()),
        Err(SiteError::NotTheCity(_))
    ));
}

#[test]
fn a_county_logs_in_by_the_key_it_was_given_until_it_is_given_another() {
    let dir = tempfile::tempdir().unwrap();
    let city = city(&dir.path().join("city"));
    let county = Place::new(&dir.path().join("county"));
    let branch_key = "services/identity/branch-key";
    join(
        &county,
        &add(&city, "410621", key()).unwrap(),
        Vec::new(),
        None,
    )
    .unwrap();
    assert_eq!(Some(read(&county, branch_key)), key());
    // The link alone.
    let link = renew(&city, "410621", None).unwrap();
    join(&county, &link, Vec::new(), None).unwrap();
    assert_eq!(Some(read(&county, branch_key)), key());
    // A machine that lost everything needs another.
    let lost = Place::new(&dir.path().join("lost"));
    let refused = join(&lost, &link, Vec::new(), None).unwrap_err();
    assert!(matches!(refused, SiteError::NoBranchKey(_)));
    assert!(
        refused
            .to_string()
            .contains("county renew 410621 --new-key")
    );
    let anew = renew(&city, "410621", Some("another".into())).unwrap();
    join(&lost, &anew, Vec::new(), None).unwrap();
    assert_eq!(read(&lost, branch_key), "another");
    // And it lies open nowhere at the city, which could not open what is sealed to it.
    let mut folders = vec![city.root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                assert!(!text.contains("410621.private"), "{}", path.display());
            }
        }
    }
}

#[test]
fn the_end_of_every_certificate_is_known() {
    let dir = tempfile::tempdir().unwrap();
    let city = city(&dir.path().join("city"));
    let bundle = add(&city, "410621", key()).unwrap();
    let county = Place::new(&dir.path().join("county"));
    join(&county, &bundle, Vec::new(), None).unwrap();
    let now = Clock::system().now().as_offset();
    for (place, link) in [(&city, "county 410621"), (&county, "link to the city")] {
        let endings = endings(place).unwrap();
        let ending = endings.iter().find(|it| it.what == link).unwrap();
        let days = ending.days_left(now);
        assert!((395..=397).contains(&days), "{link}: {days}");
        assert!(ending.remedy.contains("county renew 410621"));
        assert!(endings.is_sorted_by_key(|it| it.ends));
        let later = now + time::Duration::days(400);
        assert!(ending.days_left(later) < 0);
    }
}
