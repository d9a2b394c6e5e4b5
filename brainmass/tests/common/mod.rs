//! The command, run as a user runs it.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses its part; a test fails by panicking")]

use std::path::Path;
use std::process::{Command, Output};

pub(crate) fn brainmass(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_brainmass")).args(arguments).current_dir(folder).output().unwrap()
}

/// What it says when all is well.
pub(crate) fn succeed(arguments: &[&str], folder: &Path) -> String {
    let output = brainmass(arguments, folder);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What it complains of.
pub(crate) fn fail(arguments: &[&str], folder: &Path) -> String {
    let output = brainmass(arguments, folder);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}
