//! Compiles the contracts without protoc: protox parses them, tonic-prost-build writes the Rust.

use std::path::{Path, PathBuf};
use std::{env, fs};

use prost::Message as _;

#[path = "build/masks.rs"]
mod masks;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut files = Vec::new();
    collect(Path::new("jianyi"), &mut files)?;
    files.sort();
    println!("cargo::rerun-if-changed=jianyi");
    println!("cargo::rerun-if-changed=build");

    let mut compiler = protox::Compiler::new(["."])?;
    compiler
        .include_source_info(true)
        .include_imports(true)
        .open_files(&files)?;
    // The encoded form keeps our custom options; the decoded one would drop them.
    let descriptors = compiler.encode_file_descriptor_set();
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    fs::write(out.join("descriptors.bin"), &descriptors)?;

    let pool = prost_reflect::DescriptorPool::decode(descriptors.as_slice())?;
    fs::write(out.join("masks.rs"), masks::write(&pool)?)?;

    let mut config = tonic_prost_build::Config::new();
    config.enable_type_names();
    tonic_prost_build::configure()
        .include_file("contracts.rs")
        .compile_fds_with_config(
            prost_types::FileDescriptorSet::decode(descriptors.as_slice())?,
            config,
        )?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ext| ext == "proto") {
            files.push(path);
        }
    }
    Ok(())
}
