//! The command, run as a user runs it.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses its part; a test fails by panicking")]

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

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

/// Starts the command, which writes `result`, and ends it by a signal once it is time. On a busy machine it may be over
/// before the signal reaches it: then it begins anew.
pub(crate) fn stop(
    (arguments, folder, result): (&[&str], &Path, &str),
    is_time: impl Fn() -> bool,
    signal: impl Fn(&mut Child),
) -> ExitStatus {
    for _ in 0..20 {
        let mut command = Command::new(env!("CARGO_BIN_EXE_brainmass"));
        let command = command.args(arguments).current_dir(folder).stdout(Stdio::null());
        let mut running = command.spawn().unwrap();
        while !is_time() && running.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        signal(&mut running);
        let status = running.wait().unwrap();
        if !status.success() {
            assert!(!folder.join(result).exists(), "it was stopped in the middle");
            return status;
        }
        std::fs::remove_file(folder.join(result)).unwrap();
    }
    panic!("twenty times it ended as if there were no signal");
}

/// A signal by its name, such as `-INT`.
pub(crate) fn send(signal: &str) -> impl Fn(&mut Child) {
    move |running| {
        // One that has ended already needs none.
        if running.try_wait().unwrap().is_none() {
            Command::new("kill").args([signal, &running.id().to_string()]).status().unwrap();
        }
    }
}
