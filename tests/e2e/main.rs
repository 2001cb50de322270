//! Stories told end to end on the whole system, one file each.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "the exemption for tests does not reach the functions they share; figures of a story go to its output"
)]

mod audit_log;
mod branch;
mod break_glass;
mod bus;
mod confidential;
mod console_built;
mod county_by_tunnel;
mod county_down;
mod county_silent;
mod cut;
mod edges;
mod egress;
mod events_stream;
mod expense;
mod facts_reach_the_report;
mod fuzz;
mod grpc_web;
mod hero_confirmed;
mod hero_ended;
mod keys_turn;
mod kill_during_load;
mod kill_services_during_load;
mod load_twice;
mod m31_between_sites;
mod m31_moves_county;
mod main_job;
mod nats_down;
mod one_command;
mod one_trace;
mod people;
mod poison_event;
mod rebuild;
mod redelivery;
mod restore_drill;
mod restore_sites;
mod synth;
mod tls;
mod upgrade_under_load;

/// The command line under test.
const JIANYI: &str = env!("CARGO_BIN_EXE_jianyi-under-test");
