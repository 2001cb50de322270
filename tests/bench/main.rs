//! Benchmarks: figures as ratios against a limit measured in the same run.
//!
//! `cargo bench -p jianyi-tests --bench security -- [write] [search] [scope] [tunnel]`; all of them without an argument.
//! Sizes come from the environment, with the goals' sizes as defaults: `JIANYI_BENCH_PEOPLE` (500 000) and
//! `JIANYI_BENCH_REQUESTS` (200 000).

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot measure has nothing better to do than to stop, and prints what it measured"
)]

mod figures;
mod scope;
mod search;
mod tunnel;
mod write;

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|it| it == name);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        if wants("write") {
            write::run().await;
        }
        if wants("search") {
            search::run().await;
        }
        if wants("scope") {
            scope::run().await;
        }
        if wants("tunnel") {
            tunnel::run().await;
        }
    });
}

/// A size from the environment.
fn size(name: &str, default: usize) -> usize {
    std::env::var_os(name)
        .and_then(|value| value.to_str()?.parse().ok())
        .unwrap_or(default)
}
