//! The contracts: generated messages, clients and servers, typed resource names, and the descriptors.
//!
//! Charter: what goes over the wire and nothing else. No behaviour beyond conversion to the kernel's words.

pub mod convert;
pub mod name;

mod generated {
    #![allow(
        clippy::all,
        clippy::restriction,
        clippy::pedantic,
        missing_debug_implementations,
        unreachable_pub,
        unused_qualifications,
        rust_2018_idioms
    )]
    include!(concat!(env!("OUT_DIR"), "/contracts.rs"));
}

/// `Mask` for every message, written from the options of its fields.
mod masks {
    #![allow(clippy::all, clippy::restriction, clippy::pedantic, unused_variables)]
    include!(concat!(env!("OUT_DIR"), "/masks.rs"));
}

pub use generated::jianyi::*;

/// The encoded `FileDescriptorSet` of every contract, with our own options, for reflection and policy.
pub const DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
